// Written with the compiler's vectors, once for each width of registers; options of this file: CMakeLists.txt.
#include "models/kernels/attention_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "models/kernels/float_tile.h"
#include "models/kernels/vector_math.h"

namespace rag {
namespace {

constexpr std::size_t kRows = kFloatRows;  // queries that go through keys and values together
constexpr std::size_t kPanel = 64;         // keys whose scores are made at a time

struct Head {
  const float* query;
  const float* key;
  const float* value;
  std::size_t stride;
  std::size_t tokens;
  std::size_t width;
  float* context;
  std::size_t context_stride;

  std::size_t panels() const { return (tokens + kPanel - 1) / kPanel; }
  std::size_t padded() const { return panels() * kPanel; }
};

// Keys transposed, [panel][width][kPanel], values [padded][width], and a row of zeros; what is padded is zero.
struct Gathered {
  float* keys;
  float* values;
  float* zeros;
  float* scores;  // [kRows][padded]

  static std::size_t floats(const Head& head) { return head.padded() * (2 * head.width + kRows) + kPanel; }

  Gathered(const Head& head, float* scratch)
      : keys(scratch), values(keys + head.padded() * head.width), zeros(values + head.padded() * head.width), scores(zeros + kPanel) {
    std::fill_n(zeros, kPanel, 0.0f);
    for (std::size_t j = 0; j < head.tokens; ++j) std::memcpy(values + j * head.width, head.value + j * head.stride, head.width * sizeof(float));
  }
};

template <std::size_t kWidth>
__attribute__((always_inline)) inline void turn_keys(const Head& head, float* keys) {
  for (std::size_t first = 0; first < head.padded(); first += kPanel, keys += kWidth * kPanel) {
    const std::size_t count = std::min(kPanel, head.tokens - first);
    if (count < kPanel) std::fill_n(keys, kWidth * kPanel, 0.0f);
    for (std::size_t j = 0; j < count; ++j) {
      const float* key = head.key + (first + j) * head.stride;
#pragma GCC unroll 64
      for (std::size_t d = 0; d < kWidth; ++d) keys[d * kPanel + j] = key[d];
    }
  }
}

// Scores to e^(scale (score - largest)), not yet divided by their sum, which is returned.
__attribute__((always_inline)) inline float soften(float* scores, std::size_t tokens, float scale) {
  float largest = -std::numeric_limits<float>::max();
  for (std::size_t j = 0; j < tokens; ++j) largest = std::max(largest, scores[j]);
  float sum = 0;
  for (std::size_t j = 0; j < tokens; ++j) {
    scores[j] = exp_of_negative((scores[j] - largest) * scale);
    sum += scores[j];
  }
  return sum;
}

// At least kRows tokens.
template <std::size_t kBytes, std::size_t kWidth>
__attribute__((always_inline)) inline void attend_all(const Head& head, float* scratch) {
  const Gathered parts(head, scratch);
  turn_keys<kWidth>(head, parts.keys);
  const std::size_t padded = head.padded();
  const float scale = 1.0f / std::sqrt(static_cast<float>(kWidth));
  for (std::size_t done = 0; done < head.tokens; done += kRows) {
    const std::size_t first = std::min(done, head.tokens - kRows);  // the last queries go through once more with those before them
    FloatTask score{head.query + first * head.stride, head.stride, parts.keys, parts.zeros, 0, kWidth, parts.scores, padded};
    for (std::size_t panel = 0; panel < head.panels(); ++panel, score.weights += kWidth * kPanel, score.out += kPanel)
      multiply_rows<kBytes, kPanel, kRows>(score);
    float totals[kRows];
    for (std::size_t row = 0; row < kRows; ++row) totals[row] = soften(parts.scores + row * padded, head.tokens, scale);
    float mixed[kRows * kWidth];
    multiply_rows<kBytes, kWidth, kRows>({parts.scores, padded, parts.values, parts.zeros, 0, head.tokens, mixed, kWidth});
    for (std::size_t row = 0; row < kRows; ++row)
      for (std::size_t d = 0; d < kWidth; ++d) head.context[(first + row) * head.context_stride + d] = mixed[row * kWidth + d] / totals[row];
  }
}

template <std::size_t kWidth>
void attend_in_16(const Head& head, float* scratch) {
  attend_all<16, kWidth>(head, scratch);
}
#if defined(__x86_64__)
template <std::size_t kWidth>
RAG_FOR_AVX2 void attend_in_32(const Head& head, float* scratch) {
  attend_all<32, kWidth>(head, scratch);
}
template <std::size_t kWidth>
RAG_FOR_AVX512 void attend_in_64(const Head& head, float* scratch) {
  attend_all<64, kWidth>(head, scratch);
}
#endif

template <std::size_t kWidth>
void attend(const Head& head, float* scratch, std::size_t register_bytes) {
#if defined(__x86_64__)
  if (register_bytes == 64) return attend_in_64<kWidth>(head, scratch);
  if (register_bytes == 32) return attend_in_32<kWidth>(head, scratch);
#endif
  attend_in_16<kWidth>(head, scratch);
}

// Any width and number of tokens, one query at a time.
void attend_plainly(const Head& head, float* scores) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(head.width));
  for (std::size_t i = 0; i < head.tokens; ++i) {
    for (std::size_t j = 0; j < head.tokens; ++j) {
      scores[j] = 0;
      for (std::size_t d = 0; d < head.width; ++d) scores[j] += head.query[i * head.stride + d] * head.key[j * head.stride + d];
    }
    const float total = soften(scores, head.tokens, scale);
    for (std::size_t d = 0; d < head.width; ++d) {
      float sum = 0;
      for (std::size_t j = 0; j < head.tokens; ++j) sum += scores[j] * head.value[j * head.stride + d];
      head.context[i * head.context_stride + d] = sum / total;
    }
  }
}

}  // namespace

void attend_head(const float* query, const float* key, const float* value, std::size_t stride, std::size_t tokens, std::size_t head_size,
                 float* context, std::size_t context_stride, FloatInstructions with) {
  if (tokens == 0) return;
  const Head head{query, key, value, stride, tokens, head_size, context, context_stride};
  thread_local std::vector<float> scratch;
  if (const std::size_t needed = Gathered::floats(head); scratch.size() < needed) scratch.resize(needed);
  if (tokens >= kRows && head_size == 32) return attend<32>(head, scratch.data(), register_bytes_of(with));
  if (tokens >= kRows && head_size == 64) return attend<64>(head, scratch.data(), register_bytes_of(with));
  attend_plainly(head, scratch.data());
}

}  // namespace rag
