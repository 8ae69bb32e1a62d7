#include "pipelines/held_file.h"

#include <system_error>

namespace rag {
namespace {

bool lies_in(const std::string& file, const std::string& root) { return file == root || file.starts_with(root.ends_with('/') ? root : root + '/'); }

}  // namespace

HeldFile::HeldFile(const std::filesystem::path& file, const std::filesystem::path& root) : file_(file), reason_(file_.reason()), path_(file) {
  if (!reason_.empty()) return;
  const std::filesystem::path held = "/proc/self/fd/" + std::to_string(file_.get());
  std::error_code error;
  const std::filesystem::path place = std::filesystem::read_symlink(held, error);
  if (error) return;  // a system without /proc
  path_ = held;
  if (!root.empty() && !lies_in(place.string(), root.string())) reason_ = "link that leads out of the folder";
}

}  // namespace rag
