// Files that hold many documents: how SourceReader reads corpora of JSON lines, and tells which of a file's documents have changed.
#include "pipelines/corpus_file.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <utility>

#include "core/hash.h"
#include "core/interrupt.h"
#include "ingest/json_lines.h"
#include "ingest/warning_limit.h"
#include "pipelines/file_notes.h"
#include "pipelines/source_reader.h"

namespace rag {

bool is_corpus(const FoundFile& file) {
  const std::string extension = file.path.extension().string();
  if (extension != ".jsonl" && extension != ".ndjson") return false;
  std::ifstream in(file.path, std::ios::binary);
  std::string head(std::size_t{1} << 20, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return looks_like_json_lines_corpus(head);
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

void SourceReader::read_corpus(const SourceScope& scope, const FileKey& key, const FoundFile& file, FileRecord& record, FileEntry& entry, bool redescribe) {
  record.warnings.clear();
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
    const std::string hash = hash_of_content(*document);
    const auto before = known.find(document->id);
    const bool same = before != known.end() && before->second == hash;
    if (same && !redescribe) {
      ++report_.unchanged;
      continue;
    }
    note_document(entry, *document);
    scope.rules.apply(*document, key.second);
    ++(before == known.end() ? report_.added : report_.changed);
    if (same) {
      emit(DescribeDocument{document->id, std::move(document->metadata), std::move(document->acl), std::move(document->language)});
    } else if (!emit(PutDocument{std::move(*document), key.first, key.second, hash})) {
      return;
    }
  }
  for (const std::string& warning : lines.take_warnings()) record.warnings.push_back(warning);
  limit_warnings(record.warnings);
  for (const std::string& warning : record.warnings) report_.warnings.push_back({key.second, warning});
  std::size_t dropped = 0;
  for (const auto& [id, hash] : known) {
    if (seen.contains(id)) continue;
    emit(DropDocument{id});
    ++dropped;
  }
  report_.removed += dropped;
  if (entry.documents + dropped > 0) entry.state = known.empty() ? file_state::kAdded : file_state::kChanged;
  if (!seen.empty()) return;
  record.skipped = entry.reason = "no document in it";
  entry.state = file_state::kSkipped;
  report_.skipped.push_back({key.second, record.skipped});
}

}  // namespace rag
