#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rag {

// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

// SHA-256 of a file's bytes, read in pieces.  Throws Error(Io) where it cannot be read.
std::string sha256_file(const std::filesystem::path& file);

// XXH3, 64 bits: the checksum of blocks on disk.  Not for adversaries.
std::uint64_t checksum64(std::string_view bytes);

}  // namespace rag
