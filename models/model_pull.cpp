#include <cctype>
#include <cstdlib>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "models/embedder.h"
#include "models/hub_client.h"
#include "models/model_store.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
constexpr const char* kPublicEndpoint = "https://huggingface.co";

// Of a repository's files only those that opening a model may read: no second copy of the weights in another format.
bool is_wanted(const std::string& path) {
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "modules.json",
                           "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json", "sentencepiece.bpe.model",
                           "sentencepiece.model", "tokenizer.model", "model.safetensors"})
    if (path == name) return true;
  return false;
}

void check(const HubFile& file, const fs::path& part) {
  const std::uint64_t size = fs::file_size(part);
  const bool whole = size == file.size && (file.sha256.empty() || sha256_file(part) == file.sha256);
  if (whole) return;
  std::error_code error;
  fs::remove(part, error);  // going on from damaged bytes would never end well
  throw Error(ErrorKind::Backend, file.path + ": what arrived does not match the endpoint's size or SHA-256; it was thrown away, run it again");
}

}  // namespace

fs::path pull_model(const std::string& name, Progress& progress, const std::string& revision) {
  for (const char c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.' && c != '/')
      throw Error(ErrorKind::Usage, "\"" + name + "\": not a model name; say for instance intfloat/multilingual-e5-small");
  const std::string folder_name = fs::path(name).filename().string();
  if (folder_name.empty() || folder_name.starts_with(".") || name.find("..") != std::string::npos || name.starts_with("/"))
    throw Error(ErrorKind::Usage, "\"" + name + "\": not a model name; say for instance intfloat/multilingual-e5-small");
  const char* variable = std::getenv("HF_ENDPOINT");
  const HubClient hub(variable && *variable ? variable : kPublicEndpoint);

  const fs::path target = model_folders().front() / folder_name;
  const fs::path partial = model_folders().front() / ("." + folder_name + ".partial");
  std::error_code error;
  if (fs::exists(target, error)) throw Error(ErrorKind::Usage, target.string() + ": is there already; remove it first to fetch it anew");

  std::vector<HubFile> files = hub.list(name, revision);
  std::erase_if(files, [](const HubFile& file) { return !is_wanted(file.path); });
  std::uint64_t total = 0, done = 0;
  bool has_weights = false;
  for (const HubFile& file : files) {
    total += file.size;
    has_weights = has_weights || file.path == "model.safetensors";
  }
  if (!has_weights) throw Error(ErrorKind::Backend, name + ": no model.safetensors there; models in other formats cannot be used");
  if (const auto space = fs::space(fs::exists(model_folders().front(), error) ? model_folders().front() : fs::temp_directory_path(), error);
      !error && space.available < total)
    throw Error(ErrorKind::Io, model_folders().front().string() + ": " + std::to_string(total) + " bytes are needed, " + std::to_string(space.available) + " are free");

  for (const HubFile& file : files) {
    const fs::path place = partial / file.path;
    fs::create_directories(place.parent_path(), error);
    if (!fs::exists(place, error)) {
      fs::path part = place;
      part += ".part";
      hub.download(name, revision, file, part, [&](std::uint64_t bytes) { progress.update(file.path, done + bytes, total); });
      check(file, part);
      fs::rename(part, place);
    }
    done += file.size;
  }
  progress.update("", total, total);
  open_embedder(partial);  // refuses what this build cannot run, before it is in place
  fs::rename(partial, target, error);
  if (error) throw Error(ErrorKind::Io, target.string() + ": cannot be put in place: " + error.message());
  sync_folder(target.parent_path());
  return target;
}

}  // namespace rag
