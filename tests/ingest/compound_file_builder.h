#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rag::test {

// A compound file (OLE2) with these streams; paths are '/'-separated, storages made as named.
std::string make_compound_file(const std::vector<std::pair<std::string, std::string>>& streams);

std::string deflate_raw(std::string_view bytes);
std::string utf16le(std::string_view utf8);
std::string le16(std::uint16_t number);
std::string le32(std::uint32_t number);

}  // namespace rag::test
