#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct ArchiveLimits {
  std::size_t max_member_bytes = std::size_t{128} << 20;
  std::size_t max_total_bytes = std::size_t{256} << 20;
  std::size_t max_ratio = 200;  // unpacked to packed, once more than 16 MB are unpacked: a bomb, not a document
};

// The members of a zip whose names `wanted` accepts, unpacked.  Throws Error(Ingest) for what is no zip, is cut short, is
// encrypted, or unpacks beyond the limits.
std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits = {});

// The names of a zip's members in the order of its directory, as far as it can be read and at most `most`.  Never throws.
std::vector<std::string> list_zip(std::string_view bytes, std::size_t most);

}  // namespace rag
