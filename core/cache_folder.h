#pragma once

#include <filesystem>
#include <string_view>

namespace rag {

// $XDG_CACHE_HOME/rag/KIND, else ~/.cache/rag/KIND, else below the folder for temporary files: for what can be made again and may be deleted at
// any time.  Not created.
std::filesystem::path cache_folder(std::string_view kind);

}  // namespace rag
