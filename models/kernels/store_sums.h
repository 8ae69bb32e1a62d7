#pragma once

// Sums of bytes to floats, for the .cpp files of this folder, between RAG_BEGIN_VNNI and RAG_END_VNNI.

#include "models/kernels/byte_panel.h"
#include "models/kernels/dot_tile.h"

#if defined(__x86_64__)

RAG_BEGIN_VNNI

namespace rag::vnni {

// Sixteen outputs of a panel, from `first` on: what their sums become floats with.
struct Sixteen {
  [[gnu::always_inline]] Sixteen(const Panel& panel, std::size_t first)
      : corrections(_mm512_loadu_si512(panel.corrections + first)),
        scales(_mm512_loadu_ps(panel.scales + first)),
        existing(static_cast<__mmask16>(panel.width >= first + 16 ? 0xFFFFU : panel.width <= first ? 0U : (1U << (panel.width - first)) - 1)) {}

  [[gnu::always_inline]] void store(__m512i sums, float* out) const {
    const __m512i corrected = _mm512_sub_epi32(sums, corrections);
    _mm512_mask_storeu_ps(out, existing, _mm512_mul_ps(_mm512_maskz_cvtepi32_ps(0xFFFF, corrected), scales));
  }

  __m512i corrections;
  __m512 scales;
  __mmask16 existing;
};

}  // namespace rag::vnni

RAG_END_VNNI
#endif
