#include "models/kernels/float_instructions.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include "core/error.h"
#include "models/kernels/amx_tiles.h"

namespace rag {
namespace {

constexpr FloatInstructions kFastestFirst[] = {FloatInstructions::Amx, FloatInstructions::Avx512, FloatInstructions::Avx2, FloatInstructions::Plain};

// The fastest that RAG_FP32 allows, whatever the processor has.
FloatInstructions allowed_by_environment() {
  const char* limit = std::getenv("RAG_FP32");
  if (limit == nullptr || *limit == '\0' || std::strcmp(limit, "libtorch") == 0) return kFastestFirst[0];
  for (const FloatInstructions which : kFastestFirst)
    if (std::strcmp(limit, name_of(which)) == 0) return which;
  throw Error(ErrorKind::Usage, "RAG_FP32=" + std::string(limit) + ": expected plain, avx2, avx512, amx or libtorch");
}

bool find(FloatInstructions which) {
#if defined(__x86_64__)
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq");
  switch (which) {
    case FloatInstructions::Plain: return true;
    case FloatInstructions::Avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case FloatInstructions::Avx512: return avx512;
    case FloatInstructions::Amx: return avx512 && amx::multiplies_bfloat16();
  }
#endif
  return which == FloatInstructions::Plain;
}

}  // namespace

const char* name_of(FloatInstructions which) {
  static constexpr const char* kNames[] = {"plain", "avx2", "avx512", "amx"};
  return kNames[static_cast<std::size_t>(which)];
}

bool has_float_instructions(FloatInstructions which) {
  static const bool has[] = {find(FloatInstructions::Plain), find(FloatInstructions::Avx2), find(FloatInstructions::Avx512),
                             find(FloatInstructions::Amx)};
  return has[static_cast<std::size_t>(which)];
}

FloatInstructions fastest_float_instructions() {
  const FloatInstructions allowed = allowed_by_environment();
  for (const FloatInstructions which : kFastestFirst)
    if (which <= allowed && has_float_instructions(which)) return which;
  return FloatInstructions::Plain;
}

}  // namespace rag
