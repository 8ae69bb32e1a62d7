#include <fmt/format.h>

#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "pipelines/json_output.h"

namespace rag::cli {

int run_status(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("format", po::value<std::string>()->value_name("F")->default_value("text"), "text or json")(
      "json", po::bool_switch(), "the same as --format json");
  const auto values = parse_options("status", "status [OPTIONS]", options, {}, arguments);
  const bool json = choice("--format", values["json"].as<bool>() ? "json" : values["format"].as<std::string>(), {"text", "json"}) == "json";
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  const IndexSettings settings = index->settings();
  const IndexStatistics statistics = index->statistics();
  if (json) {
    std::cout << status_json(index->directory().string(), settings, statistics, index->sources()) << '\n';
    return 0;
  }
  const auto row = [](const char* name, const std::string& value) { std::cout << fmt::format("{:<14}{}\n", name, escape_for_terminal(value)); };
  row("index", index->directory().string());
  row("generation", std::to_string(statistics.generation));
  row("documents", std::to_string(statistics.documents));
  row("chunks", fmt::format("{} ({} deleted, waiting for 'rag compact')", statistics.chunks, statistics.deleted_chunks));
  row("segments", std::to_string(statistics.segments));
  row("on disk", human_bytes(statistics.bytes));
  row("skipped files", std::to_string(statistics.skipped_files));
  row("tokens cut", std::to_string(statistics.cut_tokens));
  row("model", settings.model);
  row("embedder", settings.embedder);
  row("chunker", settings.chunker);
  row("analyzer", settings.analyzer);
  for (const std::string& source : index->sources()) row("source", source);
  return 0;
}

}  // namespace rag::cli
