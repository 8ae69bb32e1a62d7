#include "models/kernels/byte_attention.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/kernels/amx_attention.h"
#include "models/kernels/packed_head.h"
#include "models/kernels/vnni_attention.h"

namespace rag {

#if defined(__x86_64__)

RAG_BEGIN_VNNI

namespace attention {
namespace {

// Products: how a head's two products are computed, of kRows queries at a time.
template <std::size_t kWidth, typename Products>
void attend(const HeadProducts& head, std::size_t tokens, float* context, std::size_t context_stride) {
  constexpr std::size_t kRows = Products::kRows, kTogether = Products::kTogether;
  Packed<kWidth> packed(tokens, kRows);
  pack_keys(head, tokens, packed);
  pack_values(head, tokens, packed);
  const float query_scale = largest_of<kWidth>(head, head.query, tokens) / 127.0f;
  const float factor = query_scale * packed.key_scale * std::numbers::log2e_v<float> / std::sqrt(static_cast<float>(kWidth));
  Products::prepare();
  for (std::size_t first = 0; first < tokens; first += kRows) {
    const std::size_t rows = std::min(kRows, tokens - first);
    std::int8_t queries[kRows * kWidth];
    float totals[kRows];
    for (std::size_t row = 0; row < kRows; ++row)  // those beyond the last query repeat it
      pack_query<kWidth>(head, first + std::min(row, rows - 1), 1.0f / query_scale, queries + row * kWidth);
    Products::score(queries, packed);
    for (std::size_t row = 0; row < rows; row += kTogether) soften<kTogether>(packed, row, tokens, factor, totals);
    alignas(64) std::int32_t sums[kRows * kWidth];
    Products::mix(packed, sums);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t d = 0; d < kWidth; d += kLanes)
        _mm512_storeu_ps(context + (first + row) * context_stride + d,
                         _mm512_mul_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(sums + row * kWidth + d)),
                                                     _mm512_loadu_ps(packed.value_scales + d)),
                                       _mm512_set1_ps(1.0f / totals[row])));
  }
  Products::finish();
}

template <std::size_t kWidth>
auto attend_with(ByteInstructions with) {
  return with == ByteInstructions::Amx ? attend<kWidth, AmxProducts<kWidth>> : attend<kWidth, VnniProducts<kWidth>>;
}

}  // namespace
}  // namespace attention

RAG_END_VNNI

bool has_byte_attention(std::size_t head_size) {
  static const bool fast = fastest_byte_instructions() >= ByteInstructions::Avx2;
  return fast && (head_size == 32 || head_size == 64);
}

void attend_bytes(const HeadProducts& head, std::size_t tokens, std::size_t head_size, float* context, std::size_t context_stride,
                  ByteInstructions with) {
  if (tokens == 0) return;
  if (with < ByteInstructions::Vnni) return attention::attend_in_256(head, tokens, head_size, context, context_stride, with);
  const auto attend = head_size == 32 ? attention::attend_with<32>(with) : attention::attend_with<64>(with);
  attend(head, tokens, context, context_stride);
}

#else

bool has_byte_attention(std::size_t) { return false; }
void attend_bytes(const HeadProducts&, std::size_t, std::size_t, float*, std::size_t, ByteInstructions) {}

#endif

}  // namespace rag
