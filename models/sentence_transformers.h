#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/json_fields.h"

namespace rag {

// What the library sentence-transformers writes beside a model's weights.

// One step from a text to its vector, of modules.json.
struct Module {
  std::string type;              // the last part of its name: "Transformer", "Pooling", "Normalize", "StaticEmbedding"
  std::filesystem::path folder;  // where its files are, in the model directory
};

// The steps in order; nothing where there is no modules.json.
// Throws Error(Backend): a list that is broken or empty, a path that leads out of the model directory.
std::optional<std::vector<Module>> read_modules(const std::filesystem::path& model_directory);

// What goes before questions and before passages, of config_sentence_transformers.json.
struct Prompts {
  std::string query;
  std::string passage;
};

// Nothing where it has no prompts, or only empty ones, which newer writers put into every directory.
std::optional<Prompts> prompts_of(const Fields& settings);

}  // namespace rag
