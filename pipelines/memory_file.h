#pragma once

#include <filesystem>
#include <string_view>

namespace rag {

// Bytes as a file that is nowhere on a disk, for readers that want one.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes);  // throws Error(Io) where memory is short
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();

  std::filesystem::path path() const;  // as long as it lives, and within this process

 private:
  int file_ = -1;
};

}  // namespace rag
