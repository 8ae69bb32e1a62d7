#pragma once

// Weights on their way into tiles.  For float_product_amx.cpp.

#include "models/kernels/float_pieces.h"
#include "models/kernels/float_product.h"

#if defined(__x86_64__)

namespace rag::pieces {

inline constexpr std::size_t kOutputs = 16;                          // of one tile of weights
inline constexpr std::size_t kWeightsStep = 2 * kPieces * kTileSize;  // of two tiles' outputs: [high, middle, low][2 tiles]

// Splits some inputs' weights of a panel into tiles, little by little, so that it can be done between other things.
class PanelSplitter {
 public:
  // Of the cache, for what is split.
  static std::size_t lines(std::size_t steps) { return kBlocks * steps * kWeightsStep / sizeof(Line); }

  PanelSplitter() = default;
  // `inputs` of the panel from `weights` on, times `factors`, into `to`, [kBlocks][steps][kPieces][2 tiles of 16 outputs].
  PanelSplitter(const float* weights, std::size_t inputs, const float* factors, char* to)
      : first_(weights),
        end_(weights + inputs * FloatWeights::kPanel),
        factors_(factors),
        to_(to),
        block_(steps_for(inputs) * kWeightsStep),
        left_(steps_for(inputs) * kHalfStep) {}

  // Pairs of inputs that split() will take.
  std::size_t left() const { return left_; }

  // One pair of inputs, of all outputs; nothing where none is left.
  RAG_FOR_AVX512 [[gnu::always_inline]] void split() {
    if (left_ == 0) return;
    const float* const second = first_ + kHalfStep * FloatWeights::kPanel;
    split_column(second, 0, to_), split_column(second, 1, to_ + kTileSize);
    split_column(second, 2, to_ + block_), split_column(second, 3, to_ + block_ + kTileSize);
    first_ += FloatWeights::kPanel;
    to_ += sizeof(Line);
    if (--left_ % kHalfStep == 0) {
      first_ += kHalfStep * FloatWeights::kPanel;
      to_ += kWeightsStep - kTileSize;
    }
  }
  RAG_FOR_AVX512 void finish() {
    while (left_ > 0) split();
  }

 private:
  static constexpr std::size_t kBlocks = FloatWeights::kPanel / (2 * kOutputs);

  RAG_FOR_AVX512 [[gnu::always_inline]] void split_column(const float* second, std::size_t column, char* to) const {
    const __m512 factors = _mm512_loadu_ps(factors_ + column * kOutputs);
    const __m512 one = _mm512_mul_ps(take(first_ + column * kOutputs), factors), other = _mm512_mul_ps(take(second + column * kOutputs), factors);
    store_split(one, other, to, 2 * kTileSize);
  }
  RAG_FOR_AVX512 [[gnu::always_inline]] __m512 take(const float* weights) const {
    __builtin_prefetch(weights + kStep * FloatWeights::kPanel, 0, 2);  // behind the last, too: a hint may point anywhere
    return _mm512_maskz_loadu_ps(weights < end_ ? 0xFFFF : 0, weights);
  }

  const float *first_ = nullptr, *end_ = nullptr, *factors_ = nullptr;
  char* to_ = nullptr;
  std::size_t block_ = 0, left_ = 0;
};

}  // namespace rag::pieces
#endif
