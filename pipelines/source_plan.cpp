#include "pipelines/source_plan.h"

#include <algorithm>
#include <charconv>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "ingest/parser.h"

namespace rag {
namespace {

constexpr std::string_view kNotReadAnew = "not read anew: ";

bool starts_with_folder(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/');
}

bool in_scope(const std::string& uri, const std::string& prefix) {
  return prefix.empty() || uri == prefix || (prefix.ends_with('/') && uri.starts_with(prefix));
}

// A file below a folder that could not be opened is not gone: we just cannot see it.
class Trouble {
 public:
  explicit Trouble(const ReasonList& reasons) {
    hashes_.reserve(reasons.size());
    for (ReasonList::Cursor it(reasons); const auto skip = it.next();) hashes_.push_back(checksum64(skip->uri));
    std::sort(hashes_.begin(), hashes_.end());
  }
  bool names(const std::string& uri) const { return has(uri); }
  bool hides(const std::string& uri) const {
    if (hashes_.empty()) return false;
    if (has(".") || has(uri)) return true;
    for (std::size_t slash = uri.find('/'); slash != std::string::npos; slash = uri.find('/', slash + 1))
      if (has(std::string_view(uri).substr(0, slash)) || has(std::string_view(uri).substr(0, slash + 1))) return true;
    return false;
  }

 private:
  bool has(std::string_view uri) const { return std::binary_search(hashes_.begin(), hashes_.end(), checksum64(uri)); }

  std::vector<std::uint64_t> hashes_;  // of uris: two that are alike by chance would keep a file a run longer than it is there
};

// Leaves out of a list what `drop` says of the i-th.
void remove_if(ReadingList& list, const std::filesystem::path& folder, const std::function<bool(std::size_t, PlannedReading&)>& drop) {
  ReadingList rest(folder);
  ReadingList::Cursor files(list);
  for (std::size_t i = 0; auto file = files.next(); ++i)
    if (!drop(i, *file)) rest.add(*file);
  list = std::move(rest);
}

// What is gone, found by size and content.
class GoneFiles {
 public:
  explicit GoneFiles(const ReadingList& gone) : gone_(gone), taken_(gone.size()) {
    ReadingList::Cursor files(gone);
    std::uint64_t position = 0;
    for (std::size_t i = 0; auto file = files.next(); ++i, position = files.position()) {
      const FileRecord& record = file->known->record;
      if (record.skipped.empty()) places_.push_back({record.size, beginning_of(record.content_hash), i, position});
    }
    std::sort(places_.begin(), places_.end());
  }

  bool has_size(std::uint64_t size) const {
    const auto found = std::lower_bound(places_.begin(), places_.end(), Place{size, 0, 0, 0});
    return found != places_.end() && found->size == size;
  }

  // The first one of this content that was not taken before.
  std::optional<KnownFile> take(std::uint64_t size, const std::string& content_hash) {
    const std::uint64_t beginning = beginning_of(content_hash);
    for (auto place = std::lower_bound(places_.begin(), places_.end(), Place{size, beginning, 0, 0});
         place != places_.end() && place->size == size && place->hash == beginning; ++place) {
      if (taken_[place->number]) continue;
      auto file = ReadingList::Cursor(gone_, place->position).next();
      if (!file || file->known->record.content_hash != content_hash) continue;
      taken_[place->number] = true;
      return std::move(file->known);
    }
    return std::nullopt;
  }

  bool empty() const { return places_.empty(); }
  bool is_taken(std::size_t number) const { return taken_[number]; }

 private:
  struct Place {
    std::uint64_t size = 0, hash = 0;
    std::size_t number = 0;
    std::uint64_t position = 0;
    auto operator<=>(const Place&) const = default;
  };

  static std::uint64_t beginning_of(const std::string& hash) {
    std::uint64_t beginning = 0;
    std::from_chars(hash.data(), hash.data() + std::min<std::size_t>(hash.size(), 16), beginning, 16);
    return beginning;
  }

