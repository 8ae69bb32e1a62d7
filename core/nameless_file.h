#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace rag {

// A file without a name, for what is too much for memory: it goes with this, or with the process, however that ends.
class NamelessFile {
 public:
  // Below `folder` (empty: the system's for temporary files).  `what` is what messages call that which lies in it: "a list of files".
  // Nothing is opened before the first append().
  explicit NamelessFile(std::filesystem::path folder = {}, std::string what = "what memory does not hold") : folder_(std::move(folder)), what_(std::move(what)) {}
  NamelessFile(NamelessFile&& other) noexcept;
  NamelessFile& operator=(NamelessFile&& other) noexcept;
  ~NamelessFile();

  // Throws Error(Io) where the disk is full or refuses; the file is of no use then.
  void append(std::string_view bytes);
  std::uint64_t size() const { return size_; }

  // Bytes from `position` on, all of which were appended.  Several threads may read at the same time.  Throws Error(Io) where they cannot be read.
  void read(std::uint64_t position, char* to, std::size_t bytes) const;

 private:
  [[noreturn]] void fail(const char* trouble) const;

  std::filesystem::path folder_;
  std::string what_;
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace rag
