#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "ingest/ignore_rules.h"
#include "pipelines/json_output.h"
#include "pipelines/skipped_files.h"

// log and skipped: what the runs did, and what has no documents now.
namespace rag::cli {
namespace {

std::string time_of(std::int64_t seconds) { return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(static_cast<std::time_t>(seconds))); }

std::string outcome_of(const RunEntry& run) {
  if (run.finished_at == 0) return tr("did not end, or still runs", "끝나지 않았거나 실행 중");
  if (run.outcome == "done") return fmt::format(fmt::runtime(tr("{:.1f} s, generation {}", "{:.1f}초, 세대 {}")), static_cast<double>(run.milliseconds) / 1000, run.generation);
  return run.outcome;
}

void print_heading() {
  std::cout << bold(fmt::format("{}{}{}{}{}{}{}{}{}", padded(tr("run", "실행"), 7), padded(tr("began", "시작"), 21), padded(tr("command", "명령"), 9),
                                padded(tr("new", "추가"), 8), padded(tr("changed", "변경"), 9), padded(tr("unchanged", "그대로"), 11), padded(tr("moved", "이동"), 7),
                                padded(tr("removed", "삭제"), 9), padded(tr("skipped", "건너뜀"), 9)))
            << '\n';
}

void print_run(const RunEntry& run) {
  const RunCounts& counts = run.counts;
  std::cout << fmt::format("{:<6} {:<20} {:<8} {:<7} {:<8} {:<10} {:<6} {:<8} {:<8} {}\n", run.id.value, time_of(run.started_at), run.command, counts.added,
                           counts.changed, counts.unchanged, counts.moved, counts.removed, counts.skipped, escape_for_terminal(outcome_of(run)));
}

void print_file(const FileEntry& entry) {
  std::string details;
  const auto add = [&](const std::string& what) { details += (details.empty() ? "" : "; ") + what; };
  if (!entry.reason.empty()) add(entry.reason);
  if (entry.documents > 1) add(counted(entry.documents, "document"));
  if (entry.pages > 0) add(counted(entry.pages, "page") + (entry.pages_without_text > 0 ? fmt::format(", {} without text", entry.pages_without_text) : ""));
  if (entry.ocr_confidence) add(fmt::format("OCR confidence {:.4g}", *entry.ocr_confidence));
  if (entry.cut_tokens > 0) add(counted(entry.cut_tokens, "token") + " cut");
  for (const std::string& warning : entry.warnings) add(warning);
  std::cout << fmt::format("{:<8} {:>6} ms  {}{}\n", entry.state, entry.milliseconds, escape_for_terminal(entry.uri),
                           details.empty() ? "" : "  (" + escape_for_terminal(details) + ")");
}

RunEntry find_run(const IndexReader& index, const std::string& name) {
  const std::vector<RunEntry> runs = index.runs();
  if (runs.empty()) throw Error(ErrorKind::NotFound, index.directory().string() + ": no run in its ledger yet; 'rag index' or 'rag sync' enters one");
  if (name == "last") return runs.front();
  std::int64_t number = 0;
  const auto [end, trouble] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (trouble != std::errc() || end != name.data() + name.size())
    throw Error(ErrorKind::Usage, "rag log " + name + ": expected the number of a run, or last; 'rag log' lists them");
  const auto found = std::find_if(runs.begin(), runs.end(), [&](const RunEntry& run) { return run.id.value == number; });
  if (found == runs.end())
    throw Error(ErrorKind::NotFound, fmt::format("run {}: not in the ledger of {}, which keeps the last {} runs; 'rag log' lists them", number,
                                                 index.directory().string(), kLedgerRuns));
  return *found;
}

int show_run(const IndexReader& index, const std::string& name, const std::string& state, bool json) {
  const RunEntry run = find_run(index, name);
  const auto accept = [&](const FileEntry& entry) { return state.empty() || entry.state == state; };
  if (json) return write_run_json(std::cout, index, run, accept) > 0 ? 0 : 1;
  print_heading();
  print_run(run);
  std::size_t files = 0;
  index.for_each_file_of_run(run.id, [&](const FileEntry& entry) {
    throw_if_interrupted();
    if (std::cout && accept(entry)) print_file(entry), ++files;  // behind '| head' nobody reads on
  });
  if (files == 0 && run.files == 0 && run.counts.added + run.counts.changed + run.counts.moved + run.counts.removed > 0)
    std::cerr << tr("its files are no longer kept: later runs had too many of them\n", "파일 목록은 더 남아 있지 않습니다. 뒤의 실행들이 자리를 썼습니다\n");
  else if (files == 0)
    std::cerr << tr("no file was anything but unchanged in it\n", "바뀐 파일이 없습니다\n");
  return files == 0 ? 1 : 0;
}

int list_runs(const IndexReader& index, std::size_t limit, bool json) {
  std::vector<RunEntry> runs = index.runs();
  const std::size_t all = runs.size();
  if (runs.size() > limit) runs.resize(limit);
  if (json) {
    std::cout << runs_json(runs) << '\n';
  } else if (!runs.empty()) {
    print_heading();
    for (const RunEntry& run : runs) print_run(run);
    std::cerr << fmt::format(fmt::runtime(tr("{} of {} runs; 'rag log RUN' shows the files of one, 'rag skipped' what has no documents now\n",
                                             "실행 {1}개 가운데 {0}개. 'rag log 번호'는 그 실행의 파일을, 'rag skipped'는 지금 문서가 없는 파일을 보여 줍니다\n")),
                             runs.size(), all);
  } else {
    std::cerr << tr("no run yet; 'rag index FOLDER' or 'rag sync' enters one\n", "아직 실행 기록이 없습니다. 'rag index 폴더'나 'rag sync'가 남깁니다\n");
  }
  return runs.empty() ? 1 : 0;
}

using AcceptUri = std::function<bool(const std::string&)>;

void print_group(const SkippedGroup& group) { std::cout << bold(fmt::format("{:>6}  {}", group.files, escape_for_terminal(group.reason))) << '\n'; }

void print_uri(const std::string& uri) { std::cout << "        " << escape_for_terminal(uri) << '\n'; }

void print_every_file(const IndexReader& index, const AcceptUri& accept, const std::vector<SkippedGroup>& groups) {
  const SkippedGroup* current = nullptr;
  visit_skipped_files(index, accept, groups, [&](const SkippedGroup& group, const std::string&, const std::string& uri) {
    if (!std::cout) return;  // behind '| head' nobody reads on
    if (&group != current) print_group(group);
    current = &group;
    print_uri(uri);
  });
}

// True where a group has more files than are shown.
bool print_first_files(const std::vector<SkippedGroup>& groups) {
  bool left_out = false;
  for (const SkippedGroup& group : groups) {
    print_group(group);
    for (const std::string& uri : group.first_uris) print_uri(uri);
    const std::size_t more = group.files - group.first_uris.size();
    if (more > 0) std::cout << fmt::format("        ... {} {}\n", more, tr("more", "개 더"));
    left_out |= more > 0;
  }
  return left_out;
}

std::size_t print_skipped(const IndexReader& index, const AcceptUri& accept, bool all) {
  constexpr std::size_t kShown = 5;
  std::vector<SkippedGroup> groups = group_skipped_files(index, accept, kShown);
  if (groups.empty()) {
    std::cerr << tr("nothing is skipped\n", "건너뛴 파일이 없습니다\n");
    return 0;
  }
  std::ranges::stable_sort(groups, std::greater(), &SkippedGroup::files);
  std::size_t total = 0;
  for (const SkippedGroup& group : groups) total += group.files;
  bool left_out = false;
  if (all) print_every_file(index, accept, groups);
  else left_out = print_first_files(groups);
  std::cerr << fmt::format(fmt::runtime(tr("{0} without documents{1}; 'rag formats' lists what is read, 'rag index --reread' tries again\n",
                                           "문서가 없는 파일 {2}개{1}. 'rag formats'는 읽는 형식을 보여 주고, 'rag index --reread'는 다시 읽어 봅니다\n")),
                           counted(total, "file"), left_out ? tr(" (--all names each)", " (--all은 모두 보여 줌)") : "", total);
  return total;
}

}  // namespace

