#pragma once

#include <cstdint>
#include <cstring>

// Sixteen-bit numbers that the host and a GPU read alike.  For nvcc, and for any C++ compiler.
#if defined(__CUDACC__)
#define RAG_HOST_DEVICE __host__ __device__ __forceinline__
#else
#define RAG_HOST_DEVICE inline
#endif

namespace rag {

// bfloat16: a float's upper half.  Range of a float, 8 bits of precision.
struct Bf16 {
  std::uint16_t bits;
};

// IEEE half precision: 11 bits of precision, at most 65,504.
struct Fp16 {
  std::uint16_t bits;
};

namespace number_bits {

RAG_HOST_DEVICE std::uint32_t of(float x) {
  std::uint32_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

RAG_HOST_DEVICE float as_float(std::uint32_t bits) {
  float x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

}  // namespace number_bits

RAG_HOST_DEVICE float to_float(Bf16 x) { return number_bits::as_float(static_cast<std::uint32_t>(x.bits) << 16); }

// Nearest, ties to even.  Infinities stay, what is no number stays none.
RAG_HOST_DEVICE Bf16 to_bf16(float x) {
#if defined(__CUDA_ARCH__)
  std::uint16_t bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return {bits};
#else
  const std::uint32_t bits = number_bits::of(x);
  if (x != x) return {static_cast<std::uint16_t>(bits >> 16 | 0x40U)};
  return {static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16)};
#endif
}

// Two of them in a register, the first in the lower half: the order in which they lie in memory.
RAG_HOST_DEVICE std::uint32_t pack_bf16(float first, float second) {
#if defined(__CUDA_ARCH__)
  std::uint32_t both;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(second), "f"(first));
  return both;
#else
  return static_cast<std::uint32_t>(to_bf16(first).bits) | static_cast<std::uint32_t>(to_bf16(second).bits) << 16;
#endif
}

RAG_HOST_DEVICE float first_bf16(std::uint32_t both) { return number_bits::as_float(both << 16); }
RAG_HOST_DEVICE float second_bf16(std::uint32_t both) { return number_bits::as_float(both & 0xFFFF0000U); }

RAG_HOST_DEVICE float to_float(Fp16 x) {
#if defined(__CUDA_ARCH__)
  float wide;
  asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(x.bits));
  return wide;
#else
  const std::uint32_t sign = static_cast<std::uint32_t>(x.bits & 0x8000U) << 16;
  const std::uint32_t exponent = x.bits >> 10 & 0x1FU, fraction = x.bits & 0x3FFU;
  if (exponent == 31) return number_bits::as_float(sign | 0x7F800000U | fraction << 13);
  if (exponent > 0) return number_bits::as_float(sign | (exponent + 112) << 23 | fraction << 13);
  const float tiny = static_cast<float>(fraction) * 0x1p-24F;  // below 2^-14
  return sign ? -tiny : tiny;
#endif
}

// Nearest, ties to even; what is too large becomes infinite.
RAG_HOST_DEVICE Fp16 to_fp16(float x) {
#if defined(__CUDA_ARCH__)
  std::uint16_t bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(x));
  return {bits};
#else
  const std::uint32_t bits = number_bits::of(x);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000U);
  const std::uint32_t size = bits & 0x7FFFFFFFU;
  const auto with_sign = [&](std::uint32_t rest) { return Fp16{static_cast<std::uint16_t>(sign | rest)}; };
  if (size > 0x7F800000U) return with_sign(0x7E00U);
  if (size >= 0x47800000U) return with_sign(0x7C00U);  // 65,536 and more
  if (size < 0x38800000U) {                            // below 2^-14: a multiple of 2^-24, which adding a half finds
    const float shifted = number_bits::as_float(size) + 0.5F;
    return with_sign(number_bits::of(shifted) - number_bits::of(0.5F));
  }
  return with_sign((size - 0x38000000U + 0xFFFU + (size >> 13 & 1U)) >> 13);
#endif
}

}  // namespace rag
