#pragma once

#include <memory>
#include <string_view>

#include "index/file_cursor.h"
#include "index/sqlite.h"

namespace rag {

// Of the files of this source whose uris begin with `uri_prefix`.  The catalog must outlive it.
std::unique_ptr<FileCursor> open_file_cursor(Database& catalog, std::string_view source, std::string_view uri_prefix);

}  // namespace rag
