#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/index_report.h"
#include "cli/options.h"
#include "cli/source_names.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "cli/watch.h"
#include "core/error.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "pipelines/index_folder.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "Brings every source of the index up to date, each with its own settings ('rag sources'), encoder and chunking as the index has them.\n"
    "Prints nothing where nothing has changed, so it fits cron:\n"
    "  */10 * * * *  rag --index /srv/hr.rag sync\n"
    "Exit code 0: up to date.  5: a file was skipped that was not before, or a source is gone, or more than a fifth of one is and --delete was not\n"
    "given (the others are up to date); with --fail-on-loss wherever anything is not in the index whole.  2: another process writes this index.\n"
    "What a run did: 'rag log'.\n";

// Standard input cannot be read again.
std::vector<std::filesystem::path> folders_of(const IndexReader& index) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& source : index.sources())
    if (std::filesystem::path(source).is_absolute()) paths.emplace_back(source);
  return paths;
}

// Those asked for, or all.
std::vector<std::filesystem::path> sources_to_sync(const IndexReader& index, const std::vector<std::string>& names) {
  std::vector<std::filesystem::path> paths;
  for (const std::string& name : names) paths.emplace_back(find_source(index, name));
  if (names.empty()) paths = folders_of(index);
  if (paths.empty()) throw Error(ErrorKind::Usage, index.directory().string() + ": has no sources; 'rag sources add FOLDER' or 'rag index FOLDER' adds one");
  return paths;
}

// A source that is not there may be a disk that is not mounted: its documents stay.
std::size_t report_missing(const std::vector<std::filesystem::path>& paths) {
  std::size_t missing = 0;
  std::error_code error;
  for (const std::filesystem::path& path : paths) {
    if (std::filesystem::exists(path, error)) continue;
    ++missing;
    std::cerr << escape_for_terminal(path.string()) << tr(": is not there; its documents stay in the index; 'rag sources remove' takes them out\n",
                                                          ": 없습니다. 문서는 색인에 남습니다. 'rag sources remove'로 뺄 수 있습니다\n");
  }
  return missing;
}

bool new_loss(const IndexFolderReport& report) {
  return !report.refused.empty() || report.skipped.fresh() > 0;
}

}  // namespace

int run_sync(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description described("Options");
  add_index_option(described);
  add_model_options(described);
  add_vector_lists_option(described);
  described.add_options()("delete", po::bool_switch(), "remove documents whose files are gone even where that is more than a fifth of a source")(
      "reread", po::bool_switch(), "compare every file's content, do not trust its time and size; try again what was skipped or removed by hand")(
      "fail-on-loss", po::bool_switch(), "exit code 5 wherever a file is skipped, read in part or cut, in this run or in an earlier one")(
      "watch", po::bool_switch(), "go on and take in what changes, until Ctrl-C")("source", po::value<std::vector<std::string>>(), "");
  add_format_options(described, "text or json");
  po::positional_options_description positional;
  positional.add("source", -1);
  const auto values = parse_options("sync", "sync [SOURCE...] [OPTIONS]", described, positional, arguments, kEpilogue);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const auto directory = existing_index(index_option(values, globals), globals.config);

  IndexFolderOptions options{.command = "sync"};
  options.allow_delete = values["delete"].as<bool>();
  options.reread = values["reread"].as<bool>();
  options.pass_over_refused = true;
  options.confirm_removal = ask_before_removal;
  options.index = directory;
  const VectorSearchOptions vectors = vector_search_options(values, globals.config);
  std::vector<std::filesystem::path> paths;
  IndexSettings stored;
  {
    const auto index = open_index_reader(directory);
    stored = index->settings();
    paths = sources_to_sync(*index, values.count("source") ? values["source"].as<std::vector<std::string>>() : std::vector<std::string>{});
  }
  adopt_chunker(stored.chunker, options);
  const std::string model = values.count("model") ? values["model"].as<std::string>() : stored.model;
  const auto embedder = open_model_of_index(stored, directory.string(), model, embedder_options(values, globals.config));
  const IndexSettings settings = settings_for(model, *embedder, options);

  const std::size_t missing = report_missing(paths);
  std::vector<std::filesystem::path> there = paths;
  std::error_code error;
  std::erase_if(there, [&](const auto& path) { return !std::filesystem::exists(path, error); });
  IndexFolderReport report;
  {
    const auto writer = open_index_writer(directory, settings);
    const auto progress = make_progress_bar();
    report = index_paths(*writer, directory, *embedder, there, options, *progress);
  }
  if (json) write_index_report_json(std::cout, report), std::cout.flush();
  else if (changed_something(report) || !report.refused.empty()) print_index_report(report, directory);
  make_vector_lists(directory, vectors);
  // Sources that come and go meanwhile are followed; where some were named, of those.
  const auto paths_now = [&](const IndexReader& index) {
    std::vector<std::filesystem::path> now = folders_of(index);
    if (values.count("source")) std::erase_if(now, [&](const auto& path) { return std::find(paths.begin(), paths.end(), path) == paths.end(); });
    return now;
  };
  if (values["watch"].as<bool>())
    return watch_paths({.index = directory, .paths = paths_now, .settings = settings, .embedder = embedder.get(), .options = options, .vectors = vectors, .json = json});
  const bool lost = values["fail-on-loss"].as<bool>() ? lost_something(report) : new_loss(report);
  return lost || missing > 0 ? exit_code(ErrorKind::Ingest) : 0;
}

}  // namespace rag::cli
