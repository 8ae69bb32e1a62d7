#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct Tokens {
  std::vector<std::int32_t> ids;  // with the special tokens of the model around them
  std::size_t cut = 0;            // tokens that did not fit under the limit
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
};

// Reads the tokenizer of a Hugging Face model directory: tokenizer.json (WordPiece, Unigram), sentencepiece.model /
// sentencepiece.bpe.model / tokenizer.model (Unigram, BPE), or vocab.txt (WordPiece, with tokenizer_config.json).
// Throws Error(Backend), naming the file that is missing or broken.
std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& model_directory);

}  // namespace rag
