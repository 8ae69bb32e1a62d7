#include "models/weights_fingerprint.h"

#include <algorithm>

#include "core/hash.h"

namespace rag {

std::string show_shape(const std::vector<std::int64_t>& shape) {
  std::string out;
  for (const std::int64_t size : shape) out += (out.empty() ? "" : " x ") + std::to_string(size);
  return out.empty() ? "a scalar" : out;
}

std::string fingerprint_of(const SafetensorsFile& weights) {
  constexpr std::size_t kSampleBytes = 1 << 20;
  std::string summary;
  std::string_view all;
  for (const Tensor& tensor : weights.tensors())
    summary += tensor.name + ' ' + std::string(name_of(tensor.type)) + ' ' + show_shape(tensor.shape) + '\n';
  if (const std::vector<Tensor>& tensors = weights.tensors(); !tensors.empty()) {
    const char* begin = tensors.front().data.data();  // in the order of their bytes, which lie in one mapping
    all = {begin, static_cast<std::size_t>(tensors.back().data.data() + tensors.back().data.size() - begin)};
  }
  summary += std::to_string(all.size()) + '\n' + sha256_hex(all.substr(0, kSampleBytes)) + '\n' +
             sha256_hex(all.substr(all.size() - std::min(all.size(), kSampleBytes)));
  return sha256_hex(summary);
}

}  // namespace rag
