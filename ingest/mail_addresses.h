#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A mail whose lists of addresses (To, Cc, From and their like) are short enough for its parser, which goes one call deeper with each group
// in a group and slows down with the square of a list's length: the first 256 KB of each, some 6,000 addresses, and groups sixteen deep, where
// RFC 5322 knows none within another.  What is left out becomes a warning.  Nothing where all are short.
//
// `mail` begins with its header; attached messages are left as they are.
std::optional<std::string> with_short_address_lists(std::string_view mail, std::vector<std::string>& warnings);

}  // namespace rag
