#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace rag {

// A regular file, open for reading; nothing else, since opening a device or a pipe may do something, or wait.
class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& file);
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile();

  int get() const { return fd_; }                        // -1 where it cannot be read
  const std::string& reason() const { return reason_; }  // why, one line; empty where it can
  std::uint64_t bytes() const { return bytes_; }         // as it was opened

 private:
  std::string open(const std::filesystem::path& file);

  int fd_ = -1;
  std::uint64_t bytes_ = 0;
  std::string reason_;
};

}  // namespace rag
