#include "pipelines/source_reader.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/member_uri.h"
#include "core/parallel.h"
#include "core/text.h"
#include "core/work_ahead.h"
#include "ingest/parser.h"
#include "ingest/warning_limit.h"
#include "pipelines/corpus_file.h"
#include "pipelines/document_id.h"
#include "pipelines/memory_file.h"
#include "pipelines/file_notes.h"

namespace rag {
namespace {

// Files are read ahead until so many, or texts of so many bytes, wait for one that takes longer.
constexpr std::size_t kFilesAhead = 1000, kBytesAhead = std::size_t{32} << 20;

std::string stem_of(const std::string& uri) { return std::filesystem::path(uri).stem().string(); }

// What became of the members, as lines of the file's record: with names that stay true when the file is renamed.
std::vector<std::string> lines_of(const std::vector<MemberOutcome>& members, const std::string& file) {
  std::vector<std::string> lines;
  for (const MemberOutcome& member : members) {
    const std::string name = name_within(member.uri, file) + ": ";
    if (!member.skipped.empty()) lines.push_back(name + member.skipped);
    for (const std::string& warning : member.warnings) lines.push_back(name + warning);
  }
  return lines;
}

}  // namespace

SourceReader::SourceReader(const IndexReader* index, ParserSandbox& sandbox, IndexFolderReport& report, Emit emit, ReaderOptions options)
    : index_(index), sandbox_(sandbox), report_(report), emit_(std::move(emit)), options_(options) {}

std::vector<SourceReader::Known> SourceReader::documents_of(const FileKey& file) const {
  std::vector<Known> documents;
  if (!index_) return documents;
  for (DocumentRecord& document : index_->documents_of_file(file.first, file.second))
    documents.push_back({std::move(document.id), std::move(document.uri), std::move(document.content_hash), std::move(document.title)});
  return documents;
}

std::map<std::string, std::string> SourceReader::ids_by_uri(const std::vector<Known>& documents) {
  std::map<std::string, std::string> ids;
  for (const Known& document : documents) ids.emplace(document.uri, document.id);
  return ids;
}

RemovalQuestion SourceReader::removal_question(const SourceScope& scope, const SourcePlan& plan) const {
  RemovalQuestion question{.source = scope.source};
  for (ReadingList::Cursor files(plan.gone); auto file = files.next();) question.gone += file->known->documents;
  if (index_) question.known = index_->count_documents_of(scope.source);
  return question;
}

void SourceReader::drop_documents(const FileKey& file) {
  for (const Known& document : documents_of(file)) {
    emit(DropDocument{document.id});
    ++report_.removed;
  }
}

void SourceReader::drop_file(const FileKey& file) {
  drop_documents(file);
  emit(DropFile{file.first, file.second});
  emit(NoteFile{{.source = file.first, .uri = file.second, .state = std::string(file_state::kRemoved)}});
}

void SourceReader::report_vanished(const FileKey& file) {
  const char* reason = "gone before it could be read";
  report_.warnings.add({file.second, reason});
  note_skipped(file, reason);
}

void SourceReader::pass_over(const FileKey& file, const std::string& reason, const FileRecord* known, const ReadingRules& rules) {
  const bool is_news = !known || !is_told(*known, reason) || (rules.redescribe && !known->content_hash.empty());
  report_.skipped.add({file.second, reason, !is_news});
  if (!is_news) return;
  FileRecord record{.source = file.first, .uri = file.second, .skipped = reason};
  if (known && !documents_of(file).empty()) {
    record = *known;
    forget_not_read_anew(record);
    record.warnings.push_back(not_read_anew(reason));
    if (rules.redescribe) record.content_hash.clear();  // whatever it holds then, it is read and gets what its source puts on it
  }
  record.mtime_ns = 0;  // so that the next run looks again whatever the file says of its own
  emit(PutFile{std::move(record)});
  note_skipped(file, reason);
}

void SourceReader::enter_no_file(const FileKey& file, const std::string& reason) {
  const auto known = known_file(index_, file.first, file.second);
  const bool is_news = !known || known->skipped != reason;
  report_.skipped.add({file.second, reason, !is_news});
  if (!is_news) return;
  emit(PutFile{{.source = file.first, .uri = file.second, .skipped = reason}});
  note_skipped(file, reason);
}

void SourceReader::note_skipped(const FileKey& file, const std::string& reason) {
  emit(NoteFile{{.source = file.first, .uri = file.second, .state = std::string(file_state::kSkipped), .reason = reason}});
}

void SourceReader::keep_unchanged(const SourcePlan::Unchanged& unchanged) {
  for (ReasonList::Cursor reasons(unchanged.skipped); const auto skip = reasons.next();) report_.skipped.add(*skip);
  report_.unchanged += unchanged.documents;
  report_.removed_by_hand += unchanged.removed_by_hand;
  report_.earlier_losses += unchanged.with_loss;
}

void SourceReader::read(const SourceScope& scope, const SourcePlan& plan, Progress& progress) {
  std::error_code error;
  const ReadingRules rules{.reread = plan.reread, .listens = plan.listens, .redescribe = plan.redescribe, .root = std::filesystem::canonical(scope.source, error)};
  for (ReasonList::Cursor reasons(plan.unseen); const auto skip = reasons.next();) {
    if (interrupted() || !wanted_) return;
    const auto before = known_file(index_, scope.source, skip->uri);
    pass_over({scope.source, skip->uri}, skip->reason, before ? &*before : nullptr, rules);
  }
  for (ReadingList::Cursor files(plan.hidden); auto file = files.next();) {
    file->known->record.content_hash.clear();
    file->known->record.mtime_ns = 0;
    emit(PutFile{std::move(file->known->record)});
  }
  keep_unchanged(plan.unchanged);
  for (ReadingList::Cursor files(plan.moved); auto move = files.next();) {
    if (interrupted() || !wanted_) return;
    move_file(scope, move->known->record, move->file, rules);
  }
  for (ReadingList::Cursor files(plan.gone); auto file = files.next();) {
    if (interrupted() || !wanted_) return;
    drop_file({file->known->record.source, file->known->record.uri});
  }
  // Behind those that are gone: a pipe may have the name of a file that was there.
  for (ReasonList::Cursor reasons(plan.skipped); const auto skip = reasons.next();) {
    if (interrupted() || !wanted_) return;
    enter_no_file({scope.source, skip->uri}, skip->reason);
  }
  // Parsing takes nearly all of the time and needs no index.  What comes of it is told in the order of the plan, so an index does not depend on
  // the number of threads.
  ReadingList::Cursor ahead(plan.to_read), told(plan.to_read);
  std::optional<PlannedReading> current = told.next();
  const auto known = [](const PlannedReading& planned) { return planned.known ? &*planned.known : nullptr; };
  const auto show = [&](std::size_t done) { progress.update(current ? current->file.uri : "", done, plan.to_read.size()); };
  show(0);
  if (!current) return;
  const std::size_t threads = std::min(threads_or_all(options_.threads), plan.to_read.size());
  work_ahead({.threads = threads, .pieces = kFilesAhead, .weight = kBytesAhead}, [&] { return ahead.next(); },
             [&](const PlannedReading& planned, const MakeRoom& make_room) { return read_found_file(sandbox_, planned.file, known(planned), rules, make_room); },
             [](const FileReading& reading) { return reading.weight(); },
             [&](std::size_t i, FileReading reading) {
               if (interrupted()) return false;
               keep(scope, {scope.source, current->file.uri}, known(*current), std::move(reading), rules, "");
               current = told.next();
               show(i + 1);
               return wanted_;
             });
}

bool SourceReader::can_be_renamed(const std::vector<Known>& documents, const FileRecord& origin, const std::string& to_uri) {
  if (documents.empty() || std::filesystem::path(origin.uri).extension() != std::filesystem::path(to_uri).extension()) return false;
  const std::string stem = stem_of(origin.uri);
  const bool keeps_stem = stem == stem_of(to_uri);
  return std::all_of(documents.begin(), documents.end(), [&](const Known& document) {
    // What notes.txt.gz holds is called notes.txt after it.
    if (is_within(document.uri, origin.uri)) return keeps_stem || document.uri != member_uri(origin.uri, stem);
    // A corpus names its documents itself and a title taken from the file name changes with it: both are read again.
    return document.uri == origin.uri && document.content_hash == origin.content_hash && (keeps_stem || document.title != stem);
  });
}

void SourceReader::move_file(const SourceScope& scope, const FileRecord& origin, const FoundFile& to, const ReadingRules& rules) {
  const FileKey from{scope.source, origin.uri};
  const std::vector<Known> documents = documents_of(from);
  if (!scope.rules.depend_on_path() && can_be_renamed(documents, origin, to.uri)) {
    for (const Known& document : documents) {
      const std::string uri = to.uri + document.uri.substr(origin.uri.size());
      emit(RenameDocument{document.id, derived_id({scope.source, to.uri, uri}), uri, to.uri});
    }
    FileRecord record = origin;
    record.uri = to.uri;
    record.mtime_ns = trusted_mtime(to.mtime_ns);
    emit(PutFile{record});
    emit(NoteFile{{.source = scope.source, .uri = to.uri, .state = std::string(file_state::kMoved), .reason = "from " + origin.uri, .documents = documents.size()}});
  } else {
    for (const Known& document : documents) emit(DropDocument{document.id});
    const std::size_t added = report_.added;
    keep(scope, {scope.source, to.uri}, nullptr, read_found_file(sandbox_, to, nullptr, rules), {}, origin.uri);
    report_.added = added;
  }
  emit(DropFile{scope.source, origin.uri});
  report_.moved += documents.size();
}

void SourceReader::keep_as_it_was(const FileReading& reading, const KnownFile& known) {
  FileRecord record = known.record;
  forget_not_read_anew(record);
  record.size = reading.file.size;
  record.mtime_ns = reading.mtime_ns;
  report_.removed_by_hand += record.skipped.empty() && known.documents == 0;
  if (!record.skipped.empty()) report_.skipped.add({record.uri, record.skipped, true});
  report_.unchanged += known.documents;
  report_.earlier_losses += record.skipped.empty() && !record.warnings.empty();
  // A time in the future is never trusted: such a file is looked at in each run, and that alone is no change of the index.
  const bool is_as_stored = record.size == known.record.size && record.mtime_ns == known.record.mtime_ns && record.warnings == known.record.warnings;
  if (!is_as_stored) emit(PutFile{std::move(record)});
}

void SourceReader::keep(const SourceScope& scope, const FileKey& key, const KnownFile* known, FileReading reading, const ReadingRules& rules, const std::string& moved_from) {
  using What = FileReading::What;
  const auto start = std::chrono::steady_clock::now();
  const auto handed_on_before = handing_on_;
  if (reading.what == What::Gone) return report_vanished(key);
  if (reading.what == What::Unreadable) return pass_over(key, reading.reason, known ? &known->record : nullptr, rules);
  if (reading.what == What::AsItWas) return keep_as_it_was(reading, *known);
  FileEntry entry{.source = key.first, .uri = key.second};
  FileRecord record{.source = key.first, .uri = key.second, .size = reading.file.size, .mtime_ns = reading.mtime_ns, .content_hash = reading.content_hash};
  std::size_t as_before = 0;
  if (reading.what == What::Refused) {
    store(scope, key, {.skipped = reading.reason}, record, entry, false);
  } else if (reading.what == What::Corpus) {
    as_before = read_corpus(scope, key, reading.file, record, entry, rules);
    reading.unsteady = !is_unchanged(reading.file);
  } else if (rules.redescribe && reading.same_content && known->record.skipped.empty() && !rules.reread) {
    describe(scope, key, std::move(reading.outcome), entry);
  } else {
    store(scope, key, std::move(reading.outcome), record, entry, rules.redescribe);
  }
  if (interrupted()) return;
  if (reading.unsteady) {
    record.mtime_ns = 0;  // the next run compares its content
    record.warnings.push_back("changed while it was read; the next run reads it again");
    report_.warnings.add({key.second, record.warnings.back()});
  }
  emit(PutFile{record, as_before});
  if (entry.state.empty()) return;
  if (!moved_from.empty() && record.skipped.empty()) {
    entry.state = file_state::kMoved;
    entry.reason = "from " + moved_from;
  }
  entry.warnings = record.warnings;
  const auto spent = std::chrono::steady_clock::now() - start - (handing_on_ - handed_on_before);
  entry.milliseconds = reading.milliseconds + std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  emit(NoteFile{entry});
}

void SourceReader::report_losses(const ParseOutcome& outcome, const std::string& file_uri) {
  for (const std::string& warning : outcome.warnings) report_.warnings.add({file_uri, warning});
  if (outcome.documents.empty()) return;  // the file's own reason names what lies in it
  for (const MemberOutcome& member : outcome.members) {
    if (!member.skipped.empty()) report_.warnings.add({member.uri, member.skipped});
    for (const std::string& warning : member.warnings) report_.warnings.add({member.uri, warning});
  }
}

void SourceReader::store(const SourceScope& scope, const FileKey& key, ParseOutcome outcome, FileRecord& record, FileEntry& entry, bool redescribe) {
  const std::vector<Known> before_it = documents_of(key);
  const std::map<std::string, std::string> id_of = ids_by_uri(before_it);
  std::map<std::string, std::string> known;
  for (const Known& document : before_it) known.emplace(document.id, document.content_hash);
  record.skipped = entry.reason = outcome.skipped;
  limit_warnings(outcome.warnings);
  record.warnings = outcome.warnings;
  for (std::string& line : lines_of(outcome.members, key.second)) record.warnings.push_back(std::move(line));
  entry.state = !outcome.skipped.empty() ? file_state::kSkipped : known.empty() ? file_state::kAdded : file_state::kChanged;
  if (!outcome.skipped.empty()) report_.skipped.add({key.second, outcome.skipped});
  report_losses(outcome, key.second);
  std::set<std::string> kept;
  for (Document& document : outcome.documents) {
    const bool is_member = is_within(document.uri, key.second);
    if (const auto stored = id_of.find(document.uri); document.id.empty())
      document.id = stored != id_of.end() ? stored->second : derived_id({key.first, key.second, document.uri});
    if (document.title.empty()) document.title = stem_of(document.uri);
    kept.insert(document.id);
    const std::string hash = is_member ? hash_of_content(document) : record.content_hash;
    const auto before = known.find(document.id);
    const bool same = is_member && before != known.end() && before->second == hash;
    note_document(entry, document);
    if (same && !redescribe) {
      ++report_.unchanged;
      continue;
    }
    scope.rules.apply(document, key.second);
    ++(before == known.end() ? report_.added : report_.changed);
    if (same) {
      emit(DescribeDocument{document.id, std::move(document.metadata), std::move(document.acl), std::move(document.language)});
    } else if (!emit(PutDocument{std::move(document), key.first, key.second, hash})) {
      return;
    }
  }
  for (const auto& [id, hash] : known) {
    if (kept.contains(id)) continue;
    emit(DropDocument{id});
    ++report_.removed;
  }
}

// The file is as it was; what its source puts on its documents is not.
void SourceReader::describe(const SourceScope& scope, const FileKey& key, ParseOutcome outcome, FileEntry& entry) {
  const std::map<std::string, std::string> id_of = ids_by_uri(documents_of(key));
  entry.state = file_state::kChanged;
  entry.reason = "settings of its source";
  if (!outcome.skipped.empty()) report_.warnings.add({key.second, "keeps the metadata it had: " + outcome.skipped});
  for (Document& document : outcome.documents) {
    const auto stored = id_of.find(document.uri);
    if (stored == id_of.end()) continue;
    note_document(entry, document);
    scope.rules.apply(document, key.second);
    ++report_.changed;
    emit(DescribeDocument{stored->second, std::move(document.metadata), std::move(document.acl), std::move(document.language)});
  }
}

void SourceReader::read_text(const std::string& source, const std::string& uri, std::string_view bytes) {
  FileRecord record{.source = source, .uri = uri, .size = bytes.size(), .content_hash = sha256_hex(bytes)};
  FileEntry entry{.source = source, .uri = uri};
  const FileKey key{source, uri};
  const std::vector<Known> before = documents_of(key);
  if (before.size() == 1 && before[0].content_hash == record.content_hash) {
    ++report_.unchanged;
    return;
  }
  const MemoryFile file(bytes);
  store({source, "", {}}, key, sandbox_.parse(file.path(), uri), record, entry, false);
  emit(PutFile{record});
  entry.warnings = record.warnings;
  emit(NoteFile{entry});
}

bool SourceReader::emit(IngestEvent event) {
  const auto start = std::chrono::steady_clock::now();
  wanted_ = wanted_ && emit_(std::move(event));
  handing_on_ += std::chrono::steady_clock::now() - start;
  return wanted_;
}

}  // namespace rag
