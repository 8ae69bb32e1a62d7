#include "cli/rebuild.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "core/error.h"
#include "index/index_reader.h"
#include "index/write_lock.h"

namespace rag::cli {
namespace {

namespace fs = std::filesystem;
constexpr int kLockTimeout_ms = 2000;

bool is_index(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "catalog.sqlite", error);
}

// What an index knows of where it came from.  A damaged one knows nothing, and is a good reason to rebuild.
struct Origin {
  std::vector<fs::path> sources;
  std::size_t typed_in = 0;  // documents from standard input
};

Origin origin_of(const fs::path& index) {
  Origin origin;
  if (!is_index(index)) return origin;
  try {
    const auto reader = open_index_reader(index);
    for (const std::string& source : reader->sources()) origin.sources.emplace_back(source);
    reader->for_each_document([&](const DocumentRecord& document) { origin.typed_in += !fs::path(document.source).is_absolute(); });
  } catch (const Error&) {
  }
  return origin;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return std::mismatch(folder.begin(), folder.end(), whole.begin(), whole.end()).first == folder.end();
}

void refuse_loss(const std::string& what) {
  throw Error(ErrorKind::Usage, what + "; nothing was changed; pass --delete to rebuild without");
}

}  // namespace

std::vector<fs::path> paths_to_rebuild(const fs::path& index, const std::vector<fs::path>& named, bool allow_loss) {
  const Origin origin = origin_of(index);
  std::vector<fs::path> paths;
  std::error_code error;
  for (const fs::path& source : origin.sources) {
    if (fs::exists(source, error)) paths.push_back(source);
    else if (!allow_loss) refuse_loss(source.string() + ": is gone, and the index holds what was read from it");
  }
  if (origin.typed_in > 0 && !allow_loss)
    refuse_loss(index.string() + ": holds " + std::to_string(origin.typed_in) + " documents from standard input, which cannot be read again");
  for (const fs::path& path : named)
    if (path == "-" || std::none_of(paths.begin(), paths.end(), [&](const fs::path& source) { return lies_in(path, source); })) paths.push_back(path);
  if (paths.empty()) throw Error(ErrorKind::Usage, index.string() + ": nothing known to rebuild from; name the folders");
  return paths;
}

void discard_index(const fs::path& index) {
  if (!is_index(index)) return;
  const WriteLock lock(index, kLockTimeout_ms);
  std::error_code error;
  for (const char* part : {"catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm", "segments", "cache"}) fs::remove_all(index / part, error);
}

}  // namespace rag::cli
