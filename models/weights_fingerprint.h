#pragma once

#include <string>

#include "models/safetensors.h"

namespace rag {

// SHA-256 over the tensors' names, types and shapes, their size, and the first and last megabyte of their bytes: enough to tell one
// model from another, in a few milliseconds whatever their size.
std::string fingerprint_of(const SafetensorsFile& weights);

// "384 x 1536"; "a scalar" for none.
std::string show_shape(const std::vector<std::int64_t>& shape);

}  // namespace rag
