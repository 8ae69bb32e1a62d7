#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "core/progress.h"
#include "index/records.h"

namespace rag {

struct VerifyFinding {
  std::string where;  // file or table
  std::string what;   // what was found, what was expected
  bool repairable = true;
};

// Checks an index without changing it: catalog integrity, every segment's presence, size and checksums; `deep` also that
// every chunk is a verbatim piece of its document, that ids are unique and postings agree with the stored texts.
std::vector<VerifyFinding> verify_index(const std::filesystem::path& directory, bool deep, Progress& progress);

// Chunks to vectors, in the index's own model: what repair needs to make a damaged vector segment again.
using EmbedChunks = std::function<std::vector<float>(const std::vector<TitledChunk>& chunks)>;

struct RepairReport {
  std::size_t segments_rebuilt = 0;
  std::size_t chunks_embedded = 0;
  std::size_t files_removed = 0;  // strays that no commit names, and damaged vector lists
  std::vector<std::string> lost;  // what could not be saved, a line each
};

// Rebuilds damaged or missing segments from the stored texts and removes strays.
RepairReport repair_index(const std::filesystem::path& directory, const EmbedChunks& embed, Progress& progress);

// The nearest folder at or above `start` that has a .rag folder: returns that .rag folder, empty where there is none.
std::filesystem::path find_index(const std::filesystem::path& start);

}  // namespace rag
