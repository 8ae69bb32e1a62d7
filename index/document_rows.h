#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/records.h"
#include "index/sqlite.h"

namespace rag {

// A document as the catalog holds it.
struct DocumentRow {
  std::int64_t key = 0;  // names it inside the catalog, for ever
  DocumentRecord record;
  ChunkId first_chunk;  // its chunks have ids first_chunk, first_chunk + 1, ...
};

// A chunk as the catalog holds it, without its text.
struct ChunkRow {
  std::int64_t document_key = 0;
  std::size_t ordinal = 0;
  Chunk chunk;  // `text` and `document_id` are empty
};

std::optional<DocumentRow> find_document_row(Database& catalog, std::string_view id);
std::optional<DocumentRow> find_document_row(Database& catalog, std::int64_t key);
std::vector<std::string> document_ids_by_uri(Database& catalog, std::string_view uri);
std::vector<std::string> document_ids_by_prefix(Database& catalog, std::string_view prefix, std::size_t limit);
void visit_document_rows(Database& catalog, bool by_uri, const std::function<void(const DocumentRow&)>& visit);
void visit_document_rows_of_file(Database& catalog, std::string_view source, std::string_view file_uri,
                                 const std::function<void(const DocumentRow&)>& visit);  // by key
void read_structure(Database& catalog, std::int64_t key, Document& document);

// Stores document, text and chunks; the chunks get the ids from `first_chunk` on.
std::int64_t insert_document(Database& catalog, const IndexedDocument& document, ChunkId first_chunk);
void erase_document(Database& catalog, std::int64_t key);  // with its text and chunks
void rename_document(Database& catalog, DocumentRow row, const std::string& id, const std::string& uri, const std::string& file_uri);
void describe_document(Database& catalog, DocumentRow row, const Metadata& metadata, const std::vector<std::string>& acl, const std::string& language);

ChunkId next_chunk_id(Database& catalog);
std::optional<ChunkRow> find_chunk_row(Database& catalog, ChunkId id);
std::vector<ChunkRow> chunk_rows_of(Database& catalog, std::int64_t document_key);
// With ids in [first, last], ascending.
void visit_chunk_rows(Database& catalog, ChunkId first, ChunkId last, const std::function<void(const ChunkRow&)>& visit);

}  // namespace rag
