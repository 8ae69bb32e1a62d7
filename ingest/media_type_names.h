#pragma once

#include <string_view>
#include <unordered_map>

namespace rag {

// "pdf" -> "application/pdf"
const std::unordered_map<std::string_view, std::string_view>& media_types_by_extension();

}  // namespace rag
