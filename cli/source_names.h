#pragma once

#include <string>

#include "index/index_reader.h"

namespace rag::cli {

// The source a user names by its path, absolute or not, or as 'rag sources list' prints it.  Throws Error(NotFound) naming those there are.
std::string find_source(const IndexReader& index, const std::string& name);

}  // namespace rag::cli
