#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/models/plain_use.h"

namespace rag::test {

inline std::uint32_t crc32_of(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
  }
  return ~crc;
}

inline std::string little(std::uint64_t value, std::size_t bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

inline std::string npy_of(const PlainUse::Array& array, const std::string& fortran_order = "False") {
  std::string header = "{'descr': '" + array.descr + "', 'fortran_order': " + fortran_order + ", 'shape': " + array.shape + ", }";
  header.resize((header.size() + 11 + 63) / 64 * 64 - 11, ' ');
  return std::string("\x93NUMPY\1\0", 8) + little(header.size() + 1, 2) + header + "\n" + array.data;
}

// A zip whose members are stored as they are.
inline std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string out, directory;
  for (const auto& [name, data] : members) {
    const std::string sizes = little(crc32_of(data), 4) + little(data.size(), 4) + little(data.size(), 4) + little(name.size(), 2) + little(0, 2);
    const std::string common = little(0, 2) + little(0, 2) + little(0, 4) + sizes;
    directory += "PK\1\2" + little(20, 2) + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4);
    directory += little(out.size(), 4) + name;
    out += "PK\3\4" + little(20, 2) + common + name + data;
  }
  const std::size_t start = out.size();
  const std::string count = little(members.size(), 2);
  return out + directory + "PK\5\6" + little(0, 4) + count + count + little(directory.size(), 4) + little(start, 4) + little(0, 2);
}

inline std::string npz_of(const std::map<std::string, PlainUse::Array>& arrays) {
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [name, array] : arrays) members.emplace_back(name + ".npy", npy_of(array));
  return zip_of(members);
}

}  // namespace rag::test
