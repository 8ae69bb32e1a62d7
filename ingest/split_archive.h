#pragma once

#include <string_view>

namespace rag {

// True for what archivers call the parts of an archive that was split: "a.zip.001", "a.7z.002", "a.z01", "a.part1.rar", "a.r00".
bool is_named_as_part(std::string_view uri);

// Why such a part is not read.
inline constexpr const char* kPartOfSeveral = "one part of an archive that was split into several; put them together into one file first";

}  // namespace rag
