#pragma once

#include <cstddef>

namespace rag {

// What a processor multiplies floats with, slowest first.  Amx: tiles of bfloat16, three for each float (see float_pieces.h), for products
// of many rows; what tiles do not pay for is computed in AVX-512.
enum class FloatInstructions { Plain, Avx2, Avx512, Amx };
const char* name_of(FloatInstructions which);  // "plain", "avx2", "avx512", "amx"
bool has_float_instructions(FloatInstructions which);

// The fastest this processor has, and no faster than what the environment's RAG_FP32 names, if it names one: for measuring, and for looking
// whether a wrong number comes from here.  "libtorch" limits nothing here, see open_engine().  Throws Error(Usage) for a name that is none.
FloatInstructions fastest_float_instructions();

// The registers these instructions compute in: 64 bytes in AVX-512, 32 in AVX2, else 16.
constexpr std::size_t register_bytes_of(FloatInstructions which) {
  return which >= FloatInstructions::Avx512 ? 64 : which == FloatInstructions::Avx2 ? 32 : 16;
}

}  // namespace rag
