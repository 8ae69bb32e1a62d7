#include "models/kernels/byte_panel.h"
#include "models/kernels/store_sums.h"

#if defined(__x86_64__)

namespace rag {
namespace {

constexpr std::size_t kRows = 6;  // that share a panel's weights: 24 registers of sums

RAG_BEGIN_VNNI

template <std::size_t kCount>
void multiply_rows(const std::uint8_t* x, const Panel& panel, float* out) {
  vnni::Tile<kCount, kPanel / 16> tile;
  const std::int8_t* quad = panel.weights;
  for (std::size_t k = 0; k < panel.inputs; k += kQuad, quad += kQuad * kPanel)
    tile.template add<vnni::Dot::UnsignedBySigned>(x + k, panel.inputs, vnni::Vectors<kPanel / 16>::load(quad));
  tile.give([&](std::size_t row, std::size_t column, __m512i sums) {
    vnni::Sixteen(panel, column * 16).store(sums, out + row * panel.stride + column * 16);
  });
}

RAG_END_VNNI

}  // namespace

void multiply_with_vnni(const std::uint8_t* x, std::size_t rows, const Panel& panel, float* out) {
  for (; rows >= kRows; rows -= kRows, x += kRows * panel.inputs, out += kRows * panel.stride) multiply_rows<kRows>(x, panel, out);
  switch (rows) {
    case 5: return multiply_rows<5>(x, panel, out);
    case 4: return multiply_rows<4>(x, panel, out);
    case 3: return multiply_rows<3>(x, panel, out);
    case 2: return multiply_rows<2>(x, panel, out);
    case 1: return multiply_rows<1>(x, panel, out);
    default: return;
  }
}

}  // namespace rag

#endif
