#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "models/safetensors.h"

namespace rag {

struct TensorPlan {
  std::string name;
  TensorType type = TensorType::F32;
  std::vector<std::int64_t> shape;
};

// Writes a safetensors file tensor by tensor, so that memory holds one piece of one tensor.
//
// The plan fixes the header; write() then takes the tensors' bytes in the plan's order, in pieces of any size.  finish() puts the
// file in place, synced; without it nothing appears under the name and what was written aside is taken away.
class SafetensorsWriter {
 public:
  // Throws Error(Io) where the disk refuses.
  SafetensorsWriter(const std::filesystem::path& file, const std::vector<TensorPlan>& plan);
  SafetensorsWriter(const SafetensorsWriter&) = delete;
  SafetensorsWriter& operator=(const SafetensorsWriter&) = delete;
  ~SafetensorsWriter();

  void write(std::string_view bytes);
  void finish();  // every planned byte must have been written

 private:
  void put(std::string_view bytes);

  std::filesystem::path file_;
  std::filesystem::path aside_;
  int fd_ = -1;
  std::uint64_t left_ = 0;
};

}  // namespace rag
