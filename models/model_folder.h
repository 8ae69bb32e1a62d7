#pragma once

#include <filesystem>
#include <functional>

namespace rag {

// Puts a model folder in place whole or not at all: `write` fills a hidden folder beside it, which is then renamed; a model that was there
// is replaced.  Nothing is left behind where `write` throws.
// Throws Error(Usage) where something that is no model stands at `out`, Error(Io) where the disk refuses, and what `write` throws.
void write_model_folder(const std::filesystem::path& out, const std::function<void(const std::filesystem::path& aside)>& write);

}  // namespace rag
