#include "cli/watch.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>

#include "cli/index_report.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "ingest/folder_watcher.h"
#include "pipelines/json_output.h"
#include "pipelines/source_rules.h"

namespace rag::cli {
namespace {

constexpr std::chrono::milliseconds kAgain{3000};           // another process writes, or the disk is full
constexpr std::chrono::milliseconds kLookForSources{5000};  // sources are added and removed by other processes

void say(const std::string& line) { std::cerr << fmt::format("{:%H:%M:%S}  ", fmt::localtime(std::time(nullptr))) << escape_for_terminal(line) << std::endl; }

std::string summary_of(const IndexFolderReport& report) {
  std::string out;
  const auto add = [&](const char* english, const char* korean, std::size_t count) {
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, tr(english, korean));
  };
  add("new", "새로 추가", report.added);
  add("changed", "변경됨", report.changed);
  add("moved", "이동됨", report.moved);
  add("removed", "삭제됨", report.removed);
  add("skipped", "건너뜀", report.skipped.fresh());
  return fmt::format(fmt::runtime(tr("{}; {:.1f} s, generation {}", "{}; {:.1f}초, 세대 {}")), out.empty() ? tr("nothing new", "바뀐 것 없음") : out,
                     report.seconds, report.generation);
}

// What is watched, and how, as one text.
std::string arrangement_of(const IndexReader& index, const std::vector<std::filesystem::path>& paths) {
  std::string text;
  for (const std::filesystem::path& path : paths) text += path.string() + '\n';
  for (const SourceSettings& settings : index.source_settings()) {
    text += settings.source + (settings.hidden ? "\nhidden" : "\n") + (settings.ignore_files ? "\nignore files\n" : "\n") + SourceRules(settings).name();
    for (const std::string& pattern : settings.include) text += "include " + pattern + '\n';
    for (const std::string& pattern : settings.exclude) text += "exclude " + pattern + '\n';
  }
  return text;
}

class Watch {
 public:
  explicit Watch(const WatchJob& job) : job_(job), options_(job.options) {
    options_.command = "watch";
    options_.enter_idle_runs = false;
    options_.pass_over_refused = true;
    options_.confirm_removal = nullptr;  // nobody is asked while nobody looks
    options_.reread = false;
  }

  int run() {
    while (!interrupted()) {
      arrange();
      for (const std::string& note : watcher_->take_notes()) say(note);
      if (!pending_.empty() && update(pending_)) pending_.clear();
      for (std::filesystem::path& root : watcher_->wait(pending_.empty() ? kLookForSources : kAgain))
        if (std::find(pending_.begin(), pending_.end(), root) == pending_.end()) pending_.push_back(std::move(root));
    }
    say(tr("stopped", "끝냈습니다"));
    return 0;
  }

 private:
  // Watches what is to be watched now.  All of it is taken in once more then: something may have changed before the first notice.
  void arrange() {
    const auto index = open_index_reader(job_.index);
    std::vector<std::filesystem::path> paths = job_.paths(*index);
    std::string arrangement = arrangement_of(*index, paths);
    if (watcher_ && arrangement == arrangement_) return;
    std::vector<WatchedRoot> roots;
    std::error_code error;
    for (const std::filesystem::path& path : paths)
      roots.push_back({path, std::filesystem::exists(path, error) ? walk_options(*index, path, job_.options) : job_.options.walk});
    watcher_ = std::make_unique<FolderWatcher>(std::move(roots));
    arrangement_ = std::move(arrangement);
    say(fmt::format(fmt::runtime(tr("watching {} in {}; Ctrl-C ends it", "{1}에서 {0}을(를) 지켜보는 중, Ctrl-C로 끝냅니다")),
                    counted(watcher_->watched_folders(), "folder"), counted(paths.size(), "source")));
    pending_ = std::move(paths);
  }

  // False where it is to be tried again.
  bool update(const std::vector<std::filesystem::path>& roots) {
    std::vector<std::filesystem::path> there;
    std::error_code error;
    for (const std::filesystem::path& root : roots)
      if (std::filesystem::exists(root, error)) there.push_back(root);
    if (there.empty()) return true;
    try {
      {
        const auto writer = open_index_writer(job_.index, job_.settings);
        const auto progress = make_progress_bar();
        tell(index_paths(*writer, job_.index, *job_.embedder, there, options_, *progress));
      }
      trouble_.clear();
      make_vector_lists(job_.index, job_.vectors);
      return true;
    } catch (const Error& trouble) {
      if (trouble.kind() == ErrorKind::Interrupted) return true;
      if (trouble.kind() != ErrorKind::Usage && trouble.kind() != ErrorKind::Io) throw;
      if (trouble_ != trouble.what()) say(trouble.what());
      trouble_ = trouble.what();
      return false;
    }
  }

  void tell(const IndexFolderReport& report) {
    for (const std::string& refusal : report.refused)
      if (std::find(refused_.begin(), refused_.end(), refusal) == refused_.end()) say(refusal);
    refused_ = report.refused;
    if (!changed_something(report)) return;
    if (job_.json) {
      write_index_report_json(std::cout, report), std::cout.flush();
      return;
    }
    say(summary_of(report));
    print_reasons(report.skipped, Reasons::Fresh);
    print_reasons(report.warnings);
  }

  const WatchJob& job_;
  IndexFolderOptions options_;
  std::unique_ptr<FolderWatcher> watcher_;
  std::string arrangement_;
  std::vector<std::filesystem::path> pending_;
  std::string trouble_;               // told, and not over yet
  std::vector<std::string> refused_;  // likewise
};

}  // namespace

int watch_paths(const WatchJob& job) { return Watch(job).run(); }

}  // namespace rag::cli
