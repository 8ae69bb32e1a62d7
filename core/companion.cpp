#include "core/companion.h"

#include <system_error>
#include <vector>

namespace rag {
namespace {

std::vector<std::filesystem::path>& added_folders() {
  static std::vector<std::filesystem::path> folders;
  return folders;
}

}  // namespace

std::filesystem::path find_companion(const std::string& file_name) {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  std::vector<std::filesystem::path> folders = {here, here / "../lib/rag", here / "../libexec/rag"};
  folders.insert(folders.end(), added_folders().begin(), added_folders().end());
  folders.insert(folders.end(), {RAG_BUILD_DIR, RAG_INSTALL_LIBDIR});
  for (const std::filesystem::path& folder : folders) {
    if (std::filesystem::exists(folder / file_name, error)) return folder / file_name;
  }
  return {};
}

bool add_companion_folder(const std::filesystem::path& folder) {
  added_folders().push_back(folder);
  return true;
}

}  // namespace rag
