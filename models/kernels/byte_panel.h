#pragma once

// What the ways to multiply bytes share: byte_product() chooses one, each stands in a file of its own.

#include <cstddef>
#include <cstdint>

#include "models/kernels/byte_product.h"

namespace rag {

inline constexpr std::size_t kPanel = kPanelOutputs;  // four registers of sixteen sums
inline constexpr std::size_t kQuad = 4;               // inputs that one instruction multiplies and adds up

inline std::size_t quads_for(std::size_t inputs) { return (inputs + kQuad - 1) / kQuad; }
inline std::size_t panel_bytes_for(std::size_t inputs) { return quads_for(inputs) * kQuad * kPanel; }

// One panel of weights, and where its results go.
struct Panel {
  const std::int8_t* weights;
  const float* scales;
  const std::int32_t* corrections;
  std::size_t inputs;
  std::size_t width;   // outputs that exist, at most kPanel
  std::size_t stride;  // of the result's rows
};

// The panel of the outputs from `first` on, a multiple of kPanel.
inline Panel panel_of(const ByteMatrix& weights, std::size_t first, std::size_t stride) {
  const std::size_t existing = weights.outputs - first;
  return {weights.packed + first / kPanel * panel_bytes_for(weights.inputs), weights.scales + first, weights.corrections + first, weights.inputs,
          existing < kPanel ? existing : kPanel, stride};
}

// One panel; `inputs` are whole quads.
void multiply_with_avx2(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out);
void multiply_with_avx_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out);
void multiply_with_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out);

// As byte_product(); `inputs` fill the rows of tiles (can_multiply_with_amx()).
void multiply_with_amx(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out,
                       std::size_t stride);
bool can_multiply_with_amx(std::size_t inputs);

}  // namespace rag
