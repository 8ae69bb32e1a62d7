#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <functional>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "models/embedder.h"
#include "models/hub_client.h"
#include "models/json_fields.h"
#include "models/model_store.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
constexpr const char* kPublicEndpoint = "https://huggingface.co";

// Of a repository's files only those that opening a model may read: no second copy of the weights in another format.
bool is_wanted(const std::string& path) {
  for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "modules.json",
                           "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json", "sentencepiece.bpe.model",
                           "sentencepiece.model", "tokenizer.model", "model.safetensors", "0_StaticEmbedding/tokenizer.json",
                           "0_StaticEmbedding/model.safetensors"})
    if (path == name) return true;
  return false;
}

bool is_whole(const HubFile& file, const fs::path& place, const std::string& sha256) {
  std::error_code error;
  return fs::file_size(place, error) == file.size && !error && (sha256.empty() || sha256_file(place) == sha256);
}

// What has arrived by its name is whole: it was checked before it was renamed, and is again in case the repository has changed since.
void fetch(const HubClient& hub, const std::string& name, const std::string& revision, const HubFile& file, const fs::path& place,
           const std::function<void(std::uint64_t)>& received) {
  if (is_whole(file, place, file.sha256)) return;
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  fs::path part = place;
  part += ".part";
  const std::string named = hub.download(name, revision, file, part, received);
  if (!is_whole(file, part, file.sha256.empty() ? named : file.sha256)) {
    const std::uint64_t size = fs::file_size(part, error);
    if (size < file.size)
      throw Error(ErrorKind::Backend, name + ": " + file.path + ": ended after " + std::to_string(size) + " of " + std::to_string(file.size) +
                                          " bytes; run it again, it goes on where it stopped");
    fs::remove(part, error);  // going on from damaged bytes would never end well
    throw Error(ErrorKind::Backend, name + ": " + file.path + ": what arrived has not the SHA-256 the endpoint names; it was thrown away, run it again");
  }
  fs::rename(part, place);
}

void check_name(const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '/'; });
  const std::string last = fs::path(name).filename().string();
  if (!plain || last.empty() || last.starts_with(".") || name.find("..") != std::string::npos || name.starts_with("/"))
    throw Error(ErrorKind::Usage, shown(name) + ": not a model name; say for instance intfloat/multilingual-e5-small");
}

std::vector<HubFile> wanted_files(const HubClient& hub, const std::string& name, const std::string& revision) {
  std::vector<HubFile> files = hub.list(name, revision);
  std::erase_if(files, [](const HubFile& file) { return !is_wanted(file.path); });
  const auto is_there = [&](const std::string& path) {
    return std::any_of(files.begin(), files.end(), [&](const HubFile& file) { return file.path == path; });
  };
  if (is_there("modules.json") && is_there("0_StaticEmbedding/model.safetensors")) return files;
  for (const char* needed : {"model.safetensors", "config.json"})
    if (!is_there(needed))
      throw Error(ErrorKind::Backend, name + ": no " + needed + " there; models in other formats cannot be used, choose another");
  return files;
}

// Of a file that has arrived, or of the part that has.
std::uint64_t bytes_of(const fs::path& place) {
  std::error_code error;
  for (const fs::path& candidate : {place, fs::path(place.string() + ".part")})
    if (const std::uint64_t size = fs::file_size(candidate, error); !error) return size;
  return 0;
}

void check_space(const fs::path& folder, std::uint64_t needed) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (!error && space.available < needed)
    throw Error(ErrorKind::Io, folder.string() + ": " + std::to_string(needed) + " bytes are needed, " + std::to_string(space.available) +
                                   " are free; make room, or set RAG_MODELS to a folder on another disk");
}

}  // namespace

fs::path pull_model(const std::string& name, Progress& progress, const std::string& revision) {
  check_name(name);
  const char* variable = std::getenv("HF_ENDPOINT");
  const HubClient hub(variable && *variable ? variable : kPublicEndpoint);
  const fs::path folder = model_folders().front();
  const std::string last = fs::path(name).filename().string();
  const fs::path target = folder / last;
  const fs::path partial = folder / ("." + last + ".partial");  // no name that resolve_model or list_models would take
  std::error_code error;
  if (fs::symlink_status(target, error).type() != fs::file_type::not_found)
    throw Error(ErrorKind::Usage, target.string() + ": is there already; remove it first to fetch it anew");

  const std::vector<HubFile> files = wanted_files(hub, name, revision);
  fs::create_directories(partial, error);
  if (error) throw Error(ErrorKind::Io, partial.string() + ": cannot be made: " + error.message() + "; set RAG_MODELS to a folder of yours");
  std::uint64_t total = 0, done = 0, missing = 0;
  for (const HubFile& file : files) {
    total += file.size;
    missing += file.size - std::min(file.size, bytes_of(partial / file.path));
  }
  check_space(folder, missing);
  for (const HubFile& file : files) {
    fetch(hub, name, revision, file, partial / file.path, [&](std::uint64_t bytes) { progress.update(file.path, done + bytes, total); });
    done += file.size;
  }
  progress.update("", total, total);
  try {
    check_model(partial);
  } catch (const Error& trouble) {
    if (trouble.kind() != ErrorKind::Backend) throw;
    fs::remove_all(partial, error);
    throw Error(trouble.kind(), name + ": fetched, but of no use here and thrown away: " + trouble.what());
  }
  fs::rename(partial, target, error);
  if (error) throw Error(ErrorKind::Io, target.string() + ": cannot be put in place: " + error.message());
  sync_folder(target.parent_path());
  return target;
}

}  // namespace rag
