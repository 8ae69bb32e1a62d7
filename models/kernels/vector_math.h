#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

// One function for every processor: the loader takes the copy this one understands best.
#define RAG_EVERY_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

namespace rag {

// e^x for x <= 0, relative error below 3e-7: 2^n times a polynomial on half an octave to both sides.  Below -87 it stays at e^-87.
inline float exp_of_negative(float x) {
  const float octaves = std::max(x, -87.0f) * 1.44269504f;
  const float whole = std::floor(octaves + 0.5f);
  const float f = octaves - whole;
  float p = 1.54035304e-4f;
  p = p * f + 1.33335581e-3f;
  p = p * f + 9.61812911e-3f;
  p = p * f + 5.55041087e-2f;
  p = p * f + 2.40226507e-1f;
  p = p * f + 6.93147181e-1f;
  p = p * f + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(whole) + 127) << 23);
}

// GELU by its approximation with tanh, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
inline float gelu_tanh(float x) {
  const float u = 1.59576912f * (x + 0.044715f * x * x * x);  // twice the argument of tanh: 0.5 (1 + tanh(u / 2)) = 1 / (1 + e^-u)
  const float e = exp_of_negative(-std::fabs(u));
  return x * (u > 0 ? 1.0f : e) / (1.0f + e);
}

}  // namespace rag
