#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Only for this room's .cpp files.
namespace rag {

// A member as the directory at a ZIP's end tells of it.  Parts of the ZIP's bytes.
struct ZipEntry {
  std::string_view name;   // as stored; where there is a name in UTF-8 besides that one
  std::string_view record;
  std::uint64_t begin = 0;  // of its local header within the file
  std::uint64_t end = 0;    // of its packed bytes, by the directory's word
  bool is_folder = false;
};

struct ZipDirectory {
  std::vector<ZipEntry> entries;  // in the order of their places
  std::uint64_t claimed = 0;      // so many there are by its end record
  bool has_more = false;          // than were asked for
};

// The directory leads to each member whatever became of the bytes of the others, and of itself only what is damaged is lost.  At most `most`
// entries are read.  Nothing where there is no directory: what is no ZIP, or one that is cut short.
std::optional<ZipDirectory> read_zip_directory(std::string_view bytes, std::size_t most);

// True for the last part of a ZIP that was split into several, which has a directory and leads to the other parts.
bool is_part_of_split_zip(std::string_view bytes);

// A directory of this entry alone, with its end record: put behind the ZIP's bytes, `size` of them, it makes a ZIP of that member alone.
std::string directory_of_one(const ZipEntry& entry, std::uint64_t size);

}  // namespace rag
