#include "models/architecture.h"

#include <system_error>

#include "models/sentence_transformers.h"

namespace rag {

std::string architecture_of(const std::filesystem::path& model_directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(model_directory, ignored))
    refuse_model(model_directory, "no such directory; expected a Hugging Face model directory");
  const std::filesystem::path file = model_directory / "config.json";
  const auto modules = read_modules(model_directory);
  const bool is_static = modules && modules->front().type == "StaticEmbedding";
  if (is_static && !std::filesystem::exists(file, ignored)) return kStaticEmbedding;
  const std::string type = Fields(file, read_json(file)).text("model_type", is_static ? kStaticEmbedding : "bert");
  return is_static && type != kModel2Vec ? kStaticEmbedding : type;
}

bool is_model_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / "config.json", ignored) || std::filesystem::is_regular_file(folder / "modules.json", ignored);
}

}  // namespace rag
