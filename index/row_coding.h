#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// How lists and maps lie in a column: as JSON.  Decoding throws Error(Corrupt) for anything else.
std::string encode_list(const std::vector<std::string>& values);
std::vector<std::string> decode_list(std::string_view json);
std::string encode_metadata(const Metadata& metadata);
Metadata decode_metadata(std::string_view json);

// Pages, headings and tables of a document, compressed, with a checksum of their own.
std::string encode_structure(const Document& document);
void decode_structure(std::string_view bytes, Document& document);

// zstd with a checksum.  Throws Error(Corrupt) where the bytes are damaged or would be longer than `max_bytes`.
std::string compress(std::string_view bytes);
std::string decompress(std::string_view bytes, std::size_t max_bytes);

// A checksum over the columns of one row, so that a flipped bit in a catalog page is noticed.
class RowChecksum {
 public:
  RowChecksum& add(std::int64_t value);
  RowChecksum& add(std::string_view value);
  std::int64_t value() const;

 private:
  std::string bytes_;
};

}  // namespace rag
