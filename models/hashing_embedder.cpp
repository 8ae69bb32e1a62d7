// An embedder without weights: each word and each pair of neighbouring characters in it adds or subtracts one at a place its hash names.
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/hash.h"
#include "core/text.h"
#include "models/embedder.h"

namespace rag {
namespace {

constexpr std::size_t kDimension = 256;
constexpr std::size_t kMaxTokens = 512;
constexpr std::size_t kVocabulary = 65536;
constexpr std::size_t kLongestWord = 24;  // characters; longer runs are cut, so that no text is one token

bool belongs_to_word(char32_t c) { return is_letter(c) || is_digit(c); }

// Case folded.  Runs of letters and digits; every other visible character stands alone.
std::vector<std::string> words_of(std::string_view text) {
  const std::string folded = fold_case(to_nfc(replace_invalid_utf8(text)));
  std::vector<std::string> words;
  std::size_t length = 0;  // characters of the word being read; 0: none is
  for (std::size_t offset = 0; offset < folded.size();) {
    const char32_t c = next_code_point(folded, offset);
    const bool inside = belongs_to_word(c);
    if (inside && length > 0 && length < kLongestWord) {
      append_utf8(words.back(), c);
      ++length;
    } else if (!is_space(c)) {
      append_utf8(words.emplace_back(), c);
      length = inside ? 1 : 0;
    } else {
      length = 0;
    }
  }
  return words;
}

class WordTokenizer final : public Tokenizer {
 public:
  std::string name() const override { return "words-1"; }
  Tokens encode(std::string_view text, std::size_t max_tokens) const override {
    std::vector<std::string> words = words_of(text);
    Tokens tokens;
    if (max_tokens > 0 && words.size() > max_tokens) {
      tokens.cut = words.size() - max_tokens;
      words.resize(max_tokens);
    }
    for (const std::string& word : words) tokens.ids.push_back(static_cast<std::int32_t>(checksum64(word) % kVocabulary));
    return tokens;
  }
  std::size_t count(std::string_view text) const override { return words_of(text).size(); }
  std::size_t vocabulary_size() const override { return kVocabulary; }
};

void add(std::span<float> vector, const std::string& feature, float weight) {
  const std::uint64_t hash = checksum64(feature);
  vector[hash % kDimension] += (hash >> 32 & 1) != 0 ? weight : -weight;
}

void add_word(std::span<float> vector, const std::string& word) {
  add(vector, "w" + word, 1.0F);
  std::string previous = "^";
  for (std::size_t offset = 0; offset < word.size();) {
    const std::size_t begin = offset;
    next_code_point(word, offset);
    std::string current = word.substr(begin, offset - begin);
    add(vector, "c" + previous + current, 0.5F);
    previous = std::move(current);
  }
}

void normalise(std::span<float> vector) {
  double sum = 0;
  for (const float value : vector) sum += static_cast<double>(value) * value;
  if (sum == 0) return;  // a text without words has the zero vector: like nothing
  for (float& value : vector) value = static_cast<float>(value / std::sqrt(sum));
}

class HashingEmbedder final : public Embedder {
 public:
  std::string name() const override { return "hash/256"; }
  std::size_t dimension() const override { return kDimension; }
  std::size_t max_tokens() const override { return kMaxTokens; }
  const Tokenizer& tokenizer() const override { return tokenizer_; }
  std::string prefix(TextKind) const override { return ""; }

  Embeddings embed(std::span<const std::string> texts, TextKind) const override {
    Embeddings out{.rows = texts.size(), .dimension = kDimension, .values = std::vector<float>(texts.size() * kDimension)};
    for (std::size_t row = 0; row < texts.size(); ++row) {
      const std::vector<std::string> words = words_of(texts[row]);
      const std::size_t kept = std::min(words.size(), kMaxTokens);
      const std::span<float> vector(out.values.data() + row * kDimension, kDimension);
      for (std::size_t i = 0; i < kept; ++i) add_word(vector, words[i]);
      normalise(vector);
      out.cut_tokens.push_back(words.size() - kept);
    }
    return out;
  }

 private:
  WordTokenizer tokenizer_;
};

}  // namespace

std::unique_ptr<Embedder> make_hashing_embedder() { return std::make_unique<HashingEmbedder>(); }

}  // namespace rag
