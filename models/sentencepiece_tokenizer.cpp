#include "models/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kJoiner = "\xE2\x80\x8D";
constexpr std::size_t kMaxText = std::size_t{1} << 30;  // sentencepiece counts in 32 bits

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string joiners_to_blanks(std::string text) {
  for (std::size_t at = text.find(kJoiner); at != std::string::npos; at = text.find(kJoiner, at)) text.replace(at, kJoiner.size(), " ");
  return text;
}

class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(const SentencePieceModel& model, const SentencePieceSettings& settings, std::string name,
                         const std::filesystem::path& file)
      : settings_(settings), name_(std::move(name)) {
    try {
      const auto status = processor_.LoadFromSerializedProto(write_sentencepiece_model(model));
      if (!status.ok()) fail(file, status.ToString());
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {  // darts throws its own
      fail(file, error.what());
    }
    unknown_ = processor_.unk_id();
    if (settings_.vocabulary_size == 0) settings_.vocabulary_size = model.pieces.size() + (settings_.xlm_roberta_ids ? 2 : 0);
  }

  std::string name() const override { return name_; }
  std::size_t vocabulary_size() const override { return settings_.vocabulary_size; }
  std::size_t count(std::string_view text) const override { return pieces_of(text).size(); }

  Tokens encode(std::string_view text, std::size_t max_tokens) const override {
    std::vector<std::int32_t> ids = pieces_of(text);
    if (settings_.xlm_roberta_ids)
      for (std::int32_t& id : ids) id = id == unknown_ ? 3 : id + 1;
    return settings_.frame.around(std::move(ids), max_tokens);
  }

 private:
  [[noreturn]] static void fail(const std::filesystem::path& file, const std::string& why) {
    throw Error(ErrorKind::Backend, file.string() + ": sentencepiece refuses it: " + one_line(why) + "; fetch the model again");
  }

  std::vector<std::int32_t> pieces_of(std::string_view text) const {
    if (text.size() > kMaxText)
      throw Error(ErrorKind::Usage, "a text of " + std::to_string(text.size()) + " bytes, at most 1 GiB can be cut into tokens; split it");
    if (!find_invalid_utf8(text) && !(settings_.joiner_is_blank && text.find(kJoiner) != std::string_view::npos)) return ids_of(text);
    std::string mended = replace_invalid_utf8(text);
    return ids_of(settings_.joiner_is_blank ? joiners_to_blanks(std::move(mended)) : mended);
  }

  std::vector<std::int32_t> ids_of(std::string_view text) const {
    std::vector<int> ids;
    const auto status = processor_.Encode(text, &ids);
    if (!status.ok()) throw Error(ErrorKind::Backend, name_ + ": a text could not be cut into tokens: " + one_line(status.ToString()));
    return ids;
  }

  SentencePieceSettings settings_;
  std::string name_;
  sentencepiece::SentencePieceProcessor processor_;
  int unknown_ = 0;
};

}  // namespace

std::string kind_of(PieceModel model) {
  constexpr std::array kNames{"unigram", "bpe", "word", "char"};
  return kNames[static_cast<std::size_t>(model) - 1];
}

std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(const SentencePieceModel& model, const SentencePieceSettings& settings,
                                                        const std::string& name, const std::filesystem::path& file) {
  return std::make_unique<SentencePieceTokenizer>(model, settings, name, file);
}

}  // namespace rag
