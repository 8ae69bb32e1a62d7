#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "models/safetensors.h"

namespace rag {

// An array as numpy stores it, in C order.
struct NpyArray {
  TensorType type = TensorType::F32;  // F32, F64, U8 or I8
  std::vector<std::int64_t> shape;    // empty: a scalar
  std::string data;                   // exactly the elements' bytes, little-endian
};

// Reads one .npy file: format 1.0 or 2.0, at most `max_bytes` of elements.  Throws Error(Backend): "where: what".
NpyArray read_npy(std::string bytes, const std::string& where, std::size_t max_bytes);

// All arrays of an .npz file (a zip of .npy files) by their names, without ".npy".
//
// At most 256 arrays and 256 MB unpacked, whatever their headers say; checksums are checked.  Throws Error(Backend) where the file cannot
// be read, is no zip, is cut, encrypted or damaged, or holds anything but arrays of these types.
std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file);

}  // namespace rag
