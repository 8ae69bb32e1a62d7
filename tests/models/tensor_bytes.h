#pragma once

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rag::test {

template <typename Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

struct NamedTensor {
  std::string name;
  std::string type;
  std::vector<std::int64_t> shape;
  std::string data;
};

// A safetensors file as bytes; what the shapes say and what is there need not agree.
inline std::string safetensors_of(const std::vector<NamedTensor>& tensors) {
  nlohmann::json header = nlohmann::json::object();
  std::string data;
  for (const NamedTensor& tensor : tensors) {
    header[tensor.name] = {{"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {data.size(), data.size() + tensor.data.size()}}};
    data += tensor.data;
  }
  std::string text = header.dump();
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i) & 0xFF);
  return length + text + data;
}

}  // namespace rag::test
