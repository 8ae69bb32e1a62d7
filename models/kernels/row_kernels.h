#pragma once

#include <cstddef>
#include <cstdint>

#include "models/model_directory.h"

namespace rag {

// What stands between the matrix products of an int8 encoder, each in one pass over the rows while they are in the cache.
//
// A row of `columns` floats becomes bytes with one scale: x = (byte - zero) * scale + offset.  Products are exact sums of bytes; `sums`
// is such a product already multiplied by the weights' scales, so that  sums * scale + offset * weight_sums + bias  is the layer's output,
// where weight_sums[i] is the sum of output i's weights.  A row around 0 has no offset.
// Compiled for AVX-512, AVX2 and plain x86-64; the processor chooses when the module is loaded.

inline constexpr std::int64_t kZeroPoint = 128;  // bytes 1 to 255 stand for -127 to 127

// Rows around 0: scale = largest magnitude / 127.
void quantise_rows(const float* x, std::size_t rows, std::size_t columns, std::uint8_t* bytes, float* scales);

// What the outputs of a layer have beside their sums of bytes, one of each an output.
struct LayerOutputs {
  const float* bias = nullptr;
  const float* weight_sums = nullptr;
};

// In place: sums * scale + offset * weight_sums + bias.  `scales` and `offsets`: one a row.
void scale_rows(float* sums, std::size_t rows, std::size_t columns, const float* scales, const float* offsets, const LayerOutputs& layer);

// The smallest value the activation can give, which becomes byte 0: GELU's minimum is known, so no bit is lost to numbers that never occur.
float smallest_activation(Activation activation);

// activation(sums * scale + offset * weight_sums + bias) as bytes from smallest_activation upwards; `scales` is read, `sums` and `scales`
// are overwritten.
void activate_and_quantise_rows(float* sums, std::size_t rows, std::size_t columns, Activation activation, const float* offsets,
                                const LayerOutputs& layer, std::uint8_t* bytes, float* scales);

// hidden = layer_norm(sums * scale + bias + hidden), and hidden as bytes from its smallest number to its largest: what a layer norm leaves
// is seldom even on both sides of 0, and half the step is half the error.  `scales` is read, then overwritten.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
  float epsilon = 0;
};
void add_norm_and_quantise_rows(const float* sums, std::size_t rows, std::size_t columns, const float* bias, const NormWeights& norm,
                                float* hidden, std::uint8_t* bytes, float* scales, float* offsets);

}  // namespace rag
