#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rag {

// A text in 256 bytes, such that two texts can be compared by them alone: the smallest value of its shingles (shingles.h) under each of 128
// permutations, and of each its lowest 16 bits.
//
// The share of equal values estimates the Jaccard resemblance of the two sets of shingles without bias, with a standard error of
// sqrt(r (1 - r) / 128), .03 at .85 (Broder, "On the resemblance and containment of documents", 1997; keeping some bits of each value:
// Li and Koenig, "b-Bit Minwise Hashing", 2010).  Signatures lie on disk: another way to make them is another format.
using TextSignature = std::array<std::uint16_t, 128>;

// Nothing where the text has no word.
std::optional<TextSignature> text_signature(std::string_view text);

// 0 to 1.
double resemblance(const TextSignature& a, const TextSignature& b);

// From this resemblance on two documents are taken for copies, edited a little at most.
inline constexpr double kNearDuplicate = 0.85;

}  // namespace rag
