#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct ModelDirectory;

struct Tokens {
  std::vector<std::int32_t> ids;  // with the special tokens of the model around them
  std::size_t cut = 0;            // tokens that did not fit under the limit
};

// Two texts as one input, for a model that reads them together.
struct TokenPair {
  std::vector<std::int32_t> ids;    // with the special tokens of the model around and between them
  std::vector<std::uint8_t> types;  // one an id: the segment it belongs to
  std::size_t cut_first = 0;        // tokens of each text that did not fit under the limit
  std::size_t cut_second = 0;
};

// Text to token ids.  Text is only text: special tokens written in it ("[CLS]", "</s>") are never read as such.
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  virtual std::string name() const = 0;  // kind and fingerprint of the vocabulary
  // At most `max_tokens` ids, special tokens included; 0: no limit.  Invalid UTF-8 is read as U+FFFD.
  virtual Tokens encode(std::string_view text, std::size_t max_tokens = 0) const = 0;
  // Number of ids without special tokens and without a limit.
  virtual std::size_t count(std::string_view text) const = 0;
  virtual std::size_t vocabulary_size() const = 0;
  // The id of what the vocabulary has no piece for; nothing where there is no such id.
  virtual std::optional<std::int32_t> unknown_id() const { return std::nullopt; }
  // Both texts in one input, at most `max_tokens` ids, special tokens included; 0: no limit.  What does not fit is cut off the end of the
  // second text, as Hugging Face's truncation="only_second" does, until it has half of the room; then off the first as well, where
  // Hugging Face refuses.  Throws Error(Backend) where the model's files do not say how a pair looks.
  virtual TokenPair encode_pair(std::string_view first, std::string_view second, std::size_t max_tokens = 0) const;
};

// Reads the tokenizer of a Hugging Face model directory: sentencepiece.model / sentencepiece.bpe.model / spiece.model / spm.model /
// tokenizer.model (Unigram, BPE) where there is one, else tokenizer.json (WordPiece, Unigram), else vocab.txt (WordPiece).
//
// A sentencepiece file's ids are its own order, except where the directory's tokenizer_class is XLMRobertaTokenizer (or, no class being
// named, its model_type is xlm-roberta) and the file begins with the unknown piece, as fairseq's do: then <s> is 0, <pad> 1, </s> 2,
// <unk> 3 and every other piece one more than in the file.  A file already in that order ('rag model import' writes one) is left alone.
// Special tokens come from the post-processor of tokenizer.json, or from tokenizer_config.json and special_tokens_map.json; without a
// post-processor, pairs are framed as BERT or RoBERTa does, whichever the first token says ("[CLS]", "<s>").  Ordinary
// words that a tokenizer.json for WordPiece adds outside its vocabulary ("added_tokens", not special) are cut like any other word.
//
// Throws Error(Backend), naming the file that is missing or broken.
std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& model_directory);

// The same, and the tokenizer must have no more tokens than the model's weights.
std::unique_ptr<Tokenizer> open_tokenizer_of(const ModelDirectory& model);

}  // namespace rag
