#pragma once

#include <cstddef>

namespace rag {

// The widest registers this processor has of those our F32 kernels are written for: 64 (AVX-512), 32 (AVX2 with FMA) or 16.
inline std::size_t float_register_bytes() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq"))
    return 64;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 32;
#endif
  return 16;
}

}  // namespace rag
