#pragma once

#include <filesystem>

#include "pipelines/index_folder.h"

namespace rag::cli {

// The table of `rag index`, on standard error: counts, what was skipped or read with loss, and why.
void print_index_report(const IndexFolderReport& report, const std::filesystem::path& index);

// Reasons with their files: one line for many files of one reason, so that a folder of pictures does not bury the one broken contract.  Of so
// many reasons that nobody reads them the first thousand, by name.
enum class Reasons { All, Fresh };
void print_reasons(const ReasonList& reasons, Reasons which = Reasons::All);

// One line for each path in which there was no file to read.
void print_empty_paths(const IndexFolderReport& report);

// True where the paths hold no file at all.
bool nothing_to_do(const IndexFolderReport& report);

}  // namespace rag::cli
