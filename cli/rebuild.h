#pragma once

#include <filesystem>
#include <vector>

namespace rag::cli {

// What `rag index --rebuild` reads: all that the index was built from, and what the user names beside it.  Throws Error(Usage) where
// that would lose documents which cannot be read again (their folder is gone, they came from standard input), unless `allow_loss`.
std::vector<std::filesystem::path> paths_to_rebuild(const std::filesystem::path& index, const std::vector<std::filesystem::path>& named,
                                                    bool allow_loss);

// Takes away what is recognisably an index of ours, while nobody else writes it.
void discard_index(const std::filesystem::path& index);

}  // namespace rag::cli
