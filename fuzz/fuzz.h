#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/error.h"

// One target a file: `FUZZ(bytes) { ... }` is given made-up input without end.  An Error is what a reader should answer to rubbish,
// any other exception, a crash, a hang or a finding of the sanitizers is what we look for.
#define FUZZ(bytes)                                                                            \
  static void fuzz_one(std::string_view bytes);                                                \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {          \
    try {                                                                                      \
      fuzz_one({reinterpret_cast<const char*>(data), size});                                   \
    } catch (const rag::Error&) {                                                              \
    }                                                                                          \
    return 0;                                                                                  \
  }                                                                                            \
  static void fuzz_one(std::string_view bytes)

namespace rag::fuzz {

// What must hold, whatever the input: ends the program where it does not.
inline void require(bool holds) {
  if (!holds) std::abort();
}

// For one of several readers of the same input: an Error of one does not keep the others from it.
template <typename Read>
void attempt(const Read& read) {
  try {
    read();
  } catch (const Error&) {
  }
}

}  // namespace rag::fuzz
