#include <system_error>

#include "index/layout.h"
#include "index/maintenance.h"

namespace rag {

std::filesystem::path find_index(const std::filesystem::path& start) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(start, error).lexically_normal();
  for (std::filesystem::path folder = absolute;; folder = folder.parent_path()) {
    if (std::filesystem::is_directory(folder / ".rag", error)) return folder / ".rag";
    if (folder == folder.parent_path()) return {};
  }
}

}  // namespace rag
