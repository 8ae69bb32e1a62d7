#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

// Private to cli/.
namespace rag::cli {

// What a sweep.toml says: the questions, and what to try.
struct SweepFile {
  std::filesystem::path dataset;                       // a collection in the BEIR layout, or "" where the next three are given
  std::filesystem::path documents, queries, qrels;     // a folder or a corpus file, its questions and judgements
  std::filesystem::path gold;                          // instead of judgements: gold of documents, pages, spans or quotes
  std::string split = "test";
  std::vector<std::string> metrics = {"nDCG@10"};      // the first is tuned
  std::size_t depth = 100;
  std::uint64_t seed = 1;
  std::vector<std::pair<std::string, std::vector<std::string>>> tried;  // a setting of rag.toml and its values, in the file's order
};

// A setting of rag.toml that a sweep can try.
struct SweepSetting {
  const char* key;     // "search.dense_weight"
  const char* option;  // the command line's: "dense-weight"
  bool is_text;        // stands in quotes there
};
const std::vector<SweepSetting>& sweep_settings();
// The one of that key; null where there is none.
const SweepSetting* find_sweep_setting(const std::string& key);

// Paths in the file are relative to it.  Throws Error(Usage), naming file and line, for what is not TOML, not known or of the wrong type.
SweepFile read_sweep_file(const std::filesystem::path& file);

// Every combination of the values, the last setting changing fastest.  Throws Error(Usage) for more than `most`.
std::vector<std::vector<std::pair<std::string, std::string>>> combinations(const SweepFile& sweep, std::size_t most);

}  // namespace rag::cli
