#pragma once

#include <string>
#include <string_view>

namespace rag {

struct Inflated {
  std::string bytes;
  bool complete = true;  // false where the data ends early or is damaged; `bytes` is what came before that
};

// Raw deflate data (no zlib or gzip header) unpacked.  Throws Error(Ingest) where it unpacks beyond the limits of archives.
Inflated inflate_raw(std::string_view packed);

}  // namespace rag
