#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace rag::cli {

// Settings of rag.toml, found upward from the current folder.  An option on the command line wins over the environment,
// the environment over this file, this file over the defaults.  docs/cli/configuration.md lists the keys.
struct Config {
  std::filesystem::path file;  // "" where there is none
  std::optional<std::string> index, model, precision, device, mode, fusion, vectors, chunker, reranker;
  std::optional<std::size_t> k, candidates, probes, ivf_from, rerank_depth, max_tokens, overlap_tokens, threads;
  std::optional<std::string> speech, speech_language;
  std::optional<bool> ocr;
  std::optional<std::string> ocr_languages;
  std::optional<std::size_t> ocr_seconds;
  std::optional<std::size_t> parse_memory_mb, parse_cpu_s, parse_wall_s, parse_text_mb, parse_processes;
  std::optional<std::string> backend, backend_url, backend_model, api_key_variable;
  std::optional<double> temperature, dense_weight, k1, characters_k1, b;
};

// Throws Error(Usage) naming file, line and the key that is unknown or of the wrong type.
Config load_config(const std::filesystem::path& start);

}  // namespace rag::cli
