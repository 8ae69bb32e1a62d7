#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/file.h"

namespace rag {

enum class TensorType { F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

std::size_t bytes_per_element(TensorType type);
std::string_view name_of(TensorType type);  // as safetensors spells it: "F32", "BOOL"

struct Tensor {
  std::string name;
  TensorType type = TensorType::F32;
  std::vector<std::int64_t> shape;  // empty: a scalar
  std::string_view data;            // exactly elements() * bytes_per_element(type) bytes; may start at any address

  std::size_t elements() const;
};

// A safetensors file, mapped.  Its whole header is checked when it is opened, so that every tensor's bytes lie in the file,
// overlap no other's and fit its shape.  The tensors' bytes live as long as this object, also when it is moved.
class SafetensorsFile {
 public:
  // Throws Error(Backend) where the file cannot be read or is not one.
  explicit SafetensorsFile(const std::filesystem::path& file);

  const std::filesystem::path& path() const { return path_; }
  const std::vector<Tensor>& tensors() const { return tensors_; }  // in the order of their bytes
  const Tensor* find(std::string_view name) const;                 // nullptr where there is none
  const Tensor& get(std::string_view name) const;                  // throws Error(Backend), naming file and tensor
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::filesystem::path path_;
  MappedFile map_;
  std::vector<Tensor> tensors_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace rag
