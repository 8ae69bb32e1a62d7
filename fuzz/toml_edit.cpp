// A setting put into somebody's rag.toml, and a sweep.toml read.
#include "../cli/eval/sweep_file.h"
#include "../cli/toml_edit.h"
#include "fuzz.h"
#include "in_memory.h"

FUZZ(bytes) {
  const rag::fuzz::MemoryFile file(bytes);
  rag::fuzz::attempt([&] { rag::cli::combinations(rag::cli::read_sweep_file(file.path()), 1000); });
  const std::map<std::string, std::string> settings = {{"search.dense_weight", "0.3"}, {"model", "\"a\""}};
  const std::string edited = rag::cli::with_settings(std::string(bytes), settings);
  try {
    rag::fuzz::require(rag::cli::with_settings(edited, settings) == edited);
  } catch (const rag::Error&) {
    rag::fuzz::require(false);  // what was edited is still TOML
  }
}
