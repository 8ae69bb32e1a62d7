#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// As those who read strangers' office files for a living set them (Apache POI, for one).
struct ArchiveLimits {
  std::size_t max_member_bytes = std::size_t{512} << 20;
  std::size_t max_total_bytes = std::size_t{512} << 20;
  std::size_t max_members = 10000;                     // unpacked ones; a deck of 600 slides has some 2,400 parts
  std::size_t max_ratio = 100;                         // unpacked to packed, in what goes beyond free_bytes: a bomb, no document
  std::size_t free_bytes = std::size_t{100} << 10;     // a small file that is nearly all alike is no bomb

  // True where so much out of so little is a bomb.
  bool is_bomb(std::size_t unpacked, std::size_t packed) const { return unpacked > free_bytes && unpacked / max_ratio > packed; }
};

// The members of a zip whose names `wanted` accepts, unpacked.  Throws Error(Ingest) for what is no zip, is cut short, is
// encrypted, holds a wanted member twice (which of the two is the document?), or unpacks beyond the limits.
std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits = {});

// The names of a zip's members in the order of its directory, as far as it can be read and at most `most`.  Never throws.
std::vector<std::string> list_zip(std::string_view bytes, std::size_t most);

}  // namespace rag
