#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/model_directory.h"
#include "models/safetensors.h"

namespace rag {

// The weights of a BERT-like encoder by their Hugging Face names, without the "bert." or "roberta." that some files put before them.
class EncoderWeights {
 public:
  // Opens the file and checks that every tensor the configuration asks for is there with its shape, as F32, F16 or BF16.
  // Throws Error(Backend) naming the first that is not.
  EncoderWeights(const std::filesystem::path& file, const EncoderConfig& config);

  // `name` as in "encoder.layer.3.attention.self.query.weight"; must be one that was checked.
  const Tensor& get(std::string_view name) const { return *find(name); }
  // A tensor of a layer on top of the encoder, with or without the prefix: "pooler.dense.weight", "classifier.weight".  Checked like the
  // encoder's own.
  const Tensor& get_checked(const std::string& name, const std::vector<std::int64_t>& shape) const;
  const SafetensorsFile& file() const { return file_; }

  const std::string& fingerprint() const { return fingerprint_; }  // fingerprint_of() of the file; costs milliseconds at opening

 private:
  const Tensor* find(std::string_view name) const;
  void check(const std::string& name, const std::vector<std::int64_t>& shape) const { check(find(name), name, shape); }
  void check(const Tensor* tensor, const std::string& name, const std::vector<std::int64_t>& shape) const;

  SafetensorsFile file_;
  std::string prefix_;
  std::string fingerprint_;
};

}  // namespace rag
