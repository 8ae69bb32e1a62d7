#include "index/vector_code.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rag {
namespace {

constexpr std::size_t kBlock = 64;  // numbers of 32 bytes: code i of them in the low half of byte i, code 32 + i in the high half
constexpr std::size_t kBlockBytes = 32;
constexpr float kLargestCode = 15;
constexpr float kLargestNumber = 127;

struct RowHead {
  std::int64_t id;
  float offset;
  float step;
};
static_assert(sizeof(RowHead) == 16);

RowHead head_of(const char* row) {
  RowHead head;
  std::memcpy(&head, row, sizeof head);
  return head;
}

std::int32_t product_plain(const std::uint8_t* codes, const std::int8_t* numbers, std::size_t blocks) {
  std::int32_t sum = 0;
  for (std::size_t b = 0; b < blocks; ++b, codes += kBlockBytes, numbers += kBlock)
    for (std::size_t i = 0; i < kBlockBytes; ++i) sum += (codes[i] & 15) * numbers[i] + (codes[i] >> 4) * numbers[kBlockBytes + i];
  return sum;
}

#if defined(__x86_64__)
// Sums of 16 bits hold 4 blocks: 8 times two products of at most 15 * 127.
constexpr std::size_t kBlocksOfShortSums = 4;

__attribute__((target("avx2"))) inline std::int32_t product_avx2(const std::uint8_t* codes, const std::int8_t* numbers, std::size_t blocks) {
  const __m256i low_half = _mm256_set1_epi8(15), ones = _mm256_set1_epi16(1);
  __m256i sums = _mm256_setzero_si256();
  for (std::size_t b = 0; b < blocks;) {
    __m256i shorts = _mm256_setzero_si256();
    for (const std::size_t end = std::min(blocks, b + kBlocksOfShortSums); b < end; ++b, codes += kBlockBytes, numbers += kBlock) {
      const __m256i pair = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes));
      const __m256i low = _mm256_and_si256(pair, low_half), high = _mm256_and_si256(_mm256_srli_epi16(pair, 4), low_half);
      const __m256i low_products = _mm256_maddubs_epi16(low, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(numbers)));
      const __m256i high_products = _mm256_maddubs_epi16(high, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(numbers + kBlockBytes)));
      shorts = _mm256_add_epi16(shorts, _mm256_add_epi16(low_products, high_products));
    }
    sums = _mm256_add_epi32(sums, _mm256_madd_epi16(shorts, ones));
  }
  __m128i four = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
  four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
  return _mm_cvtsi128_si32(four);
}

struct QueryNumbers {
  const std::int8_t* numbers;
  std::size_t blocks;
  float step;
  float sum;
};

__attribute__((target("avx2"))) void score_avx2(const QueryNumbers& query, const char* rows, std::size_t row_bytes, std::size_t count, float base, float* out) {
  for (std::size_t i = 0; i < count; ++i, rows += row_bytes) {
    const RowHead head = head_of(rows);
    const std::int32_t product = product_avx2(reinterpret_cast<const std::uint8_t*>(rows) + sizeof head, query.numbers, query.blocks);
    out[i] = base + head.offset * query.sum + head.step * query.step * static_cast<float>(product);
  }
}

bool has_avx2() {
  static const bool kHas = __builtin_cpu_supports("avx2");
  return kHas;
}
#endif

}  // namespace

std::size_t coded_dimension(std::size_t dimension) { return (dimension + kBlock - 1) / kBlock * kBlock; }
std::size_t coded_row_bytes(std::size_t dimension) { return sizeof(RowHead) + coded_dimension(dimension) / 2; }

void encode_row(std::span<const float> difference, std::int64_t id, char* out) {
  const auto [least, most] = std::ranges::minmax(difference);
  const RowHead head{.id = id, .offset = least, .step = (most - least) / kLargestCode};
  const float inverse = head.step > 0 ? 1 / head.step : 0;
  std::memcpy(out, &head, sizeof head);
  std::memset(out + sizeof head, 0, coded_dimension(difference.size()) / 2);
  auto* codes = reinterpret_cast<std::uint8_t*>(out) + sizeof head;
  for (std::size_t i = 0; i < difference.size(); ++i) {
    const auto code = static_cast<unsigned>(std::clamp((difference[i] - least) * inverse + 0.5F, 0.0F, kLargestCode));
    std::uint8_t& pair = codes[i / kBlock * kBlockBytes + i % kBlockBytes];
    pair = static_cast<std::uint8_t>(pair | (i % kBlock < kBlockBytes ? code : code << 4));
  }
}

std::int64_t id_of_coded_row(const char* row) { return head_of(row).id; }

CodedQuery::CodedQuery(std::span<const float> query)
    : blocks_(coded_dimension(query.size()) / kBlock), row_bytes_(coded_row_bytes(query.size())), numbers_(coded_dimension(query.size())) {
  float most = 0;
  for (const float value : query) most = std::max(most, std::abs(value));
  step_ = most / kLargestNumber;
  const float inverse = most > 0 ? kLargestNumber / most : 0;
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    numbers_[i] = static_cast<std::int8_t>(std::clamp(std::nearbyint(query[i] * inverse), -kLargestNumber, kLargestNumber));
    sum += numbers_[i];
  }
  sum_ = step_ * static_cast<float>(sum);
}

void CodedQuery::score(const char* rows, std::size_t count, float base, float* out) const {
#if defined(__x86_64__)
  if (has_avx2()) return score_avx2({numbers_.data(), blocks_, step_, sum_}, rows, row_bytes_, count, base, out);
#endif
  for (std::size_t i = 0; i < count; ++i, rows += row_bytes_) {
    const RowHead head = head_of(rows);
    const std::int32_t product = product_plain(reinterpret_cast<const std::uint8_t*>(rows) + sizeof head, numbers_.data(), blocks_);
    out[i] = base + head.offset * sum_ + head.step * step_ * static_cast<float>(product);
  }
}

}  // namespace rag
