#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace rag {

// A whole file.  Throws Error(Io) where it cannot be read, or is larger than `max_bytes`.
std::string read_file(const std::filesystem::path& file, std::size_t max_bytes = static_cast<std::size_t>(-1));

// A file piece by piece, a megabyte each, until `take` wants no more: as many bytes as it had when it was opened, or fewer where it shrank, so that one
// which grows all the time has an end.  Throws Error(Io) where it cannot be read, or is no regular file; never waits, as opening a pipe would.
void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view)>& take);

// Writes aside, fsyncs, renames into place and fsyncs the folder: after a crash the old or the new file is there, never a mixture.
// Throws Error(Io) where the disk is full or refuses, and leaves nothing behind.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);

// fsync of a folder, so that a rename in it survives a crash.
void sync_folder(const std::filesystem::path& folder);

// A file mapped for reading.  Pages come in when touched and count as cache, not as our memory.  Movable, not copyable.
class MappedFile {
 public:
  MappedFile() = default;
  explicit MappedFile(const std::filesystem::path& file);  // throws Error(Io)
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::string_view bytes() const { return {data_, size_}; }
  // Gives the pages of bytes [0, end) back to the system, for one who walks through a large file.  They come in again when touched.
  void let_go_up_to(std::size_t end) const;

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace rag
