#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "index/index_reader.h"
#include "models/embedder.h"
#include "pipelines/index_folder.h"

namespace rag::cli {

struct WatchJob {
  std::filesystem::path index;
  std::function<std::vector<std::filesystem::path>(const IndexReader&)> paths;  // asked again now and then: sources come and go
  IndexSettings settings;
  const Embedder* embedder = nullptr;
  IndexFolderOptions options;
  VectorSearchOptions vectors;  // whether the index gets lists
  bool json = false;  // a line of JSON on standard output for each change, else a line of text on standard error
};

// Takes in what changes below the paths, their settings included, until Ctrl-C or SIGTERM, and returns 0 then.  The index is open, and locked, only while something is
// taken in.  Another writer is waited for; a full disk is told and tried again; a damaged index, or one of another model, ends it (rag::Error).
int watch_paths(const WatchJob& job);

}  // namespace rag::cli
