#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/text.h"
#include "retrieve/eval/lines.h"

namespace rag {

// Measures compare answers, not documents: some take the product of two lengths.
inline constexpr std::size_t kLongestMeasuredText = 1U << 20;  // bytes

// The text, with invalid UTF-8 replaced (JSON can escape half a surrogate pair).  Error(Usage) with file and line where it is longer than that.
inline std::string limited_text(const std::string& text, const char* name, const std::filesystem::path& file, std::size_t line) {
  if (text.size() > kLongestMeasuredText)
    fail_at_line(file, line, std::string("\"") + name + "\" has " + std::to_string(text.size()) + " bytes, at most " + std::to_string(kLongestMeasuredText) +
                                 " are measured; cut it");
  return replace_invalid_utf8(text);
}

}  // namespace rag