int run_log(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("limit,n", po::value<std::size_t>()->value_name("N")->default_value(20), "how many runs to list, newest first")(
      "state", po::value<std::string>()->value_name("S")->default_value(""), "of a run's files only those added, changed, moved, removed or skipped")(
      "run", po::value<std::string>(), "");
  add_format_options(options, "text or json");
  po::positional_options_description positional;
  positional.add("run", 1);
  const auto values = parse_options("log", "log [RUN|last] [OPTIONS]", options, positional, arguments,
                                    fmt::format("Without RUN the runs of 'rag index' and 'rag sync', with it what became of each file in that run: added, changed, moved,\n"
                                                "removed or skipped, why, its pages and those without text, tokens cut, and the time it took to read.  Files that were as\n"
                                                "before are only counted.  The last {} runs are kept, and of their files the last {} or so.\n"
                                                "Exit code 1: nothing to list.\n",
                                                kLedgerRuns, kLedgerFiles));
  const bool json = output_format(values, {"text", "json"}) == "json";
  const std::string state = values["state"].as<std::string>();
  if (!state.empty()) choice("--state", state, {"added", "changed", "moved", "removed", "skipped"});
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  if (values.count("run")) return show_run(*index, values["run"].as<std::string>(), state, json);
  if (!state.empty()) throw Error(ErrorKind::Usage, "--state: goes with a run; say for instance 'rag log last --state " + state + "'");
  return list_runs(*index, values["limit"].as<std::size_t>(), json);
}

int run_skipped(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("all", po::bool_switch(), "name every file, not the first five of a reason")("pattern", po::value<std::string>(), "");
  add_format_options(options, "text or json");
  po::positional_options_description positional;
  positional.add("pattern", 1);
  const auto values = parse_options("skipped", "skipped [PATTERN] [OPTIONS]", options, positional, arguments,
                                    "Files that have no documents in the index, grouped by the reason.  PATTERN is one of the shell, over the whole path: '*.pdf',\n"
                                    "'hr/*'.  Files read in part: 'rag ls --skipped'.  Exit code 1: nothing is skipped.\n");
  const bool json = output_format(values, {"text", "json"}) == "json";
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  AcceptUri accept;
  if (values.count("pattern")) accept = [pattern = values["pattern"].as<std::string>()](const std::string& uri) { return pattern.empty() || matches_glob(pattern, uri); };
  const std::size_t files = json ? write_skipped_json(std::cout, *index, accept) : print_skipped(*index, accept, values["all"].as<bool>());
  return files > 0 ? 0 : 1;
}

}  // namespace rag::cli
