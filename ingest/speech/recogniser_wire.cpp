#include "ingest/speech/recogniser_wire.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr int kProtocol = 1;
constexpr int kDeepest = 4;                  // {"words":[[0.1, ...
constexpr double kMostWordsPerSecond = 50;   // auctioneers speak ten
constexpr std::size_t kMostBytesOfAWord = 200;
constexpr double kSlackSeconds = 1;          // the last word may be heard to end in the padding behind the sound

[[noreturn]] void nonsense(const std::string& what) { throw Error(ErrorKind::Ingest, "the speech recogniser's answer makes no sense: " + what); }

json parse(std::string_view line) {
  bool deep = false;
  const json value = json::parse(
      line,
      [&deep](int depth, json::parse_event_t, json&) {
        deep = deep || depth > kDeepest;
        return !deep;
      },
      /*allow_exceptions=*/false);
  if (deep || !value.is_object()) nonsense("expected a line of JSON with an object");
  if (const auto error = value.find("error"); error != value.end() && error->is_string())
    throw Error(ErrorKind::Ingest, "the speech recogniser failed: " + escape_for_terminal(collapse_white_space(error->get<std::string>()).substr(0, 200)));
  return value;
}

bool is_short_word(const json& value, std::size_t most) {
  if (!value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  return text.size() <= most && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '.' || c == '_'; });
}

SpokenWord decode_word(const json& value, double earliest, double latest) {
  if (!value.is_array() || value.size() != 4 || !value[0].is_number() || !value[1].is_number() || !value[2].is_string() || !value[3].is_number())
    nonsense("a word is [begin, end, \"text\", probability]");
  SpokenWord word{value[0].get<double>(), value[1].get<double>(), replace_invalid_utf8(value[2].get<std::string>()), value[3].get<double>()};
  if (!std::isfinite(word.begin) || !std::isfinite(word.end) || word.begin < 0 || word.end < word.begin || word.end > latest + kSlackSeconds)
    nonsense("a word from " + std::to_string(word.begin) + " s to " + std::to_string(word.end) + " s in a sound of " + std::to_string(latest) + " s");
  if (word.text.size() > kMostBytesOfAWord) nonsense("a word of " + std::to_string(word.text.size()) + " bytes");
  if (!(word.probability >= 0 && word.probability <= 1)) nonsense("a probability outside 0 to 1");
  // Aligned one by one, neighbours may overlap by a little; what follows relies on their order.
  word.begin = std::clamp(word.begin, earliest, std::max(earliest, latest));
  word.end = std::clamp(word.end, word.begin, std::max(word.begin, latest));
  return word;
}

}  // namespace

std::string encode_request(std::size_t samples, const std::vector<std::string>& languages) {
  return json{{"samples", samples}, {"languages", languages}}.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string decode_greeting(std::string_view line) {
  const json value = parse(line);
  const auto name = value.find("recogniser"), protocol = value.find("protocol");
  if (name == value.end() || !is_short_word(*name, 60) || protocol == value.end() || !protocol->is_number_integer())
    nonsense("expected {\"recogniser\":NAME,\"protocol\":" + std::to_string(kProtocol) + "} first");
  if (*protocol != kProtocol)
    throw Error(ErrorKind::Ingest, "the speech recogniser speaks protocol " + protocol->dump() + ", this build " + std::to_string(kProtocol) +
                                       "; ./scripts/setup_speech.sh installs the one that fits");
  return name->get<std::string>();
}

Transcription decode_transcription(std::string_view line, double seconds) {
  const json value = parse(line);
  const auto words = value.find("words"), language = value.find("language"), unclear = value.find("unclear");
  if (words == value.end() || !words->is_array()) nonsense("no list \"words\"");
  if (static_cast<double>(words->size()) > kMostWordsPerSecond * (seconds + kSlackSeconds))
    nonsense(std::to_string(words->size()) + " words in a sound of " + std::to_string(seconds) + " s");
  Transcription out;
  if (language != value.end() && !language->is_null()) {
    if (!is_short_word(*language, 16)) nonsense("\"language\" is no language's code");
    out.language = language->get<std::string>();
  }
  if (unclear != value.end()) {
    if (!unclear->is_number_integer() || *unclear < 0 || *unclear > 1'000'000) nonsense("\"unclear\" is no count");
    out.unclear = unclear->get<int>();
  }
  double earliest = 0;
  for (const json& word : *words) {
    out.words.push_back(decode_word(word, earliest, seconds));
    earliest = out.words.back().begin;
  }
  return out;
}

}  // namespace rag
