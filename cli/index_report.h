#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipelines/index_folder.h"

namespace rag::cli {

// The table of `rag index`, on standard error: counts, what was skipped or read with loss, and why.
void print_index_report(const IndexFolderReport& report, const std::filesystem::path& index);

// Reasons with their files: one line for many files of one reason, so that a folder of pictures does not bury the one broken contract.
void print_reasons(const std::vector<SkipReason>& reasons);

// One line for each path in which there was no file to read.
void print_empty_paths(const IndexFolderReport& report);

// True where the paths hold no file at all.
bool nothing_to_do(const IndexFolderReport& report);

}  // namespace rag::cli
