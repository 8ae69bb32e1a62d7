#include "core/text_signature.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <tuple>

#include "core/shingles.h"

namespace rag {
namespace {

constexpr std::size_t kValues = std::tuple_size_v<TextSignature>;

struct Permutations {
  std::array<std::uint32_t, kValues> factors;  // odd, so that x -> factor * x + offset is a permutation of 32 bits
  std::array<std::uint32_t, kValues> offsets;
};

// Random but for ever the same: SplitMix64 (Steele, Lea and Flood 2014) from 0.
constexpr Permutations make_permutations() {
  Permutations made{};
  std::uint64_t state = 0;
  for (std::size_t i = 0; i < kValues; ++i) {
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    z ^= z >> 31;
    made.factors[i] = static_cast<std::uint32_t>(z) | 1U;
    made.offsets[i] = static_cast<std::uint32_t>(z >> 32);
  }
  return made;
}

constexpr Permutations kPermutations = make_permutations();

}  // namespace

std::optional<TextSignature> text_signature(std::string_view text) {
  std::array<std::uint32_t, kValues> smallest;
  smallest.fill(std::numeric_limits<std::uint32_t>::max());
  bool empty = true;
  for_each_shingle(text, [&](std::uint64_t shingle) {
    empty = false;
    const auto x = static_cast<std::uint32_t>(shingle ^ shingle >> 32);
    for (std::size_t i = 0; i < kValues; ++i) smallest[i] = std::min(smallest[i], kPermutations.factors[i] * x + kPermutations.offsets[i]);
  });
  if (empty) return std::nullopt;
  TextSignature signature;
  for (std::size_t i = 0; i < kValues; ++i) signature[i] = static_cast<std::uint16_t>(smallest[i]);
  return signature;
}

double resemblance(const TextSignature& a, const TextSignature& b) {
  std::size_t equal = 0;
  for (std::size_t i = 0; i < kValues; ++i) equal += a[i] == b[i];
  return static_cast<double>(equal) / static_cast<double>(kValues);
}

}  // namespace rag
