#include "generate/eval/rouge.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <unordered_map>

#include "core/shingles.h"

namespace rag {
namespace {

constexpr std::size_t kBits = 64;

// The places of each token in a text, one bit a place.  Tokens that come often keep their bits; those of the others are set when they are asked
// for, so that a text of many different tokens does not take the square of its length in memory.
class Places {
 public:
  explicit Places(const std::vector<std::string>& tokens) : bits_((tokens.size() + kBits - 1) / kBits) {
    for (std::size_t i = 0; i < tokens.size(); ++i) at_[tokens[i]].push_back(i);
  }

  std::size_t words() const { return bits_.size(); }

  // Valid until the next call.
  const std::vector<std::uint64_t>& of(const std::string& token) {
    for (const std::size_t place : set_) bits_[place / kBits] = 0;
    set_.clear();
    const auto found = at_.find(token);
    if (found == at_.end()) return bits_;
    if (found->second.size() > kBits) {
      std::vector<std::uint64_t>& kept = kept_[token];
      if (kept.empty()) kept = marked(std::vector<std::uint64_t>(bits_.size()), found->second);
      return kept;
    }
    set_ = found->second;
    bits_ = marked(std::move(bits_), set_);
    return bits_;
  }

 private:
  static std::vector<std::uint64_t> marked(std::vector<std::uint64_t> bits, const std::vector<std::size_t>& places) {
    for (const std::size_t place : places) bits[place / kBits] |= std::uint64_t{1} << (place % kBits);
    return bits;
  }

  std::unordered_map<std::string, std::vector<std::size_t>> at_;
  std::unordered_map<std::string, std::vector<std::uint64_t>> kept_;
  std::vector<std::uint64_t> bits_;
  std::vector<std::size_t> set_;
};

// Hyyrö's bit-parallel recurrence ("Bit-parallel LCS-length computation revisited", 2004): V = (V + (V & M)) | (V & ~M); each zero that is left is
// one token of the subsequence.  64 cells of the table at a time.
std::size_t longest_common_subsequence(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  Places places(a);
  std::vector<std::uint64_t> v(places.words(), ~std::uint64_t{0});
  for (const std::string& token : b) {
    const std::vector<std::uint64_t>& m = places.of(token);
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
      const std::uint64_t u = v[i] & m[i];
      const std::uint64_t sum = v[i] + u, with_carry = sum + carry;
      carry = (sum < u || with_carry < sum) ? 1 : 0;
      v[i] = with_carry | (v[i] & ~m[i]);
    }
  }
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < v.size(); ++i) zeros += static_cast<std::size_t>(std::popcount(~v[i]));
  return zeros;  // bits behind the last token stay ones: no token stands there
}

}  // namespace

std::vector<std::string> rouge_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  for_each_compared_word(text, [&](std::string_view word) { tokens.emplace_back(word); });
  return tokens;
}

double rouge_l(std::string_view answer, std::string_view reference) {
  const std::vector<std::string> said = rouge_tokens(answer), wanted = rouge_tokens(reference);
  if (said.empty() || wanted.empty()) return 0.0;
  const double common = static_cast<double>(longest_common_subsequence(wanted, said));
  if (common == 0) return 0.0;
  const double precision = common / static_cast<double>(said.size()), recall = common / static_cast<double>(wanted.size());
  return 2 * precision * recall / (precision + recall);
}

double best_rouge_l(std::string_view answer, std::span<const std::string> references) {
  double best = 0;
  for (const std::string& reference : references) best = std::max(best, rouge_l(answer, reference));
  return best;
}

}  // namespace rag
