#pragma once

#include <cstddef>
#include <cstdint>

#include "models/model_directory.h"

namespace rag {

// What stands between the matrix products of an int8 encoder, each in one pass over the rows while they are in the cache.
//
// A row of `columns` floats becomes bytes with one scale: x = (byte - zero) * scale + minimum.  Products are exact sums of bytes; `sums`
// is such a product already multiplied by the weights' scales, so that  sums * scale + bias  is the layer's output.
// Compiled for AVX-512, AVX2 and plain x86-64; the processor chooses when the module is loaded.

inline constexpr std::int64_t kZeroPoint = 128;  // of signed rows: bytes 1 to 255 stand for -127 to 127

// Signed rows: scale = largest magnitude / 127.
void quantise_rows(const float* x, std::size_t rows, std::size_t columns, std::uint8_t* bytes, float* scales);

// In place: sums * scale of the row + bias.
void scale_rows(float* sums, std::size_t rows, std::size_t columns, const float* scales, const float* bias);

// The smallest value the activation can give, which becomes byte 0: GELU's minimum is known, so no bit is lost to numbers that never occur.
float smallest_activation(Activation activation);

// activation(sums * scale + bias) as bytes from smallest_activation upwards; `scales` is read, both are overwritten.
void activate_and_quantise_rows(float* sums, std::size_t rows, std::size_t columns, Activation activation, const float* bias,
                                std::uint8_t* bytes, float* scales);

// hidden = layer_norm(sums * scale + bias + hidden), and hidden as signed bytes; `scales` is read, then overwritten.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
  float epsilon = 0;
};
void add_norm_and_quantise_rows(const float* sums, std::size_t rows, std::size_t columns, const float* bias, const NormWeights& norm,
                                float* hidden, std::uint8_t* bytes, float* scales);

}  // namespace rag
