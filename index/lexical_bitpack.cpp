#include "index/lexical_bitpack.h"

#include <array>
#include <cstring>
#include <utility>

namespace rag {
namespace {

constexpr std::size_t kLanes = 4;
constexpr std::size_t kPerLane = kPackedNumbers / kLanes;

using Lanes [[gnu::vector_size(16)]] = std::uint32_t;

Lanes load_lanes(const char* at) {
  Lanes lanes;
  std::memcpy(&lanes, at, sizeof lanes);
  return lanes;
}

template <unsigned kBits, std::size_t kIndex>
void unpack_step(const char* packed, std::uint32_t* numbers) {
  constexpr std::size_t kWord = kIndex * kBits / 32;
  constexpr unsigned kShift = kIndex * kBits % 32;
  constexpr std::uint32_t kMask = kBits == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << kBits) - 1;
  Lanes value = load_lanes(packed + 16 * kWord) >> kShift;
  if constexpr (kShift + kBits > 32) value |= load_lanes(packed + 16 * (kWord + 1)) << (32 - kShift);
  value &= kMask;
  std::memcpy(numbers + kLanes * kIndex, &value, sizeof value);
}

// One function a width: shifts and masks are constants in it.
template <unsigned kBits>
void unpack_width(const char* packed, std::uint32_t* numbers) {
  if constexpr (kBits == 0) {
    std::memset(numbers, 0, kPackedNumbers * sizeof *numbers);
  } else {
    [&]<std::size_t... kIndex>(std::index_sequence<kIndex...>) { (unpack_step<kBits, kIndex>(packed, numbers), ...); }
    (std::make_index_sequence<kPerLane>{});
  }
}

template <std::size_t... kBits>
constexpr auto width_table(std::index_sequence<kBits...>) {
  return std::array<void (*)(const char*, std::uint32_t*), sizeof...(kBits)>{&unpack_width<kBits>...};
}

}  // namespace

void append_packed(std::string& out, const std::uint32_t* numbers, unsigned bits) {
  std::array<std::uint32_t, kPackedNumbers> words{};
  for (std::size_t i = 0; i < kPackedNumbers; ++i) {
    const std::size_t lane = i % kLanes;
    const std::size_t bit = i / kLanes * bits;
    const std::uint64_t shifted = static_cast<std::uint64_t>(numbers[i]) << (bit % 32);
    if (bits == 0) continue;
    words[bit / 32 * kLanes + lane] |= static_cast<std::uint32_t>(shifted);
    if (bit % 32 + bits > 32) words[(bit / 32 + 1) * kLanes + lane] |= static_cast<std::uint32_t>(shifted >> 32);
  }
  out.append(reinterpret_cast<const char*>(words.data()), packed_bytes(bits));
}

void unpack(const char* packed, unsigned bits, std::uint32_t* numbers) {
  static constexpr auto kWidths = width_table(std::make_index_sequence<33>{});
  kWidths[bits](packed, numbers);
}

}  // namespace rag
