#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "index/records.h"
#include "pipelines/index_folder.h"

namespace rag::cli {

// What `rag index --rebuild` reads: all that the index was built from, and what the user names beside it.  Throws Error(Usage) where
// that would lose documents which cannot be read again (their folder is gone, they came from standard input), unless `allow_loss`.
std::vector<std::filesystem::path> paths_to_rebuild(const std::filesystem::path& index, const std::vector<std::filesystem::path>& named,
                                                    bool allow_loss);

// Builds an index anew where there is none, else beside the old one, which it replaces when it is complete.  Throws Error(Usage), the
// old one as it was, where more than a fifth of its documents would be missing and nobody agrees.
using BuildIndex = std::function<IndexFolderReport(const std::filesystem::path& directory)>;
IndexFolderReport rebuild_index(const std::filesystem::path& index, const IndexSettings& settings, const IndexFolderOptions& options,
                                const BuildIndex& build);

}  // namespace rag::cli
