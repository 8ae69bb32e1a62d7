#include "models/tokenizer_json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/error.h"
#include "models/tokenizer_config.h"
#include "models/unigram_json.h"
#include "models/wordpiece_json.h"
#include "models/wordpiece_tokenizer.h"

namespace rag {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxPieces = 4'000'000;

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& found, const std::string& expected) {
  throw Error(ErrorKind::Backend, file.string() + ": " + found + ", this build reads " + expected);
}

std::string type_of(const Json& part) { return part.is_null() ? "null" : part.at("type").get<std::string>(); }

BertNormalizerOptions read_normalizer(const Json& normalizer, const std::filesystem::path& file) {
  if (type_of(normalizer) == "Sequence" && normalizer.at("normalizers").size() == 1)
    return read_normalizer(normalizer.at("normalizers").at(0), file);
  if (normalizer.is_null()) return {.clean_text = false, .split_cjk = false, .lower_case = false, .strip_accents = false};
  if (type_of(normalizer) != "BertNormalizer") refuse(file, "WordPiece with the normaliser " + type_of(normalizer), "BertNormalizer");
  BertNormalizerOptions options;
  options.clean_text = normalizer.at("clean_text");
  options.split_cjk = normalizer.at("handle_chinese_chars");
  options.lower_case = normalizer.at("lowercase");
  const Json& strip = normalizer.at("strip_accents");
  options.strip_accents = strip.is_null() ? options.lower_case : strip.get<bool>();
  return options;
}

std::vector<std::string> read_pieces(const Json& vocabulary, const std::filesystem::path& file) {
  std::vector<std::string> pieces;
  for (const auto& [text, value] : vocabulary.items()) {
    const auto id = value.get<std::int64_t>();
    if (id < 0 || id >= static_cast<std::int64_t>(kMaxPieces))
      refuse(file, "a piece with the id " + std::to_string(id), "ids from 0 to " + std::to_string(kMaxPieces - 1));
    if (static_cast<std::size_t>(id) >= pieces.size()) pieces.resize(static_cast<std::size_t>(id) + 1);
    if (!pieces[static_cast<std::size_t>(id)].empty()) refuse(file, "the id " + std::to_string(id) + " twice", "one piece an id");
    pieces[static_cast<std::size_t>(id)] = text;
  }
  return pieces;
}

std::unique_ptr<Tokenizer> open_wordpiece(const Json& root, TokenizerFrame frame, std::optional<std::vector<std::string>> pieces, std::string_view bytes,
                                          const std::filesystem::path& file) {
  if (type_of(root.at("pre_tokenizer")) != "BertPreTokenizer")
    refuse(file, "WordPiece with the pre-tokenizer " + type_of(root.at("pre_tokenizer")), "BertPreTokenizer");
  const Json& model = root.at("model");
  WordPieceSettings settings;
  settings.pieces = pieces ? std::move(*pieces) : read_pieces(model.at("vocab"), file);
  settings.unknown = model.value("unk_token", settings.unknown);
  settings.continuation = model.value("continuing_subword_prefix", settings.continuation);
  settings.max_chars_per_word = model.value("max_input_chars_per_word", settings.max_chars_per_word);
  settings.normalizer = read_normalizer(root.at("normalizer"), file);
  settings.frame = std::move(frame);
  const std::string name = tokenizer_name("wordpiece", bytes, summary_of(settings));
  return make_wordpiece_tokenizer(std::move(settings), name, file);
}

// Older files do not name the model's type; WordPiece alone marks how words go on.
std::string model_type(const Json& model) {
  if (model.contains("type")) return model.at("type");
  return model.contains("continuing_subword_prefix") && model.contains("max_input_chars_per_word") ? "WordPiece" : "without a name";
}

// Without a complaint where the file is none of ours.
bool is_wordpiece(const Json& root) {
  try {
    return model_type(root.at("model")) == "WordPiece";
  } catch (const Json::exception&) {
    return false;
  }
}

void check_frame(const TokenizerFrame& frame, std::size_t vocabulary, const std::filesystem::path& file) {
  std::vector<std::int32_t> all = frame.before;
  all.insert(all.end(), frame.after.begin(), frame.after.end());
  if (frame.pair)
    for (const std::int32_t id : frame.pair->around({}, {}, 0).ids) all.push_back(id);
  for (const std::int32_t id : all)
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary)
      refuse(file, "a special token with the id " + std::to_string(id), "ids below " + std::to_string(vocabulary));
}

}  // namespace

std::unique_ptr<Tokenizer> open_tokenizer_json(const std::filesystem::path& file, Frame wanted) {
  const std::string bytes = read_model_file(file);
  Json root;
  std::optional<std::vector<std::string>> pieces = read_vocabulary(bytes, kMaxPieces, root);
  if (!pieces || !is_wordpiece(root)) {
    pieces.reset();
    root = parse_model_json(bytes, file);
  }
  std::unique_ptr<Tokenizer> tokenizer;
  with_json_of(file, [&] {
    const TokenizerFrame frame = wanted == Frame::None ? TokenizerFrame{} : read_frame(root.at("post_processor"), file);
    const std::string type = model_type(root.at("model"));
    if (type == "WordPiece")
      tokenizer = open_wordpiece(root, frame, std::move(pieces), bytes, file);
    else if (type == "Unigram")
      tokenizer = open_unigram_json(root, frame, bytes, file);
    else
      refuse(file, "a tokenizer of the type " + type, "WordPiece and Unigram; put the model's sentencepiece file beside it if it has one");
    check_frame(frame, tokenizer->vocabulary_size(), file);
  });
  return tokenizer;
}

}  // namespace rag
