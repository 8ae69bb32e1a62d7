#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/config.h"

namespace rag::cli {

// What stands before the command's name, and what rag.toml and the environment say.
struct Globals {
  std::string index;  // --index, "" where not given
  Config config;
};

struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Globals& globals, const std::vector<std::string>& arguments);  // returns the exit code
};

// One function per command, each in a file of its own.
int run_index(const Globals&, const std::vector<std::string>&);
int run_search(const Globals&, const std::vector<std::string>&);
int run_ask(const Globals&, const std::vector<std::string>&);
int run_chat(const Globals&, const std::vector<std::string>&);
int run_eval(const Globals&, const std::vector<std::string>&);
int run_status(const Globals&, const std::vector<std::string>&);
int run_ls(const Globals&, const std::vector<std::string>&);
int run_show(const Globals&, const std::vector<std::string>&);
int run_rm(const Globals&, const std::vector<std::string>&);
int run_duplicates(const Globals&, const std::vector<std::string>&);
int run_verify(const Globals&, const std::vector<std::string>&);
int run_repair(const Globals&, const std::vector<std::string>&);
int run_compact(const Globals&, const std::vector<std::string>&);
int run_model(const Globals&, const std::vector<std::string>&);
int run_embed(const Globals&, const std::vector<std::string>&);
int run_sync(const Globals&, const std::vector<std::string>&);
int run_sources(const Globals&, const std::vector<std::string>&);
int run_log(const Globals&, const std::vector<std::string>&);
int run_skipped(const Globals&, const std::vector<std::string>&);
int run_formats(const Globals&, const std::vector<std::string>&);
int run_doctor(const Globals&, const std::vector<std::string>&);

// The index to read: --index, else RAG_INDEX, else rag.toml, else the nearest .rag at or above the current folder.
// Throws Error(Usage), saying how to make one, where there is none.
std::filesystem::path existing_index(const std::string& option, const Config& config);

// The index to write: the same, or a new .rag in the current folder.
std::filesystem::path index_to_write(const std::string& option, const Config& config);

}  // namespace rag::cli
