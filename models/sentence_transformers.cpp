#include "models/sentence_transformers.h"

#include <algorithm>
#include <utility>

namespace rag {
namespace {

using Path = std::filesystem::path;

Path folder_of(const Fields& module, const Path& model_directory) {
  const Path folder = module.text("path");
  if (folder.is_absolute() || std::ranges::find(folder, Path("..")) != folder.end())
    refuse_model(module.file(), "a module's path leads out of the model directory");
  return (model_directory / folder).lexically_normal();
}

}  // namespace

std::optional<std::vector<Module>> read_modules(const Path& model_directory) {
  const Path file = model_directory / "modules.json";
  const std::optional<Json> json = read_optional_json(file);
  if (!json) return std::nullopt;
  if (!json->is_array() || json->empty()) refuse_model(file, "expected a JSON list of modules");
  std::vector<Module> modules;
  for (const Json& entry : *json) {
    const Fields fields(file, entry);
    const std::string type = fields.text("type");
    modules.push_back({type.substr(type.rfind('.') + 1), folder_of(fields, model_directory)});
  }
  return modules;
}

std::optional<Prompts> prompts_of(const Fields& settings) {
  const Json* prompts = settings.find("prompts");
  if (!prompts || !prompts->is_object()) return std::nullopt;
  const Fields texts(settings.file(), *prompts);
  Prompts found{texts.text("query"), texts.text("passage", texts.text("document"))};
  if (found.query.empty() && found.passage.empty()) return std::nullopt;
  return found;
}

}  // namespace rag
