#include "pipelines/source_plan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "ingest/parser.h"

namespace rag {
namespace {

bool starts_with_folder(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/');
}

bool in_scope(const std::string& uri, const std::string& prefix) {
  return prefix.empty() || uri == prefix || (prefix.ends_with('/') && uri.starts_with(prefix));
}

// A file below a folder that could not be opened is not gone: we just cannot see it.
bool hidden_by_trouble(const std::string& uri, const std::vector<SkippedFile>& skipped) {
  return std::any_of(skipped.begin(), skipped.end(),
                     [&](const SkippedFile& skip) { return uri == skip.uri || starts_with_folder(uri, skip.uri) || skip.uri == "."; });
}

void find_moves(SourcePlan& plan, const std::filesystem::path& folder) {
  std::multimap<std::uint64_t, const FileRecord*> gone_by_size;
  for (const KnownFile& file : plan.gone)
    if (file.record.skipped.empty()) gone_by_size.emplace(file.record.size, &file.record);
  if (gone_by_size.empty()) return;
  std::set<std::string> taken;
  ReadingList still_to_read(folder);
  ReadingList::Cursor files(plan.to_read);
  while (auto reading = files.next()) {
    const FoundFile& file = reading->file;
    const auto [first, last] = gone_by_size.equal_range(file.size);
    const FileRecord* origin = nullptr;
    if (!reading->known && first != last) {
      std::string hash;
      try {
        hash = sha256_file(file.path);
      } catch (const Error&) {  // reported when it is read
      }
      for (auto candidate = first; candidate != last && !origin; ++candidate)
        if (candidate->second->content_hash == hash && !taken.contains(candidate->second->uri)) origin = candidate->second;
    }
    if (origin) {
      taken.insert(origin->uri);
      plan.moved.push_back({*origin, std::move(reading->file)});
    } else {
      still_to_read.add(*reading);
    }
  }
  plan.to_read = std::move(still_to_read);
  std::erase_if(plan.gone, [&](const KnownFile& file) { return taken.contains(file.record.uri); });
}

// Compares what the walk meets with what the catalog knows; both come by uri.
class Comparison {
 public:
  Comparison(const SourceScope& scope, const IndexReader* index, SourcePlan& plan) : scope_(scope), plan_(plan) {
    if (index) files_ = index->files_of(scope.source, scope.prefix);
    advance();
  }

  void meet(const SeenFile& file) {
    while (more_ && known_.record.uri < file.uri) miss();
    if (!more_ || known_.record.uri != file.uri) return plan_.to_read.add({file.keep(), std::nullopt});
    // It stays the current one: names that differ only in what cannot be shown have the same uri.
    met_ = true;
    const FileRecord& record = known_.record;
    const bool same = !plan_.reread && !plan_.redescribe && record.size == file.size && record.mtime_ns == file.mtime_ns && file.mtime_ns != 0 &&
                      !can_read_more_now(record, plan_.listens);
    if (!same) return plan_.to_read.add({file.keep(), known_});
    ++plan_.unchanged.files;
    plan_.unchanged.documents += known_.documents;
    plan_.unchanged.removed_by_hand += record.skipped.empty() && known_.documents == 0;
    plan_.unchanged.with_loss += known_.documents > 0 && (known_.cut_tokens > 0 || !record.warnings.empty());
    if (!record.skipped.empty()) plan_.unchanged.skipped.push_back({record.uri, record.skipped});
  }

  void finish() {
    while (more_) miss();
  }

 private:
  void miss() {
    if (!met_) plan_.gone.push_back(std::move(known_));
    advance();
  }
  void advance() {
    met_ = false;
    do more_ = files_ && files_->next(known_);
    while (more_ && !in_scope(known_.record.uri, scope_.prefix));
  }

  const SourceScope& scope_;
  SourcePlan& plan_;
  std::unique_ptr<FileCursor> files_;
  KnownFile known_;    // the current one, where there are more
  bool more_ = false;
  bool met_ = false;   // the walk met the current one
};

}  // namespace

SourceScope scope_of(const std::filesystem::path& path, const std::vector<std::string>& sources) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::canonical(path, error);
  if (error) throw Error(ErrorKind::Usage, path.string() + ": no such file or folder; check the path");
  const std::string name = absolute.string();
  for (const std::string& source : sources) {
    if (!starts_with_folder(name, source) || !std::filesystem::is_directory(source, error)) continue;
    std::string prefix = name.substr(source.size() + (source.ends_with('/') ? 0 : 1));
    if (std::filesystem::is_directory(absolute, error)) prefix += '/';
    return {source, prefix, {}};
  }
  return {name, "", {}};
}

bool can_read_more_now(const FileRecord& file, bool listens) {
  return has_parser_now(file.skipped, listens) ||
         std::any_of(file.warnings.begin(), file.warnings.end(), [&](const std::string& warning) { return has_parser_now(warning, listens); });
}

SourcePlan plan_source(const SourceScope& scope, const IndexReader* index, const PlanOptions& options) {
  SourcePlan plan{.to_read = ReadingList(options.folder), .reread = options.reread, .listens = options.listens, .redescribe = options.redescribe};
  FolderWalkOptions walk = options.walk;
  walk.within = scope.prefix;
  Comparison comparison(scope, index, plan);
  plan.skipped = visit_folder(scope.source, walk, [&](const SeenFile& file) {
                   throw_if_interrupted();
                   comparison.meet(file);
                 }).skipped;
  comparison.finish();
  std::erase_if(plan.skipped, [&](const SkippedFile& file) { return !in_scope(file.uri, scope.prefix); });
  std::erase_if(plan.gone, [&](KnownFile& file) {
    if (!hidden_by_trouble(file.record.uri, plan.skipped)) return false;
    if (!file.record.skipped.empty()) plan.skipped_before.emplace(file.record.uri, std::move(file.record));
    return true;
  });
  find_moves(plan, options.folder);
  return plan;
}

}  // namespace rag
