#pragma once

#include <filesystem>
#include <string>

#include "index/vector_lists.h"

// Private to cli/.
namespace rag::cli {

// Makes an index's vector lists where they are due, and says so on standard error.  Where they cannot be made (a full disk, another process that
// writes) that is said and is no failure: searching is exact meanwhile, and the next run tries again.  Throws Error(Interrupted) on Ctrl-C.
void make_vector_lists(const std::filesystem::path& index, const VectorSearchOptions& options);

// How vectors are searched, as 'rag status' and 'rag doctor' say it: "exact", or what there is of lists.
std::string vector_lists_line(const VectorListsState& state);

}  // namespace rag::cli
