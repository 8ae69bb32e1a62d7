#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace rag {

// A file of an index while it is written: aside, under its name with ".tmp", until it is whole.  Without put_in_place() nothing is left behind.
// Throws Error(Io) where the disk is full or refuses.
class AsideFile {
 public:
  explicit AsideFile(std::filesystem::path file);
  AsideFile(const AsideFile&) = delete;
  AsideFile& operator=(const AsideFile&) = delete;
  ~AsideFile();

  const std::filesystem::path& file() const { return file_; }    // as it will be called
  const std::filesystem::path& aside() const { return aside_; }  // as it is called
  void resize(std::uint64_t bytes) const;
  // Several threads may write different bytes at the same time.
  void write_at(std::uint64_t offset, std::string_view bytes) const;
  // Under its name and synced when this returns, the folder too.  Once, and the last of all.
  void put_in_place();

 private:
  std::filesystem::path file_;
  std::filesystem::path aside_;
  int descriptor_ = -1;
};

// What both kinds of files are laid out with.
inline std::uint64_t round_up(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }
inline std::string_view bytes_of(const void* data, std::size_t size) { return {static_cast<const char*>(data), size}; }

}  // namespace rag
