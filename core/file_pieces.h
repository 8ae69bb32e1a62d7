#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace rag {

// Reads a file piece by piece, a megabyte each, until `take` wants no more: as many bytes as it had when it was opened, or fewer where it
// shrank, so that one which grows all the time has an end.  Throws Error(Io) where it cannot be read, or is no regular file; never waits, as
// opening a pipe would.
void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view)>& take);

}  // namespace rag
