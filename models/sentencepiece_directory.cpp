// What a Hugging Face directory means by its sentencepiece model: which ids, which special tokens around a text.
#include <algorithm>
#include <array>
#include <optional>

#include "core/error.h"
#include "core/hash.h"
#include "models/architecture.h"
#include "models/sentencepiece_charsmap.h"
#include "models/sentencepiece_tokenizer.h"
#include "models/tokenizer_config.h"

namespace rag {
namespace {

std::optional<std::int32_t> id_of(const SentencePieceModel& model, const std::string& text) {
  const auto found = std::find_if(model.pieces.begin(), model.pieces.end(), [&](const SentencePiece& p) { return p.text == text; });
  if (text.empty() || found == model.pieces.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - model.pieces.begin());
}

// fairseq's file begins with <unk> <s> </s>.  A file that was written in XLM-R's own order (as 'rag model import' does) does not.
bool is_fairseq_file(const TokenizerConfig& config, const SentencePieceModel& model) {
  const bool is_xlm_roberta =
      config.tokenizer_class == "XLMRobertaTokenizer" || (config.tokenizer_class.empty() && config.model_type == "xlm-roberta");
  return is_xlm_roberta && model.pieces.front().type == PieceType::Unknown;
}

std::string role(const TokenizerConfig& config, const char* name, const std::string& otherwise = "") {
  const auto found = config.roles.find(name);
  return found == config.roles.end() ? otherwise : found->second;
}

void put(std::vector<std::int32_t>& ids, std::optional<std::int32_t> id) {
  if (id) ids.push_back(*id);
}

TokenizerFrame frame_of(const TokenizerConfig& config, const SentencePieceModel& model) {
  const auto begin = id_of(model, role(config, "bos_token", model.bos_piece));
  const auto end = id_of(model, role(config, "eos_token", model.eos_piece));
  const auto classify = id_of(model, role(config, "cls_token"));
  const auto separate = id_of(model, role(config, "sep_token"));
  const std::string& name = config.tokenizer_class;
  TokenizerFrame frame;
  if (config.add_bos_token || config.add_eos_token) {
    if (config.add_bos_token.value_or(false)) put(frame.before, begin);
    if (config.add_eos_token.value_or(false)) put(frame.after, end);
  } else if (classify && separate) {
    put(frame.before, classify);
    put(frame.after, separate);
    frame.pair = classify == begin ? roberta_pair(*classify, *separate) : bert_pair(*classify, *separate);
  } else if (name == "T5Tokenizer") {
    put(frame.after, end);
  } else {
    put(frame.before, begin);
    if (name == "LlamaTokenizer" || name == "GemmaTokenizer") return frame;
    put(frame.after, end);
    if (begin && end) frame.pair = roberta_pair(*begin, *end);
  }
  return frame;
}

// A symbol that the directory calls special is found in text by sentencepiece if its file has it as the user's own.
void make_special_tokens_unwritable(const TokenizerConfig& config, SentencePieceModel& model) {
  for (SentencePiece& piece : model.pieces) {
    const bool can_be_written = piece.type == PieceType::UserDefined || piece.type == PieceType::Normal;
    const bool looks_special = piece.text.front() == '<' || piece.text.front() == '[';  // "." may be somebody's eos_token
    if (can_be_written && looks_special && config.special_tokens.contains(std::string(piece.text))) piece.type = PieceType::Control;
  }
}

// Names all that a tokenizer is made from: the model's bytes and the files that read_tokenizer_config() reads.
std::string key_of(std::string_view model, const std::filesystem::path& model_directory) {
  const auto summary = [](std::string_view bytes) { return std::to_string(bytes.size()) + " " + std::to_string(checksum64(bytes)) + "\n"; };
  std::string all = summary(model);
  for (const char* name : {"tokenizer_config.json", "config.json", "special_tokens_map.json"})
    all += std::filesystem::exists(model_directory / name) ? summary(read_model_file(model_directory / name)) : "none\n";
  return sha256_hex(all);
}

}  // namespace

std::filesystem::path find_sentencepiece_file(const std::filesystem::path& model_directory) {
  for (const char* name : {"sentencepiece.model", "sentencepiece.bpe.model", "spiece.model", "spm.model", "tokenizer.model"})
    if (std::filesystem::exists(model_directory / name)) return model_directory / name;
  return {};
}

bool has_foreign_ids(const std::string& tokenizer_class) {
  constexpr std::array<std::string_view, 8> kClasses{"CamembertTokenizer", "BarthezTokenizer", "MBartTokenizer", "MBart50Tokenizer",
                                                     "NllbTokenizer",      "PegasusTokenizer", "XGLMTokenizer",  "M2M100Tokenizer"};
  return std::find(kClasses.begin(), kClasses.end(), tokenizer_class) != kClasses.end();
}

std::unique_ptr<Tokenizer> open_sentencepiece(const std::filesystem::path& model_directory, const std::filesystem::path& file,
                                              const std::filesystem::path& cache) {
  const std::string bytes = read_model_file(file);
  PreparedFile kept;
  if (!cache.empty()) {
    const std::string key = key_of(bytes, model_directory);
    kept = PreparedFile(cache / (key.substr(0, 16) + ".pieces"), "RAGTOKS", 1, key);
    if (auto tokenizer = find_kept_tokenizer(kept)) return tokenizer;
  }
  const TokenizerConfig config = read_tokenizer_config(model_directory);
  if (has_foreign_ids(config.tokenizer_class))
    throw Error(ErrorKind::Backend, file.string() + ": numbered as " + config.tokenizer_class +
                                        " does, which this build does not know; put the model's tokenizer.json beside it");
  SentencePieceModel model = read_sentencepiece_model(bytes, file);
  make_special_tokens_unwritable(config, model);
  SentencePieceSettings settings;
  settings.xlm_roberta_ids = is_fairseq_file(config, model);
  // The Universal Sentence Encoder is older than both habits.
  const bool is_use = config.model_type == kUseArchitecture;
  settings.sums = is_use ? ScoreSums::Float : ScoreSums::Mixed;
  settings.joiner_is_blank = !is_use && Charsmap(model.charsmap).makes_blanks_of_zero_width();
  settings.frame = settings.xlm_roberta_ids ? TokenizerFrame{{0}, {2}, roberta_pair(0, 2)} : frame_of(config, model);
  std::string summary = settings.xlm_roberta_ids ? "xlm-roberta ids" : "own ids";
  for (const std::int32_t id : settings.frame.before) summary += " " + std::to_string(id);
  summary += " |";
  for (const std::int32_t id : settings.frame.after) summary += " " + std::to_string(id);
  return make_sentencepiece_tokenizer(model, settings, tokenizer_name(kind_of(model.kind), bytes, summary), file,
                                      cache.empty() ? nullptr : &kept);
}

}  // namespace rag
