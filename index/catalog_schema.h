#pragma once

#include <cstdint>

namespace rag {

// docs/formats/index.md tells what each column is for.  A change here is a new format.  Format 2 is format 1 and the tables of
// kSchemaOfFormat2: a catalog of format 1 is read as it is, without them, and raised at the first write (catalog_upgrade.h).
inline constexpr std::int64_t kCatalogFormat = 2;
inline constexpr std::int64_t kOldestCatalogFormat = 1;
inline constexpr std::int64_t kApplicationId = 0x52414731;  // "RAG1"

// Format 1.  Format 2 has the tables of kSchemaOfFormat2 beside these.
inline constexpr char kSchema[] = R"sql(
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
  source TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE files (
  source TEXT NOT NULL,
  uri TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  content_hash TEXT NOT NULL,
  skipped TEXT NOT NULL,
  warnings TEXT NOT NULL,
  PRIMARY KEY (source, uri)
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  uri TEXT NOT NULL,
  source TEXT NOT NULL,
  file_uri TEXT NOT NULL,
  title TEXT NOT NULL,
  media_type TEXT NOT NULL,
  language TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  metadata TEXT NOT NULL,
  acl TEXT NOT NULL,
  text_bytes INTEGER NOT NULL,
  first_chunk INTEGER NOT NULL,
  chunks INTEGER NOT NULL,
  cut_tokens INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  structure BLOB NOT NULL
) STRICT;
CREATE INDEX documents_by_uri ON documents (uri);

CREATE TABLE texts (
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  piece INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (document, piece)
) STRICT;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  span_begin INTEGER NOT NULL,
  span_end INTEGER NOT NULL,
  heading_path TEXT NOT NULL,
  table_header TEXT NOT NULL,
  page INTEGER NOT NULL,
  token_count INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  UNIQUE (document, ordinal)
) STRICT;

CREATE TABLE segments (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  first_chunk INTEGER NOT NULL,
  last_chunk INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  deleted INTEGER NOT NULL,
  dimension INTEGER NOT NULL,
  type TEXT NOT NULL,
  vec_bytes INTEGER NOT NULL,
  vec_checksum INTEGER NOT NULL,
  lex_bytes INTEGER NOT NULL,
  lex_checksum INTEGER NOT NULL,
  tombstones BLOB NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE runs (
  generation INTEGER PRIMARY KEY,
  finished_at INTEGER NOT NULL,
  what TEXT NOT NULL,
  documents_put INTEGER NOT NULL,
  documents_removed INTEGER NOT NULL
) STRICT;
)sql";

inline constexpr char kSchemaOfFormat2[] = R"sql(
CREATE INDEX documents_by_file ON documents (source, file_uri, cut_tokens);

CREATE TABLE encoded_texts (
  chunk INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
  hash INTEGER NOT NULL,
  cut_tokens INTEGER NOT NULL
) STRICT;
CREATE INDEX encoded_texts_by_hash ON encoded_texts (hash);

CREATE TABLE signatures (
  document INTEGER PRIMARY KEY REFERENCES documents (key) ON DELETE CASCADE,
  minhash BLOB NOT NULL,
  checksum INTEGER NOT NULL
) STRICT;

CREATE TABLE source_settings (
  source TEXT PRIMARY KEY,
  include TEXT NOT NULL,
  exclude TEXT NOT NULL,
  metadata TEXT NOT NULL,
  access TEXT NOT NULL,
  language TEXT NOT NULL,
  hidden INTEGER NOT NULL,
  ignore_files INTEGER NOT NULL,
  applied TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_runs (
  run INTEGER PRIMARY KEY AUTOINCREMENT,
  command TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  milliseconds INTEGER NOT NULL,
  files INTEGER NOT NULL,
  added INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  moved INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  read_with_loss INTEGER NOT NULL,
  cut_tokens INTEGER NOT NULL,
  chunks_embedded INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger_files (
  run INTEGER NOT NULL REFERENCES ledger_runs (run) ON DELETE CASCADE,
  source TEXT NOT NULL,
  uri TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  warnings TEXT NOT NULL,
  documents INTEGER NOT NULL,
  pages INTEGER NOT NULL,
  pages_without_text INTEGER NOT NULL,
  cut_tokens INTEGER NOT NULL,
  ocr_confidence INTEGER NOT NULL,
  milliseconds INTEGER NOT NULL,
  PRIMARY KEY (run, source, uri)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace rag
