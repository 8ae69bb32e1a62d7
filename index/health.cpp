#include "index/health.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "index/document_rows.h"
#include "index/layout.h"
#include "index/segment_files.h"

namespace rag {
namespace {

constexpr std::size_t kRowsPerCheck = 4096;

// What `check` finds wrong, or what it throws for damage.
template <typename Check>
std::string trouble_of(const std::filesystem::path& file, const Check& check) {
  try {
    return check();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Corrupt) throw;
    return bare_message(error.what(), file);
  }
}

std::string chunk_trouble(const DocumentRow& document, const std::vector<ChunkRow>& chunks, const std::string* text) {
  if (chunks.size() != document.record.chunks)
    return std::to_string(chunks.size()) + " chunks, expected " + std::to_string(document.record.chunks);
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const Chunk& chunk = chunks[i].chunk;
    if (chunk.id.value != document.first_chunk.value + static_cast<std::int64_t>(i) || chunks[i].ordinal != i)
      return "chunk " + std::to_string(chunk.id.value) + " is not the one expected in its place";
    const Span span = chunk.span;
    if (span.begin > span.end || span.end > document.record.text_bytes)
      return "chunk " + std::to_string(chunk.id.value) + " reaches beyond its text";
    if (text && (floor_to_character(*text, span.begin) != span.begin || floor_to_character(*text, span.end) != span.end))
      return "chunk " + std::to_string(chunk.id.value) + " begins or ends inside a character";
  }
  return "";
}

std::string vectors_trouble(const VectorSegment& vectors, bool deep) {
  for (std::size_t begin = 0; begin < vectors.rows(); begin += kRowsPerCheck) {
    throw_if_interrupted();
    const auto rows = vectors.vectors(begin, std::min(begin + kRowsPerCheck, vectors.rows()));
    if (deep && !std::all_of(rows.begin(), rows.end(), [](float value) { return std::isfinite(value); }))
      return "a vector that is not finite";
  }
  return "";
}

std::vector<ChunkId> living(std::span<const ChunkId> ids, const SegmentRow& segment) {
  std::vector<ChunkId> out;
  for (const ChunkId id : ids)
    if (!segment.is_deleted(id)) out.push_back(id);
  return out;
}

// Both sides are written anew from the living chunks: a merge and a fresh build give the same bytes.
std::string deep_postings_trouble(Database& catalog, StoredTexts& texts, const SegmentRow& segment, const LexicalSegment& postings) {
  LexicalSegmentBuilder builder(default_analyzer());
  visit_chunks(catalog, texts, segment, [&](const TitledChunk& it) { builder.add(it.chunk.id, text_with_context(it.title, it.chunk)); });
  const LexicalSegment* const all[] = {&postings};
  const std::string stored = merge_lexical_segments(all, [&](ChunkId id) { return !segment.is_deleted(id); });
  return stored == builder.finish() ? "" : "postings that differ from those of the stored texts";
}

}  // namespace

std::string catalog_trouble(Database& catalog, bool deep) {
  return trouble_of(catalog.file(), [&]() -> std::string {
    Statement check = catalog.prepare(deep ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
    if (check.step() && check.text(0) != "ok") {
      std::string found = check.string(0);  // SQLite writes several lines
      std::replace(found.begin(), found.end(), '\n', ' ');
      return found;
    }
    if (catalog.prepare("PRAGMA foreign_key_check").step()) return "rows that belong to no document";
    const std::vector<SegmentRow> segments = load_segments(catalog);
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (segments[i].first_chunk > segments[i].last_chunk || (i > 0 && segments[i].first_chunk <= segments[i - 1].last_chunk))
        return "segment " + std::to_string(segments[i].number) + " claims chunks of another";
    return "";
  });
}

std::string document_trouble(Database& catalog, StoredTexts& texts, std::int64_t document_key, bool deep) {
  return trouble_of(catalog.file(), [&]() -> std::string {
    const auto document = find_document_row(catalog, document_key);
    if (!document) return "no entry";
    const std::vector<ChunkRow> chunks = chunk_rows_of(catalog, document_key);
    if (!deep) return chunk_trouble(*document, chunks, nullptr);
    Document structure;
    read_structure(catalog, document_key, structure);
    const std::string text = texts.read(document_key, {0, document->record.text_bytes});
    if (const auto invalid = find_invalid_utf8(text)) return "invalid UTF-8 at byte " + std::to_string(*invalid) + " of its text";
    return chunk_trouble(*document, chunks, &text);
  });
}

SegmentHealth segment_health(const std::filesystem::path& directory, Database& catalog, StoredTexts& texts, const SegmentRow& segment,
                             bool deep) {
  SegmentHealth health;
  MappedSegment mapped = map_segment(directory, segment);
  std::unique_ptr<VectorSegment> vectors;
  std::unique_ptr<LexicalSegment> postings;
  health.vectors = trouble_of(vector_file(directory, segment.number), [&] {
    vectors = open_vectors(directory, mapped);
    return vectors_trouble(*vectors, deep);
  });
  health.postings = trouble_of(lexical_file(directory, segment.number), [&]() -> std::string {
    if (mapped.postings && checksum64(mapped.postings->bytes()) != segment.lex_checksum) return "other bytes than those committed";
    postings = open_postings(directory, mapped);
    return "";
  });
  health.rows = trouble_of(catalog.file(), [&]() -> std::string {
    std::vector<ChunkId> expected;
    visit_chunk_rows(catalog, segment.first_chunk, segment.last_chunk, [&](const ChunkRow& row) { expected.push_back(row.chunk.id); });
    if (expected.size() != segment.live())
      return std::to_string(segment.live()) + " living rows, the catalog has " + std::to_string(expected.size()) + " chunks for it";
    if (vectors && living(vectors->ids(), segment) != expected) return "vectors of other chunks than the catalog's";
    if (postings && living(postings->chunk_ids(), segment) != expected) return "postings of other chunks than the catalog's";
    return "";
  });
  if (deep && health.sound())
    health.postings =
        trouble_of(lexical_file(directory, segment.number), [&] { return deep_postings_trouble(catalog, texts, segment, *postings); });
  return health;
}

std::vector<std::int64_t> document_keys(Database& catalog) {
  std::vector<std::int64_t> keys;
  Statement row = catalog.prepare("SELECT key FROM documents ORDER BY key");
  while (row.step()) keys.push_back(row.integer(0));
  return keys;
}

void visit_chunks(Database& catalog, StoredTexts& texts, const SegmentRow& segment, const std::function<void(TitledChunk)>& visit) {
  // Chunks of a document are neighbours, so one title at a time is enough.
  std::int64_t document_key = -1;
  std::string title;
  visit_chunk_rows(catalog, segment.first_chunk, segment.last_chunk, [&](const ChunkRow& row) {
    throw_if_interrupted();
    if (row.document_key != document_key) {
      const auto document = find_document_row(catalog, row.document_key);
      title = document ? document->record.title : "";
      document_key = row.document_key;
    }
    Chunk chunk = row.chunk;
    chunk.text = texts.read(row.document_key, chunk.span);
    visit({title, std::move(chunk)});
  });
}

std::string bare_message(const std::string& message, const std::filesystem::path& file) {
  std::string bare = message;
  if (bare.starts_with(file.string() + ": ")) bare.erase(0, file.string().size() + 2);
  return bare.substr(0, bare.find("; r"));  // "; run ...", "; restore ..."
}

}  // namespace rag
