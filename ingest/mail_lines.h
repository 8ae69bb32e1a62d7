#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace rag {

// Who wrote to whom and when as the first lines of a mail's text, one a header; what is empty is left out.
std::string mail_header_lines(const std::vector<std::string>& from, const std::vector<std::string>& to, const std::vector<std::string>& cc,
                              const std::string& date);

// "a, b"
std::string joined_by_commas(const std::vector<std::string>& values);

// "12 bytes", "3 KB", "2 MB", rounded down.
std::string readable_size(std::size_t bytes);

}  // namespace rag
