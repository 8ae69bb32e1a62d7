#include "cli/rebuild.h"

#include <algorithm>
#include <string>
#include <system_error>

#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "index/index_reader.h"
#include "index/index_rebuild.h"

namespace rag::cli {
namespace {

namespace fs = std::filesystem;

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

// Of a damaged index none that could be missed.
std::size_t documents_in(const fs::path& index) {
  try {
    return open_index_reader(index)->statistics().documents;
  } catch (const Error&) {
    return 0;
  }
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path whole = fs::absolute(path).lexically_normal();
  return std::mismatch(folder.begin(), folder.end(), whole.begin(), whole.end()).first == folder.end();
}

void refuse_loss(const std::string& what) {
  throw Error(ErrorKind::Usage, what + "; nothing was changed; pass --delete to rebuild without");
}

// A folder that is still there but empty may be a disk that is not mounted.
void ask_before_shrinking(const fs::path& index, std::size_t known, std::size_t built, const IndexFolderOptions& options) {
  const std::size_t gone = known - std::min(known, built);
  if (may_remove({.gone = gone, .known = known, .source = index.string()}, options)) return;
  refuse_loss(index.string() + ": " + std::to_string(gone) + " of " + std::to_string(known) + " documents cannot be read any more");
}

}  // namespace

std::vector<fs::path> paths_to_rebuild(const fs::path& index, const std::vector<fs::path>& named, bool allow_loss) {
  const Origin origin = origin_of(index);
  std::vector<fs::path> paths;
  std::error_code error;
  for (const fs::path& source : origin.sources) {
    if (!source.is_absolute()) continue;  // standard input: its documents are counted below
    if (fs::exists(source, error)) paths.push_back(source);
    else if (!allow_loss) refuse_loss(source.string() + ": is gone, and the index holds what was read from it");
  }
  if (origin.typed_in > 0 && !allow_loss)
    refuse_loss(index.string() + ": holds " + counted(origin.typed_in, "document") + " from standard input, which cannot be read again");
  for (const fs::path& path : named)
    if (path == "-" || std::none_of(paths.begin(), paths.end(), [&](const fs::path& source) { return lies_in(path, source); })) paths.push_back(path);
  if (paths.empty()) throw Error(ErrorKind::Usage, index.string() + ": nothing known to rebuild from; name the folders");
  return paths;
}

IndexFolderReport rebuild_index(const fs::path& index, const IndexSettings& settings, const IndexFolderOptions& options, const BuildIndex& build) {
  if (!is_index(index)) return build(index);
  IndexRebuild rebuild(index, settings);
  const std::size_t known = documents_in(index);
  IndexFolderReport report = build(rebuild.directory());
  ask_before_shrinking(index, known, documents_in(rebuild.directory()), options);
  report.generation = rebuild.finish();
  return report;
}

}  // namespace rag::cli
