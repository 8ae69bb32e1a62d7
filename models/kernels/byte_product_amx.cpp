#include <algorithm>

#include "models/kernels/amx_tiles.h"
#include "models/kernels/byte_panel.h"
#include "models/kernels/store_sums.h"

#if defined(__x86_64__)

namespace rag {
namespace {

constexpr std::size_t kOutputs = 16;                     // of one tile of weights
constexpr std::size_t kBlockRows = 2 * amx::kTileRows;   // rows and outputs whose sums four tiles hold: each tile of rows and of weights
constexpr std::size_t kBlockOutputs = 2 * kOutputs;      // that is loaded serves two products
constexpr std::size_t kWeightStride = kQuad * kPanel;    // from one quad of a panel to the next

// Four tiles of sums on their way to floats.
struct Sums {
  alignas(64) std::int32_t rows[kBlockRows][kBlockOutputs];
};

// The tiles: sums 0 and 1 of the upper rows, 2 and 3 of the lower rows, rows 4 and 5, weights 6 and 7.
amx::Shape shape_for(std::size_t rows) {
  amx::Shape shape;
  const std::size_t upper = std::min(rows, amx::kTileRows), lower = rows - upper;
  for (const int tile : {0, 1, 4}) shape.set(tile, upper);
  for (const int tile : {2, 3, 5})
    if (lower > 0) shape.set(tile, lower);
  for (const int tile : {6, 7}) shape.set(tile, amx::kTileBytes / kQuad);
  return shape;
}

// The next weights to be on their way from the second cache while these are multiplied.
inline void fetch_ahead(const std::int8_t* weights) {
  for (std::size_t quad = 0; quad < amx::kTileBytes / kQuad; ++quad, weights += kWeightStride) {
    __builtin_prefetch(weights);
    __builtin_prefetch(weights + kOutputs * kQuad);
  }
}

template <bool kLower>
void multiply_block(const std::uint8_t* x, std::size_t inputs, const std::int8_t* weights, Sums& sums) {
  constexpr std::size_t kStep = amx::kTileBytes * kPanel;
  amx::zero<0>(), amx::zero<1>();
  if constexpr (kLower) amx::zero<2>(), amx::zero<3>();
  for (std::size_t k = 0; k < inputs; k += amx::kTileBytes, weights += kStep) {
    fetch_ahead(weights + kStep);  // behind the last, too: a hint may point anywhere
    amx::load<4>(x + k, inputs);
    amx::load<6>(weights, kWeightStride);
    amx::add_unsigned_by_signed<0, 4, 6>();
    amx::load<7>(weights + kOutputs * kQuad, kWeightStride);
    amx::add_unsigned_by_signed<1, 4, 7>();
    if constexpr (kLower) {
      amx::load<5>(x + amx::kTileRows * inputs + k, inputs);
      amx::add_unsigned_by_signed<2, 5, 6>();
      amx::add_unsigned_by_signed<3, 5, 7>();
    }
  }
  amx::store<0>(sums.rows[0], sizeof sums.rows[0]), amx::store<1>(sums.rows[0] + kOutputs, sizeof sums.rows[0]);
  if constexpr (kLower)
    amx::store<2>(sums.rows[amx::kTileRows], sizeof sums.rows[0]), amx::store<3>(sums.rows[amx::kTileRows] + kOutputs, sizeof sums.rows[0]);
}

RAG_BEGIN_VNNI

void store_block(const Sums& sums, std::size_t rows, const Panel& panel, std::size_t first, float* out) {
  const vnni::Sixteen left(panel, first), right(panel, first + kOutputs);
  for (std::size_t row = 0; row < rows; ++row, out += panel.stride) {
    left.store(_mm512_load_si512(sums.rows[row]), out);
    right.store(_mm512_load_si512(sums.rows[row] + kOutputs), out + kOutputs);
  }
}

RAG_END_VNNI

// As many rows as the tiles are configured for: they stay in the first cache while the weights pass.
void multiply_rows(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out,
                   std::size_t stride) {
  const auto multiply = rows > amx::kTileRows ? multiply_block<true> : multiply_block<false>;
  Sums sums;
  for (std::size_t output = 0; output < range.count; output += kBlockOutputs) {
    const std::size_t within = output % kPanel;
    const Panel panel = panel_of(weights, range.first + output - within, stride);
    multiply(x, panel.inputs, panel.weights + within * kQuad, sums);
    store_block(sums, rows, panel, within, out + output);
  }
}

}  // namespace

bool can_multiply_with_amx(std::size_t inputs) { return inputs % amx::kTileBytes == 0; }

void multiply_with_amx(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out,
                       std::size_t stride) {
  for (std::size_t done = 0; done < rows; done += kBlockRows) {
    const std::size_t count = std::min(kBlockRows, rows - done);
    if (done == 0 || count < kBlockRows) amx::configure(shape_for(count));
    multiply_rows(x + done * weights.inputs, count, weights, range, out + done * stride, stride);
  }
  amx::release();
}

}  // namespace rag

#endif
