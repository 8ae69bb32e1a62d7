#pragma once

#include <filesystem>
#include <string>

namespace rag {

inline constexpr char kModel2Vec[] = "model2vec";      // config.json's model_type
inline constexpr char kStaticEmbedding[] = "static";   // modules.json begins with a StaticEmbedding
inline constexpr char kUseArchitecture[] = "use";      // config.json's model_type, written by 'rag model import'

// What a model directory says it is: one of the names above, else config.json's model_type ("bert" where it has none).
// Throws Error(Backend) where neither file is there or one is broken.
std::string architecture_of(const std::filesystem::path& model_directory);

// Whether a folder looks like a model: it has one of the two files.
bool is_model_folder(const std::filesystem::path& folder);

}  // namespace rag
