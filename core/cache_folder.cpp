#include "core/cache_folder.h"

#include <cstdlib>

namespace rag {

std::filesystem::path cache_folder(std::string_view kind) {
  std::filesystem::path base;
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache)
    base = cache;
  else if (const char* home = std::getenv("HOME"); home && *home)
    base = std::filesystem::path(home) / ".cache";
  else
    base = std::filesystem::temp_directory_path();
  return base / "rag" / kind;
}

}  // namespace rag
