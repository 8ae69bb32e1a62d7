#include "fuzz.h"
#include "in_memory.h"
#include "models/safetensors.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  const rag::SafetensorsFile tensors(file.path());
  unsigned sum = 0;
  for (const rag::Tensor& tensor : tensors.tensors()) {
    rag::fuzz::require(tensor.data.size() == tensor.elements() * rag::bytes_per_element(tensor.type));
    for (const char c : tensor.data) sum += static_cast<unsigned char>(c);
  }
  rag::fuzz::require(sum < 0xFFFFFFFF);
}
