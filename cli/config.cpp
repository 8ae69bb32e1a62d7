#include "cli/config.h"

#include <toml++/toml.h>

#include <functional>
#include <map>
#include <string_view>

#include "core/error.h"

namespace rag::cli {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const toml::node& node, const std::string& what) {
  throw Error(ErrorKind::Usage, file.string() + ":" + std::to_string(node.source().begin.line) + ": " + what);
}

template <typename T>
void take(const std::filesystem::path& file, const std::string& key, const toml::node& node, std::optional<T>& out, const char* kind) {
  if constexpr (std::is_same_v<T, std::size_t>) {
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0) fail(file, node, key + " must be " + kind);
    out = static_cast<std::size_t>(*value);
  } else {
    const auto value = node.value<T>();
    if (!value) fail(file, node, key + " must be " + kind);
    out = *value;
  }
}

using Take = std::function<void(const std::filesystem::path&, const std::string&, const toml::node&)>;

// "table.key" -> where its value goes.
std::map<std::string, Take> keys_of(Config& config) {
  const auto text = [](std::optional<std::string>& out) {
    return Take([&out](const auto& file, const auto& key, const auto& node) { take(file, key, node, out, "a text in quotes"); });
  };
  const auto whole = [](std::optional<std::size_t>& out) {
    return Take([&out](const auto& file, const auto& key, const auto& node) { take(file, key, node, out, "a whole number, 0 or more"); });
  };
  const auto number = [](std::optional<double>& out) {
    return Take([&out](const auto& file, const auto& key, const auto& node) { take(file, key, node, out, "a number"); });
  };
  const auto yes_or_no = [](std::optional<bool>& out) {
    return Take([&out](const auto& file, const auto& key, const auto& node) { take(file, key, node, out, "true or false"); });
  };
  return {{"index", text(config.index)},
          {"model", text(config.model)},
          {"precision", text(config.precision)},
          {"device", text(config.device)},
          {"threads", whole(config.threads)},
          {"chunk.kind", text(config.chunker)},
          {"chunk.max_tokens", whole(config.max_tokens)},
          {"chunk.overlap_tokens", whole(config.overlap_tokens)},
          {"speech.listen", text(config.speech)},
          {"speech.language", text(config.speech_language)},
          {"ocr.enabled", yes_or_no(config.ocr)},
          {"ocr.languages", text(config.ocr_languages)},
          {"ocr.seconds", whole(config.ocr_seconds)},
          {"parse.memory_mb", whole(config.parse_memory_mb)},
          {"parse.cpu_s", whole(config.parse_cpu_s)},
          {"parse.wall_s", whole(config.parse_wall_s)},
          {"parse.text_mb", whole(config.parse_text_mb)},
          {"parse.processes", whole(config.parse_processes)},
          {"search.mode", text(config.mode)},
          {"search.fusion", text(config.fusion)},
          {"search.k", whole(config.k)},
          {"search.candidates", whole(config.candidates)},
          {"search.vectors", text(config.vectors)},
          {"search.probes", whole(config.probes)},
          {"search.ivf_from", whole(config.ivf_from)},
          {"search.reranker", text(config.reranker)},
          {"search.rerank_depth", whole(config.rerank_depth)},
          {"search.dense_weight", number(config.dense_weight)},
          {"search.k1", number(config.k1)},
          {"search.characters_k1", number(config.characters_k1)},
          {"search.b", number(config.b)},
          {"ask.backend", text(config.backend)},
          {"ask.backend_url", text(config.backend_url)},
          {"ask.backend_model", text(config.backend_model)},
          {"ask.api_key_variable", text(config.api_key_variable)},
          {"ask.temperature", number(config.temperature)}};
}

void read_table(const std::filesystem::path& file, const toml::table& table, const std::string& prefix, const std::map<std::string, Take>& keys) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (node.is_table()) {
      read_table(file, *node.as_table(), key + ".", keys);
      continue;
    }
    const auto found = keys.find(key);
    if (found == keys.end()) fail(file, node, "unknown key \"" + key + "\"; docs/cli/configuration.md lists them");
    found->second(file, key, node);
  }
}

}  // namespace

Config load_config(const std::filesystem::path& start) {
  Config config;
  std::error_code error;
  for (std::filesystem::path folder = std::filesystem::absolute(start, error);; folder = folder.parent_path()) {
    if (std::filesystem::is_regular_file(folder / "rag.toml", error)) {
      config.file = folder / "rag.toml";
      break;
    }
    if (folder == folder.parent_path()) return config;
  }
  try {
    const toml::table table = toml::parse_file(config.file.string());
    read_table(config.file, table, "", keys_of(config));
  } catch (const toml::parse_error& trouble) {
    throw Error(ErrorKind::Usage, config.file.string() + ":" + std::to_string(trouble.source().begin.line) + ": not TOML: " +
                                      std::string(trouble.description()));
  }
  // A relative index path means: beside the file.
  if (config.index && std::filesystem::path(*config.index).is_relative()) config.index = (config.file.parent_path() / *config.index).string();
  return config;
}

}  // namespace rag::cli
