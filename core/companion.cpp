#include "core/companion.h"

#include <initializer_list>
#include <system_error>

namespace rag {

std::filesystem::path find_companion(const std::string& file_name) {
  std::error_code error;
  const auto here = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (const std::filesystem::path& folder :
       {here, here / "../lib/rag", here / "../libexec/rag", std::filesystem::path(RAG_BUILD_DIR), std::filesystem::path(RAG_INSTALL_LIBDIR)}) {
    if (std::filesystem::exists(folder / file_name, error)) return folder / file_name;
  }
  return {};
}

}  // namespace rag
