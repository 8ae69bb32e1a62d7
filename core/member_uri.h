#pragma once

#include <string>
#include <string_view>

namespace rag {

// "mails.zip!/a.eml!/b.pdf": the uri of what lies in a file.
std::string member_uri(std::string_view container, std::string_view member);

// True for the uris of what lies in `container`, however deep.
bool is_within(std::string_view uri, std::string_view container);

// "a.eml!/b.pdf" for "mails.zip!/a.eml!/b.pdf" and "mails.zip"; the uri itself where it does not lie in `container`.
std::string name_within(std::string_view uri, std::string_view container);

}  // namespace rag
