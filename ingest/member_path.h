#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// The name of the member that `reference`, found in member `from`, means: relative names and ".." resolved, "%20" decoded, a
// "#fragment" dropped, backslashes taken as slashes.  ".." above the root stays at the root.  "" where it leads out of the archive
// ("https://...").
std::string resolve_member(std::string_view from, std::string_view reference);

// The names along a path with slashes: empty ones, "." and ".." resolved, the last never above the beginning.  Parts of `path`.
std::vector<std::string_view> path_steps(std::string_view path);

}  // namespace rag
