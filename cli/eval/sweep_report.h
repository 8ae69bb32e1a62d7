#pragma once

#include <filesystem>
#include <string>

#include "pipelines/eval/sweep.h"

// Private to cli/.
namespace rag::cli {

// "chunk.max_tokens=96 search.mode=dense"; "as it is now" for the one that sets nothing.
std::string configuration_name(const SweepConfiguration& configuration);

// The table, the front and the verdict: as text, json (docs/formats/json.md) or csv.
void print_sweep(const SweepOptions& options, const SweepResult& result, const std::string& format);

// NNN.json, an evaluation each, numbered as in the table; costs.json beside them: what changes from run to run.
void write_sweep(const std::filesystem::path& folder, const SweepOptions& options, const SweepResult& result);

}  // namespace rag::cli
