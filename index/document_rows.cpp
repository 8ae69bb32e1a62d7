#include "index/document_rows.h"

#include "core/error.h"
#include "index/row_coding.h"
#include "index/signature_rows.h"
#include "index/stored_text.h"

namespace rag {
namespace {

// The columns of read_document(), in order; a literal, so that it can be pasted before each condition.
#define RAG_DOCUMENT_COLUMNS                                                                                                           \
  "SELECT key, id, uri, source, file_uri, title, media_type, language, content_hash, metadata, acl, text_bytes, first_chunk, chunks, " \
  "cut_tokens, checksum FROM documents "

std::int64_t checksum_of(const DocumentRow& row, std::string_view metadata, std::string_view acl) {
  const DocumentRecord& record = row.record;
  RowChecksum checksum;
  checksum.add(row.key);
  for (const std::string& text :
       {record.id, record.uri, record.source, record.file_uri, record.title, record.media_type, record.language, record.content_hash})
    checksum.add(text);
  checksum.add(metadata).add(acl);
  checksum.add(static_cast<std::int64_t>(record.text_bytes)).add(row.first_chunk.value);
  checksum.add(static_cast<std::int64_t>(record.chunks)).add(static_cast<std::int64_t>(record.cut_tokens));
  return checksum.value();
}

[[noreturn]] void damaged(const Database& catalog, const std::string& what) {
  throw Error(ErrorKind::Corrupt, catalog.file().string() + ": wrong checksum of " + what + "; run 'rag repair', then 'rag index' again");
}

DocumentRow read_document(const Database& catalog, const Statement& row) {
  DocumentRow out{.key = row.integer(0),
                  .record = {.id = row.string(1),
                             .uri = row.string(2),
                             .source = row.string(3),
                             .file_uri = row.string(4),
                             .title = row.string(5),
                             .media_type = row.string(6),
                             .language = row.string(7),
                             .content_hash = row.string(8),
                             .text_bytes = row.natural(11),
                             .chunks = row.natural(13),
                             .cut_tokens = row.natural(14)},
                  .first_chunk = {row.integer(12)}};
  if (checksum_of(out, row.text(9), row.text(10)) != row.integer(15)) damaged(catalog, "the entry of document '" + out.record.id + "'");
  out.record.metadata = decode_metadata(row.text(9));
  out.record.acl = decode_list(row.text(10));
  return out;
}

std::int64_t checksum_of(const ChunkRow& row, std::string_view heading_path) {
  const Chunk& chunk = row.chunk;
  return RowChecksum()
      .add(chunk.id.value)
      .add(row.document_key)
      .add(static_cast<std::int64_t>(row.ordinal))
      .add(static_cast<std::int64_t>(chunk.span.begin))
      .add(static_cast<std::int64_t>(chunk.span.end))
      .add(heading_path)
      .add(chunk.table_header)
      .add(std::int64_t{chunk.page})
      .add(std::int64_t{chunk.token_count})
      .value();
}

#define RAG_CHUNK_COLUMNS \
  "SELECT id, document, ordinal, span_begin, span_end, heading_path, table_header, page, token_count, checksum FROM chunks "

ChunkRow read_chunk(const Database& catalog, const Statement& row) {
  ChunkRow out{.document_key = row.integer(1),
               .ordinal = row.natural(2),
               .chunk = {.id = {row.integer(0)},
                         .span = {row.natural(3), row.natural(4)},
                         .table_header = row.string(6),
                         .page = static_cast<int>(row.integer(7)),
                         .token_count = static_cast<int>(row.integer(8))}};
  if (checksum_of(out, row.text(5)) != row.integer(9)) damaged(catalog, "the entry of chunk " + std::to_string(out.chunk.id.value));
  out.chunk.heading_path = decode_list(row.text(5));
  return out;
}

void insert_chunk(Database& catalog, const ChunkRow& row) {
  const Chunk& chunk = row.chunk;
  const std::string heading_path = encode_list(chunk.heading_path);
  catalog.prepare("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(chunk.id.value, row.document_key, row.ordinal, chunk.span.begin, chunk.span.end, heading_path, chunk.table_header, chunk.page,
            chunk.token_count, checksum_of(row, heading_path))
      .run();
}

std::int64_t next_document_key(Database& catalog) {
  return 1 + catalog.integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'documents'");
}

}  // namespace

std::optional<DocumentRow> find_document_row(Database& catalog, std::string_view id) {
  Statement row = catalog.prepare(RAG_DOCUMENT_COLUMNS "WHERE id = ?");
  if (!row.bind(id).step()) return std::nullopt;
  return read_document(catalog, row);
}

std::optional<DocumentRow> find_document_row(Database& catalog, std::int64_t key) {
  Statement row = catalog.prepare(RAG_DOCUMENT_COLUMNS "WHERE key = ?");
  if (!row.bind(key).step()) return std::nullopt;
  return read_document(catalog, row);
}

std::vector<std::string> document_ids_by_uri(Database& catalog, std::string_view uri) {
  std::vector<std::string> ids;
  Statement row = catalog.prepare("SELECT id FROM documents WHERE uri = ? ORDER BY id");
  row.bind(uri);
  while (row.step()) ids.push_back(row.string(0));
  return ids;
}

std::vector<std::string> document_ids_by_prefix(Database& catalog, std::string_view prefix, std::size_t limit) {
  std::vector<std::string> ids;
  Statement row = catalog.prepare("SELECT id FROM documents WHERE id >= ? ORDER BY id");
  row.bind(prefix);
  while (ids.size() < limit && row.step() && row.text(0).starts_with(prefix)) ids.push_back(row.string(0));
  return ids;
}

void visit_document_rows(Database& catalog, bool by_uri, const std::function<void(const DocumentRow&)>& visit) {
  Statement row = catalog.prepare(by_uri ? RAG_DOCUMENT_COLUMNS "ORDER BY uri, id" : RAG_DOCUMENT_COLUMNS "ORDER BY key");
  while (row.step()) visit(read_document(catalog, row));
}

void visit_document_rows_of_file(Database& catalog, std::string_view source, std::string_view file_uri,
                                 const std::function<void(const DocumentRow&)>& visit) {
  Statement row = catalog.prepare(RAG_DOCUMENT_COLUMNS "WHERE source = ? AND file_uri = ? ORDER BY key");
  row.bind(source, file_uri);
  while (row.step()) visit(read_document(catalog, row));
}

void read_structure(Database& catalog, std::int64_t key, Document& document) {
  Statement row = catalog.prepare("SELECT structure FROM documents WHERE key = ?");
  if (row.bind(key).step()) decode_structure(row.text(0), document);
}

std::int64_t insert_document(Database& catalog, const IndexedDocument& indexed, ChunkId first_chunk) {
  const Document& document = indexed.document;
  const DocumentRow row{.key = next_document_key(catalog),
                        .record = {.id = document.id,
                                   .uri = document.uri,
                                   .source = indexed.source,
                                   .file_uri = indexed.file_uri,
                                   .title = document.title,
                                   .media_type = document.media_type,
                                   .language = document.language,
                                   .content_hash = indexed.content_hash,
                                   .text_bytes = document.text.size(),
                                   .chunks = indexed.chunks.size(),
                                   .cut_tokens = indexed.cut_tokens},
                        .first_chunk = first_chunk};
  const std::string metadata = encode_metadata(document.metadata), acl = encode_list(document.acl);
  catalog.prepare("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(row.key, row.record.id, row.record.uri, row.record.source, row.record.file_uri, row.record.title, row.record.media_type,
            row.record.language, row.record.content_hash, metadata, acl, row.record.text_bytes, first_chunk.value, row.record.chunks,
            row.record.cut_tokens, checksum_of(row, metadata, acl), Blob{encode_structure(document)})
      .run();
  insert_text(catalog, row.key, document.text);
  insert_signature(catalog, row.key, document.text);
  for (std::size_t i = 0; i < indexed.chunks.size(); ++i) {
    ChunkRow chunk{.document_key = row.key, .ordinal = i, .chunk = indexed.chunks[i]};
    chunk.chunk.id = {first_chunk.value + static_cast<std::int64_t>(i)};
    insert_chunk(catalog, chunk);
  }
  return row.key;
}

void erase_document(Database& catalog, std::int64_t key) { catalog.prepare("DELETE FROM documents WHERE key = ?").bind(key).run(); }

void rename_document(Database& catalog, DocumentRow row, const std::string& id, const std::string& uri, const std::string& file_uri) {
  row.record.id = id;
  row.record.uri = uri;
  row.record.file_uri = file_uri;
  const std::int64_t checksum = checksum_of(row, encode_metadata(row.record.metadata), encode_list(row.record.acl));
  catalog.prepare("UPDATE documents SET id = ?, uri = ?, file_uri = ?, checksum = ? WHERE key = ?")
      .bind(id, uri, file_uri, checksum, row.key)
      .run();
}

void describe_document(Database& catalog, DocumentRow row, const Metadata& metadata, const std::vector<std::string>& acl, const std::string& language) {
  row.record.language = language;
  const std::string metadata_text = encode_metadata(metadata), acl_text = encode_list(acl);
  catalog.prepare("UPDATE documents SET metadata = ?, acl = ?, language = ?, checksum = ? WHERE key = ?")
      .bind(metadata_text, acl_text, language, checksum_of(row, metadata_text, acl_text), row.key)
      .run();
}

ChunkId next_chunk_id(Database& catalog) {
  return {1 + catalog.integer("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'chunks'")};
}

std::optional<ChunkRow> find_chunk_row(Database& catalog, ChunkId id) {
  Statement row = catalog.prepare(RAG_CHUNK_COLUMNS "WHERE id = ?");
  if (!row.bind(id.value).step()) return std::nullopt;
  return read_chunk(catalog, row);
}

std::vector<ChunkRow> chunk_rows_of(Database& catalog, std::int64_t document_key) {
  std::vector<ChunkRow> rows;
  Statement row = catalog.prepare(RAG_CHUNK_COLUMNS "WHERE document = ? ORDER BY ordinal");
  row.bind(document_key);
  while (row.step()) rows.push_back(read_chunk(catalog, row));
  return rows;
}

void visit_chunk_rows(Database& catalog, ChunkId first, ChunkId last, const std::function<void(const ChunkRow&)>& visit) {
  Statement row = catalog.prepare(RAG_CHUNK_COLUMNS "WHERE id BETWEEN ? AND ? ORDER BY id");
  row.bind(first.value, last.value);
  while (row.step()) visit(read_chunk(catalog, row));
}

}  // namespace rag
