#include "pipelines/source_reader.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "ingest/json_lines.h"
#include "ingest/parser.h"

namespace rag {
namespace {

// A file written in the same moment it is read may change again without its time changing.  Such a time is not
// remembered, so that the next run looks at the content (git calls these entries racily clean).
std::int64_t trusted_mtime(std::int64_t mtime_ns) {
  using namespace std::chrono;
  const auto now = duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
  return now - mtime_ns < 50'000'000 ? 0 : mtime_ns;
}

std::string stem_of(const std::string& uri) { return std::filesystem::path(uri).stem().string(); }

// By name and content: a log of JSON lines is a text like any other.
bool is_corpus(const FoundFile& file) {
  const std::string extension = file.path.extension().string();
  if (extension != ".jsonl" && extension != ".ndjson") return false;
  std::ifstream in(file.path, std::ios::binary);
  std::string head(std::size_t{1} << 20, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return looks_like_json_lines_corpus(head);
}

std::string hash_of_corpus_line(const Document& document) {
  std::string all = document.title + '\n' + document.text;
  for (const auto& [key, values] : document.metadata) {
    all += '\n' + key;
    for (const std::string& value : values) all += '\x1F' + value;
  }
  return sha256_hex(all);
}

}  // namespace

SourceReader::SourceReader(const IndexReader* index, ParserSandbox& sandbox, IndexFolderReport& report, Emit emit)
    : index_(index), sandbox_(sandbox), report_(report), emit_(std::move(emit)) {
  if (!index_) return;
  index_->for_each_document([this](const DocumentRecord& document) {
    documents_[{document.source, document.file_uri}].push_back({document.id, document.content_hash, document.title});
  });
}

const std::vector<SourceReader::Known>& SourceReader::documents_of(const FileKey& file) const {
  static const std::vector<Known> none;
  const auto found = documents_.find(file);
  return found == documents_.end() ? none : found->second;
}

RemovalQuestion SourceReader::removal_question(const SourceScope& scope, const SourcePlan& plan) const {
  RemovalQuestion question{.source = scope.source};
  for (const FileRecord& file : plan.gone) question.gone += documents_of({file.source, file.uri}).size();
  for (const auto& [key, documents] : documents_)
    if (key.first == scope.source) question.known += documents.size();
  return question;
}

std::string SourceReader::id_for(const std::string& source, const std::string& uri) {
  const auto free_for = [&](const std::string& id) {
    const auto given = source_of_id_.find(id);
    if (given != source_of_id_.end()) return given->second == source;
    const auto stored = index_ ? index_->find_document(id) : std::nullopt;
    return !stored || stored->source == source;
  };
  // Of the uri alone where that is free, so that the same folder has the same ids on every machine.
  std::string id = sha256_hex(uri).substr(0, 12);
  if (!free_for(id)) id = sha256_hex(source + '\n' + uri).substr(0, 12);
  source_of_id_[id] = source;
  return id;
}

void SourceReader::drop_documents(const FileKey& file) {
  for (const Known& document : documents_of(file)) {
    emit_(DropDocument{document.id});
    ++report_.removed;
  }
}

void SourceReader::read(const SourceScope& scope, const SourcePlan& plan, Progress& progress) {
  for (const SkippedFile& skip : plan.skipped) report_.skipped.push_back({skip.uri, skip.reason});
  for (const FoundFile& file : plan.unchanged) {
    const FileRecord& record = plan.known.at(file.uri);
    if (!record.skipped.empty()) report_.skipped.push_back({file.uri, record.skipped});
    const std::size_t documents = documents_of({scope.source, file.uri}).size();
    report_.unchanged += documents;
    report_.removed_by_hand += record.skipped.empty() && documents == 0;
  }
  for (const SourcePlan::Move& move : plan.moved) move_file(scope, move, plan.known.at(move.from_uri));
  for (const FileRecord& file : plan.gone) {
    drop_documents({file.source, file.uri});
    emit_(DropFile{file.source, file.uri});
  }
  std::size_t done = 0;
  for (const FoundFile& file : plan.to_read) {
    if (interrupted()) return;
    progress.update(file.uri, done++, plan.to_read.size());
    const auto known = plan.known.find(file.uri);
    read_file(scope, file, known == plan.known.end() ? nullptr : &known->second, plan.reread);
  }
  progress.update("", plan.to_read.size(), plan.to_read.size());
}

void SourceReader::move_file(const SourceScope& scope, const SourcePlan::Move& move, const FileRecord& origin) {
  const FileKey from{scope.source, origin.uri};
  const std::vector<Known> documents = documents_of(from);
  // A corpus names its documents itself and a title taken from the file name changes with it: both are read again.
  const bool title_is_name = documents.size() == 1 && documents[0].title == stem_of(origin.uri);
  const bool keeps = documents.size() == 1 && (!title_is_name || stem_of(origin.uri) == stem_of(move.to.uri)) &&
                     documents[0].content_hash == origin.content_hash &&
                     std::filesystem::path(origin.uri).extension() == std::filesystem::path(move.to.uri).extension();
  if (keeps) {
    emit_(RenameDocument{documents[0].id, id_for(scope.source, move.to.uri), move.to.uri, move.to.uri});
    FileRecord record = origin;
    record.uri = move.to.uri;
    record.mtime_ns = trusted_mtime(move.to.mtime_ns);
    emit_(PutFile{record});
  } else {
    for (const Known& document : documents) emit_(DropDocument{document.id});
    const std::size_t added = report_.added;
    read_file(scope, move.to, nullptr);
    report_.added = added;
  }
  emit_(DropFile{scope.source, origin.uri});
  report_.moved += documents.size();
}

void SourceReader::read_file(const SourceScope& scope, const FoundFile& file, const FileRecord* known, bool reread) {
  const FileKey key{scope.source, file.uri};
  FileRecord record{.source = scope.source, .uri = file.uri, .size = file.size, .mtime_ns = trusted_mtime(file.mtime_ns)};
  // A corpus is read line by line, of any size; hashing ten sparse gigabytes only to refuse them takes a while.
  if (const auto refusal = sandbox_.refuse_size(file.size); refusal && !is_corpus(file)) {
    for (const Known& document : documents_of(key)) {
      emit_(DropDocument{document.id});
      ++report_.removed;
    }
    record.skipped = *refusal;
    report_.skipped.push_back({file.uri, record.skipped});
    emit_(PutFile{record});
    return;
  }
  try {
    record.content_hash = sha256_file(file.path);
  } catch (const Error& error) {
    // We cannot see what it holds now; what it held when it could be read stays.
    report_.skipped.push_back({file.uri, error.what()});
    return;
  }
  // A document that was taken out with 'rag rm' comes back when its file changes, or the user asks for it.
  const bool by_hand = known && known->skipped.empty() && documents_of(key).empty();
  // What could not be read may have been the parser's fault, or this machine's on that day, or it had none for it yet.
  const bool again = known && ((reread && (by_hand || !known->skipped.empty())) || has_parser_now(known->skipped));
  if (known && known->content_hash == record.content_hash && !again) {
    report_.removed_by_hand += by_hand;
    record.skipped = known->skipped;
    record.warnings = known->warnings;
    if (!record.skipped.empty()) report_.skipped.push_back({file.uri, record.skipped});
    report_.unchanged += documents_of(key).size();
    emit_(PutFile{record});
    return;
  }
  if (is_corpus(file)) {
    read_corpus(key, file, record);
  } else {
    store(key, record.content_hash, sandbox_.parse(file.path, file.uri), record);
  }
  if (interrupted()) return;
  emit_(PutFile{record});
}

void SourceReader::store(const FileKey& key, const std::string& content_hash, ParseOutcome outcome, FileRecord& record) {
  record.skipped = outcome.skipped;
  record.warnings = outcome.warnings;
  if (!outcome.skipped.empty()) report_.skipped.push_back({key.second, outcome.skipped});
  for (const std::string& warning : outcome.warnings) report_.warnings.push_back({key.second, warning});
  std::set<std::string> kept;
  const bool known = !documents_of(key).empty();
  for (Document& document : outcome.documents) {
    if (document.id.empty()) document.id = id_for(key.first, document.uri);
    if (document.title.empty()) document.title = stem_of(document.uri);
    kept.insert(document.id);
    ++(known ? report_.changed : report_.added);
    if (!emit_(PutDocument{std::move(document), key.first, key.second, content_hash})) return;
  }
  for (const Known& document : documents_of(key)) {
    if (kept.contains(document.id)) continue;
    emit_(DropDocument{document.id});
    ++report_.removed;
  }
}

void SourceReader::read_corpus(const FileKey& key, const FoundFile& file, FileRecord& record) {
  std::map<std::string, std::string> known;
  for (const Known& document : documents_of(key)) known.emplace(document.id, document.content_hash);
  std::set<std::string> seen;
  JsonLinesReader lines(file.path, file.uri);
  while (auto document = lines.next()) {
    if (interrupted()) return;
    if (document->title.empty()) document->title = document->id;
    if (!seen.insert(document->id).second) {
      record.warnings.push_back("_id \"" + document->id + "\" stands there twice; the first one is kept");
      continue;
    }
    const auto stored = index_ && !known.contains(document->id) ? index_->find_document(document->id) : std::nullopt;
    if (stored && (stored->source != key.first || stored->file_uri != key.second)) {
      record.warnings.push_back("_id \"" + document->id + "\" already belongs to " + stored->uri + " of " + stored->source + "; left out here");
      continue;
    }
    const std::string hash = hash_of_corpus_line(*document);
    const auto before = known.find(document->id);
    if (before != known.end() && before->second == hash) {
      ++report_.unchanged;
      continue;
    }
    ++(before == known.end() ? report_.added : report_.changed);
    if (!emit_(PutDocument{std::move(*document), key.first, key.second, hash})) return;
  }
  for (const std::string& warning : lines.take_warnings()) record.warnings.push_back(warning);
  for (const std::string& warning : record.warnings) report_.warnings.push_back({key.second, warning});
  if (seen.empty()) {
    record.skipped = "no document in it";
    report_.skipped.push_back({key.second, record.skipped});
  }
  for (const auto& [id, hash] : known) {
    if (seen.contains(id)) continue;
    emit_(DropDocument{id});
    ++report_.removed;
  }
}

void SourceReader::read_text(const std::string& source, const std::string& uri, std::string_view bytes) {
  FileRecord record{.source = source, .uri = uri, .size = bytes.size(), .content_hash = sha256_hex(bytes)};
  const FileKey key{source, uri};
  const auto& before = documents_of(key);
  if (before.size() == 1 && before[0].content_hash == record.content_hash) {
    ++report_.unchanged;
    return;
  }
  store(key, record.content_hash, parse_bytes(bytes, uri), record);
  emit_(PutFile{record});
}

}  // namespace rag