  const ReadingList& gone_;
  std::vector<Place> places_;
  std::vector<bool> taken_;
};

void find_moves(SourcePlan& plan, const std::filesystem::path& folder) {
  GoneFiles gone(plan.gone);
  if (gone.empty()) return;
  ReadingList still_to_read(folder);
  ReadingList::Cursor files(plan.to_read);
  while (auto reading = files.next()) {
    const FoundFile& file = reading->file;
    std::optional<KnownFile> origin;
    if (!reading->known && gone.has_size(file.size)) {
      throw_if_interrupted();
      try {
        origin = gone.take(file.size, sha256_file(file.path));
      } catch (const Error&) {  // reported when it is read
      }
    }
    if (origin)
      plan.moved.add({std::move(reading->file), std::move(origin)});
    else
      still_to_read.add(*reading);
  }
  plan.to_read = std::move(still_to_read);
  if (!plan.moved.empty()) remove_if(plan.gone, folder, [&](std::size_t i, PlannedReading&) { return gone.is_taken(i); });
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
    if (!more_ || known_.record.uri != file.uri) {
      met_something_new_ = true;
      return plan_.to_read.add({file.keep(), std::nullopt});
    }
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
    if (!record.skipped.empty()) plan_.unchanged.skipped.add({record.uri, record.skipped, true});
  }

  void finish() {
    while (more_) miss();
  }

  bool met_something_new() const { return met_something_new_; }

 private:
  void miss() {
    if (!met_) plan_.gone.add({{}, std::move(known_)});
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
  bool met_something_new_ = false;
};

}  // namespace

void refuse_overlap(const std::string& source, const std::vector<std::string>& sources) {
  for (const std::string& other : sources)
    if (starts_with_folder(other, source))
      throw Error(ErrorKind::Usage, source + ": holds " + other + ", which is a source already; remove that one first ('rag sources remove'), then add this one");
}

SourceScope scope_of(const std::filesystem::path& path, const std::vector<std::string>& sources) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::canonical(path, error);
  if (error) throw Error(ErrorKind::Usage, path.string() + ": no such file or folder; check the path");
  const std::string name = absolute.string();
  for (const std::string& source : sources) {
    if (!starts_with_folder(name, source) || !std::filesystem::is_directory(source, error)) continue;
    std::string prefix = shown_path(std::string_view(name).substr(source.size() + (source.ends_with('/') ? 0 : 1)));
    if (std::filesystem::is_directory(absolute, error)) prefix += '/';
    return {source, prefix, {}};
  }
  return {name, "", {}};
}

bool can_read_more_now(const FileRecord& file, bool listens) {
  return has_parser_now(file.skipped, listens) ||
         std::any_of(file.warnings.begin(), file.warnings.end(), [&](const std::string& warning) { return has_parser_now(warning, listens); });
}

std::optional<FileRecord> known_file(const IndexReader* index, const std::string& source, const std::string& uri) {
  KnownFile first;  // of all that begin so
  if (!index || !index->files_of(source, uri)->next(first) || first.record.uri != uri) return std::nullopt;
  return std::move(first.record);
}

std::string not_read_anew(const std::string& reason) { return std::string(kNotReadAnew) + reason; }

bool is_told(const FileRecord& file, const std::string& reason) {
  return file.skipped == reason || std::find(file.warnings.begin(), file.warnings.end(), not_read_anew(reason)) != file.warnings.end();
}

void forget_not_read_anew(FileRecord& file) {
  std::erase_if(file.warnings, [](const std::string& warning) { return warning.starts_with(kNotReadAnew); });
}

SourcePlan plan_source(const SourceScope& scope, const IndexReader* index, const PlanOptions& options) {
  SourcePlan plan{.unchanged = {.skipped = ReasonList(options.folder)}, .to_read = ReadingList(options.folder), .moved = ReadingList(options.folder), .gone = ReadingList(options.folder), .skipped = ReasonList(options.folder),
                  .unseen = ReasonList(options.folder), .hidden = ReadingList(options.folder), .reread = options.reread, .listens = options.listens, .redescribe = options.redescribe};
  FolderWalkOptions walk = options.walk;
  walk.within = scope.prefix;
  Comparison comparison(scope, index, plan);
  visit_folder(
      scope.source, walk,
      [&](const SeenFile& file) {
        throw_if_interrupted();
        comparison.meet(file);
      },
      [&](const SkippedFile& file) {
        if (in_scope(file.uri, scope.prefix)) (file.unseen ? plan.unseen : plan.skipped).add({file.uri, file.reason});
      });
  comparison.finish();
  if (!(plan.unseen.empty() && plan.skipped.empty()) && !plan.gone.empty()) {
    const Trouble unseen(plan.unseen), no_files(plan.skipped);
    remove_if(plan.gone, options.folder, [&](std::size_t, PlannedReading& file) {
      const FileRecord& record = file.known->record;
      if (!unseen.hides(record.uri)) return !record.skipped.empty() && no_files.names(record.uri);  // a pipe is as it was
      if (plan.redescribe) plan.hidden.add(file);
      return true;
    });
  }
  if (comparison.met_something_new() && !plan.gone.empty()) find_moves(plan, options.folder);
  return plan;
}

}  // namespace rag
