// Written with the compiler's vectors of sixteen floats, which it turns into whatever registers the processor has (options of this file:
// cmake/rooms.cmake).
#include "models/kernels/attention_kernel.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "models/kernels/vector_math.h"

namespace rag {
namespace {

using Vector = float __attribute__((vector_size(64), aligned(4)));
constexpr std::size_t kLanes = 16;
constexpr std::size_t kRows = 6;     // queries that go through keys and values together
constexpr std::size_t kColumns = 4;  // vectors of scores held in registers for each of them

#define RAG_INLINE static inline __attribute__((always_inline))

struct Head {
  const float* query;
  const float* key;
  const float* value;
  std::size_t stride;
  std::size_t tokens;
  float* context;
  std::size_t context_stride;
};

// Keys transposed and scaled, [width][padded], values [padded][width]; what is padded is zero.
template <std::size_t kWidth>
RAG_INLINE void gather(const Head& head, std::size_t padded, float* keys, float* values) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(kWidth));
  for (std::size_t d = 0; d < kWidth; ++d) {
    for (std::size_t j = 0; j < head.tokens; ++j) keys[d * padded + j] = head.key[j * head.stride + d] * scale;
    for (std::size_t j = head.tokens; j < padded; ++j) keys[d * padded + j] = 0;
  }
  for (std::size_t j = 0; j < head.tokens; ++j) std::memcpy(values + j * kWidth, head.value + j * head.stride, kWidth * sizeof(float));
}

template <std::size_t kWidth>
RAG_INLINE void score(const float* const* queries, const float* keys, std::size_t padded, float* scores) {
  for (std::size_t begin = 0; begin < padded; begin += kColumns * kLanes) {
    Vector sums[kRows][kColumns] = {};
    for (std::size_t d = 0; d < kWidth; ++d) {
      const auto* key = reinterpret_cast<const Vector*>(keys + d * padded + begin);
      for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t c = 0; c < kColumns; ++c) sums[row][c] += queries[row][d] * key[c];
    }
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t c = 0; c < kColumns; ++c) reinterpret_cast<Vector*>(scores + row * padded + begin)[c] = sums[row][c];
  }
}

// Scores to e^(score - largest), not yet divided by their sum, which is returned.
RAG_INLINE float soften(float* scores, std::size_t tokens) {
  float largest = -std::numeric_limits<float>::max();
  for (std::size_t j = 0; j < tokens; ++j) largest = std::max(largest, scores[j]);
  float sum = 0;
  for (std::size_t j = 0; j < tokens; ++j) {
    scores[j] = exp_of_negative(scores[j] - largest);
    sum += scores[j];
  }
  return sum;
}

template <std::size_t kWidth>
RAG_INLINE void mix(const float* weights, std::size_t padded, const float* values, std::size_t tokens,
                    Vector (&sums)[kRows][kWidth / kLanes]) {
  for (std::size_t j = 0; j < tokens; ++j) {
    const auto* value = reinterpret_cast<const Vector*>(values + j * kWidth);
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t c = 0; c < kWidth / kLanes; ++c) sums[row][c] += weights[row * padded + j] * value[c];
  }
}

template <std::size_t kWidth>
RAG_INLINE void attend_all(const Head& head, float* scratch) {
  constexpr std::size_t kBlock = kColumns * kLanes;
  const std::size_t padded = (head.tokens + kBlock - 1) / kBlock * kBlock;
  float* keys = scratch;
  float* values = keys + kWidth * padded;
  float* scores = values + kWidth * padded;
  gather<kWidth>(head, padded, keys, values);
  for (std::size_t first = 0; first < head.tokens; first += kRows) {
    const float* queries[kRows];
    for (std::size_t row = 0; row < kRows; ++row) queries[row] = head.query + std::min(first + row, head.tokens - 1) * head.stride;
    score<kWidth>(queries, keys, padded, scores);
    float totals[kRows];
    for (std::size_t row = 0; row < kRows; ++row) totals[row] = soften(scores + row * padded, head.tokens);
    Vector sums[kRows][kWidth / kLanes] = {};
    mix<kWidth>(scores, padded, values, head.tokens, sums);
    for (std::size_t row = 0; row < kRows && first + row < head.tokens; ++row)
      for (std::size_t c = 0; c < kWidth / kLanes; ++c)
        reinterpret_cast<Vector*>(head.context + (first + row) * head.context_stride)[c] = sums[row][c] / totals[row];
  }
}

// Any width, one query at a time.
void attend_plainly(const Head& head, std::size_t width, float* scores) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(width));
  for (std::size_t i = 0; i < head.tokens; ++i) {
    for (std::size_t j = 0; j < head.tokens; ++j) {
      scores[j] = 0;
      for (std::size_t d = 0; d < width; ++d) scores[j] += head.query[i * head.stride + d] * head.key[j * head.stride + d];
      scores[j] *= scale;
    }
    const float total = soften(scores, head.tokens);
    for (std::size_t d = 0; d < width; ++d) {
      float sum = 0;
      for (std::size_t j = 0; j < head.tokens; ++j) sum += scores[j] * head.value[j * head.stride + d];
      head.context[i * head.context_stride + d] = sum / total;
    }
  }
}

RAG_EVERY_PROCESSOR void attend_32(const Head& head, float* scratch) { attend_all<32>(head, scratch); }
RAG_EVERY_PROCESSOR void attend_64(const Head& head, float* scratch) { attend_all<64>(head, scratch); }

}  // namespace

void attend_head(const float* query, const float* key, const float* value, std::size_t stride, std::size_t tokens, std::size_t head_size,
                 float* context, std::size_t context_stride) {
  if (tokens == 0) return;
  const std::size_t padded = tokens + kColumns * kLanes;
  thread_local std::vector<float> scratch;
  if (const std::size_t needed = padded * (2 * head_size + kRows); scratch.size() < needed) scratch.resize(needed);
  const Head head{query, key, value, stride, tokens, context, context_stride};
  if (head_size == 32) return attend_32(head, scratch.data());
  if (head_size == 64) return attend_64(head, scratch.data());
  attend_plainly(head, head_size, scratch.data());
}

}  // namespace rag
