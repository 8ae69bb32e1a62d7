#include "index/layout.h"

#include <algorithm>
#include <system_error>

namespace rag {
namespace {

constexpr std::size_t kDigits = 10;

std::string padded(std::uint64_t segment) {
  const std::string digits = std::to_string(segment);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

// 0000000017.vec, 0000000017.lex, and what was being written under such a name: 0000000017.vec.tmp, 0000000017.lex.tmp4711
bool is_segment_file(const std::string& name) {
  if (name.size() < kDigits + 4) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!std::all_of(name.begin(), name.begin() + kDigits, digit)) return false;
  const std::string kind = name.substr(kDigits, 4);
  if (kind != ".vec" && kind != ".lex") return false;
  const std::string rest = name.substr(kDigits + 4);
  return rest.empty() || (rest.starts_with(".tmp") && std::all_of(rest.begin() + 4, rest.end(), digit));
}

}  // namespace

std::filesystem::path catalog_file(const std::filesystem::path& directory) { return directory / "catalog.sqlite"; }
std::filesystem::path segments_folder(const std::filesystem::path& directory) { return directory / "segments"; }

std::filesystem::path vector_file(const std::filesystem::path& directory, std::uint64_t segment) {
  return segments_folder(directory) / (padded(segment) + ".vec");
}

std::filesystem::path lexical_file(const std::filesystem::path& directory, std::uint64_t segment) {
  return segments_folder(directory) / (padded(segment) + ".lex");
}

std::filesystem::path ivf_file(const std::filesystem::path& directory) { return directory / "cache" / "vectors.ivf"; }

std::filesystem::path ivf_damage_file(const std::filesystem::path& directory) { return directory / "cache" / "vectors.ivf.damaged"; }

std::filesystem::path rebuild_folder(const std::filesystem::path& directory) { return directory / "catalog.rebuild"; }

void remove_unfinished_rebuild(const std::filesystem::path& directory) noexcept {
  std::error_code error;
  std::filesystem::remove_all(rebuild_folder(directory), error);
}

std::vector<std::filesystem::path> stray_files(const std::filesystem::path& directory, const std::set<std::uint64_t>& named) {
  std::set<std::string> keep;
  for (const std::uint64_t segment : named) {
    keep.insert(padded(segment) + ".vec");
    keep.insert(padded(segment) + ".lex");
  }
  std::vector<std::filesystem::path> strays;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(segments_folder(directory), error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (is_segment_file(name) && !keep.contains(name)) strays.push_back(entry->path());
  }
  return strays;
}

std::size_t remove_stray_files(const std::filesystem::path& directory, const std::set<std::uint64_t>& named) {
  std::size_t removed = 0;
  std::error_code error;
  for (const std::filesystem::path& file : stray_files(directory, named)) removed += std::filesystem::remove(file, error) ? 1 : 0;
  return removed;
}

}  // namespace rag
