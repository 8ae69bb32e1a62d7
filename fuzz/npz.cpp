#include "fuzz.h"
#include "in_memory.h"
#include "models/npz_file.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile memory(bytes);
  for (const auto& [name, array] : rag::read_npz(memory.path())) {
    std::size_t elements = rag::bytes_per_element(array.type);
    for (const std::int64_t side : array.shape) elements *= static_cast<std::size_t>(side);
    rag::fuzz::require(!name.empty() && elements == array.data.size());
  }
}
