#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/nameless_file.h"

namespace rag {

// Pieces of bytes, in order, in the same memory however many: what is beyond a megabyte lies in a file below `folder` (empty: the system's for
// temporary files) that has no name, so that it goes with the list, or with the process, however that ends.
class ListOnDisk {
 public:
  // `what`: what messages call it.
  explicit ListOnDisk(std::filesystem::path folder = {}, std::string what = "a list of files") : file_(std::move(folder), std::move(what)) {}
  ListOnDisk(ListOnDisk&& other) noexcept : size_(std::exchange(other.size_, 0)), recent_(std::exchange(other.recent_, {})), file_(std::move(other.file_)) {}
  ListOnDisk& operator=(ListOnDisk&& other) noexcept;

  // Throws Error(Io) where the disk is full or refuses.
  void add(std::string_view piece);
  static constexpr std::size_t kBytesBeside = sizeof(std::size_t);  // of the list, for each piece

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Goes through a list to which nothing is added any more, and which outlives it.  Several may, each on a thread of its own.
  class Cursor {
   public:
    explicit Cursor(const ListOnDisk& list) : list_(list) {}
    // Begins at a position that another cursor of the list had; meant for one piece.
    Cursor(const ListOnDisk& list, std::uint64_t position) : list_(list), read_at_once_(4096), position_(position) {}
    // The next piece, valid until the next call; nothing behind the last.  Throws Error(Io) where the file on disk cannot be read.
    std::optional<std::string_view> next();
    std::uint64_t position() const { return position_ - (bytes_.size() - at_); }  // of the next piece, in bytes of the list

   private:
    bool fill(std::size_t bytes);

    const ListOnDisk& list_;
    std::size_t read_at_once_ = std::size_t{1} << 18;
    std::uint64_t position_ = 0;  // of what was taken from the list so far
    std::string bytes_;           // of it, from at_ on not yet given
    std::size_t at_ = 0;
  };

 private:
  std::size_t size_ = 0;
  std::string recent_;  // what is not on disk
  NamelessFile file_;   // what came before that, once there is more than stays in memory
};

}  // namespace rag
