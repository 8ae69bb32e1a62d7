#include "models/unigram_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/error.h"
#include "models/sentencepiece_charsmap.h"
#include "models/sentencepiece_tokenizer.h"
#include "models/tokenizer_config.h"

namespace rag {
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& found) {
  throw Error(ErrorKind::Backend,
              file.string() + ": Unigram with " + found + ", which this build does not read; put the model's sentencepiece file beside it");
}

std::string decode_base64(std::string_view text, const std::filesystem::path& file) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int held = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) refuse(file, "a normalisation map that is not base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xFF);
  }
  return out;
}

// What the normaliser and pre-tokenizer parts amount to in sentencepiece's terms.
struct TextRules {
  std::string charsmap;
  bool add_dummy_prefix = false;
  bool remove_extra_whitespaces = false;
  bool has_metaspace = false;
};

void read_normalizer(const Json& part, const std::filesystem::path& file, TextRules& rules) {
  if (part.is_null()) return;
  const std::string type = part.at("type");
  if (type == "Sequence") {
    for (const Json& inner : part.at("normalizers")) read_normalizer(inner, file, rules);
  } else if (type == "Precompiled") {
    rules.charsmap = decode_base64(part.at("precompiled_charsmap").get_ref<const std::string&>(), file);
  } else if (type == "Strip" || (type == "Replace" && part.at("pattern").value("Regex", "") == " {2,}")) {
    rules.remove_extra_whitespaces = true;
  } else {
    refuse(file, "the normaliser " + type);
  }
}

void read_pre_tokenizer(const Json& part, const std::filesystem::path& file, TextRules& rules) {
  const std::string type = part.is_null() ? "null" : part.at("type").get<std::string>();
  if (type == "Sequence") {
    for (const Json& inner : part.at("pretokenizers")) read_pre_tokenizer(inner, file, rules);
  } else if (type == "WhitespaceSplit") {
    rules.remove_extra_whitespaces = true;
  } else if (type == "Metaspace") {
    const std::string scheme = part.value("prepend_scheme", part.value("add_prefix_space", true) ? "always" : "never");
    rules.add_dummy_prefix = scheme != "never";
    rules.has_metaspace = part.value("replacement", "") == "\xE2\x96\x81";
  } else {
    refuse(file, "the pre-tokenizer " + type);
  }
}

// Tokens the file added to the vocabulary: special ones must not be found in text, others are found before anything else.
void type_added_tokens(const Json& root, SentencePieceModel& model, std::size_t& vocabulary) {
  if (!root.contains("added_tokens")) return;
  for (const Json& token : root.at("added_tokens")) {
    const std::size_t id = token.at("id");
    vocabulary = std::max(vocabulary, id + 1);
    if (id >= model.pieces.size() || model.pieces[id].type == PieceType::Unknown) continue;
    model.pieces[id].type = token.value("special", false) ? PieceType::Control : PieceType::UserDefined;
  }
}

SentencePieceModel read_model(const Json& root, const std::filesystem::path& file, const TextRules& rules, std::size_t& vocabulary) {
  const Json& model = root.at("model");
  const bool has_bytes = model.value("byte_fallback", false);
  SentencePieceModel out;
  for (const Json& entry : model.at("vocab")) {
    const auto& text = entry.at(0).get_ref<const std::string&>();
    const bool is_byte = has_bytes && text.size() == 6 && text.starts_with("<0x") && text.ends_with('>');
    out.pieces.push_back({text, entry.at(1).get<float>(), is_byte ? PieceType::Byte : PieceType::Normal});
  }
  vocabulary = out.pieces.size();
  const std::size_t unknown = model.at("unk_id");
  if (unknown >= out.pieces.size()) refuse(file, "an unknown token outside its vocabulary");
  out.pieces[unknown].type = PieceType::Unknown;
  type_added_tokens(root, out, vocabulary);
  out.charsmap = rules.charsmap;
  out.normalizer_name = "from tokenizer.json";
  out.add_dummy_prefix = rules.add_dummy_prefix;
  out.remove_extra_whitespaces = rules.remove_extra_whitespaces;
  out.byte_fallback = has_bytes;
  return out;
}

}  // namespace

std::unique_ptr<Tokenizer> open_unigram_json(const Json& root, TokenizerFrame frame, std::string_view bytes,
                                             const std::filesystem::path& file) {
  TextRules rules;
  read_normalizer(root.at("normalizer"), file, rules);
  read_pre_tokenizer(root.at("pre_tokenizer"), file, rules);
  if (!rules.has_metaspace) refuse(file, "no Metaspace pre-tokenizer");
  SentencePieceSettings settings;
  const SentencePieceModel model = read_model(root, file, rules, settings.vocabulary_size);
  check_sentencepiece_model(model, file);
  settings.frame = std::move(frame);
  settings.joiner_is_blank = Charsmap(model.charsmap).makes_blanks_of_zero_width();
  return make_sentencepiece_tokenizer(model, settings, tokenizer_name("unigram", bytes, ""), file);
}

}  // namespace rag
