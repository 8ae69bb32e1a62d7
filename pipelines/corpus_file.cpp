// Files that hold many documents: how SourceReader reads corpora of JSON lines, and tells which of a file's documents have changed.
#include "pipelines/corpus_file.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "ingest/json_lines.h"
#include "ingest/warning_limit.h"
#include "pipelines/file_notes.h"
#include "pipelines/held_file.h"
#include "pipelines/source_reader.h"

namespace rag {

bool is_corpus(const std::filesystem::path& file, const std::string& uri) {
  const std::string extension = std::filesystem::path(uri).extension().string();
  if (extension != ".jsonl" && extension != ".ndjson") return false;
  bool is_one = false;
  try {
    read_pieces(file, [&](std::string_view head) {
      is_one = looks_like_json_lines_corpus(head);
      return false;
    });
  } catch (const Error&) {  // whoever reads it learns why
  }
  return is_one;
}

std::string hash_of_content(const Document& document) {
  std::string all = document.title + '\n' + document.text;
  for (const auto& [key, values] : document.metadata) {
    all += '\n' + key;
    for (const std::string& value : values) all += '\x1F' + value;
  }
  // A corpus has none of these.
  for (const Page& page : document.pages) all += "\fp" + std::to_string(page.begin) + ' ' + std::to_string(page.number);
  for (const Heading& heading : document.headings) all += "\fh" + std::to_string(heading.begin) + ' ' + std::to_string(heading.level) + heading.text;
  for (const Table& table : document.tables)
    for (const Span& span : {table.span, table.header}) all += "\ft" + std::to_string(span.begin) + ' ' + std::to_string(span.end);
  return sha256_hex(all);
}

// What is found out about a corpus while it is read.
struct SourceReader::CorpusReading {
  std::map<std::string, std::string> known;  // ids of its documents in the index, and the hashes of what they say
  std::set<std::string> seen;
  std::size_t as_before = 0;
  LimitedWarnings warnings;
};

std::size_t SourceReader::read_corpus(const SourceScope& scope, const FileKey& key, const FoundFile& file, FileRecord& record, FileEntry& entry, const ReadingRules& rules) {
  CorpusReading reading;
  for (const Known& document : documents_of(key)) reading.known.emplace(document.id, document.content_hash);
  const HeldFile held(file.path, rules.root);
  const std::string ended = !held.reason().empty() ? held.reason() : sandbox_.read_corpus(held.path(), file.uri, [&](CorpusPart part) {
    for (std::string& warning : part.warnings) reading.warnings.add(std::move(warning));
    for (CorpusPart::Line& line : part.documents)
      if (interrupted() || !keep_line(scope, key, std::move(line), reading, entry, rules.redescribe)) return false;
    return true;
  });
  if (interrupted() || !wanted_) return 0;
  record.warnings = reading.warnings.take();
  if (!ended.empty()) record.warnings.push_back(ended);
  for (const std::string& warning : record.warnings) report_.warnings.add({key.second, warning});
  std::size_t dropped = 0;
  for (const auto& [id, hash] : reading.known) {
    if (!ended.empty() || reading.seen.contains(id)) continue;  // what stands behind the place where it ended may be there still
    emit(DropDocument{id});
    ++dropped;
  }
  report_.removed += dropped;
  if (entry.documents + dropped > 0) entry.state = reading.known.empty() ? file_state::kAdded : file_state::kChanged;
  if (!reading.seen.empty() || (!ended.empty() && !reading.known.empty())) return reading.as_before;
  record.skipped = entry.reason = record.warnings.empty() ? "no document in it" : "no document in it: " + record.warnings.front();
  entry.state = file_state::kSkipped;
  report_.skipped.add({key.second, record.skipped});
  return 0;
}

// False where nobody takes events any more.
bool SourceReader::keep_line(const SourceScope& scope, const FileKey& key, CorpusPart::Line line, CorpusReading& reading, FileEntry& entry, bool redescribe) {
  Document& document = line.document;
  const auto warn = [&](const std::string& reason) {
    reading.warnings.add("line " + std::to_string(line.number) + ": _id \"" + document.id + "\" " + reason);
  };
  if (!reading.seen.insert(document.id).second) {
    warn("stands there twice; the first one is kept");
    return true;
  }
  const auto before = reading.known.find(document.id);
  const bool is_known = before != reading.known.end();
  const std::string hash = hash_of_content(document);
  const bool same = is_known && before->second == hash;
  if (same && !redescribe) {
    ++reading.as_before;
    ++report_.unchanged;
    return true;
  }
  note_document(entry, document);
  scope.rules.apply(document, key.second);
  ++(is_known ? report_.changed : report_.added);
  if (same) ++reading.as_before;
  if (same) return emit(DescribeDocument{document.id, std::move(document.metadata), std::move(document.acl), std::move(document.language)});
  return emit(PutDocument{std::move(document), key.first, key.second, hash});
}

}  // namespace rag
