#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "core/text_signature.h"
#include "index/file_cursor.h"
#include "index/ledger.h"
#include "index/lexical_index.h"
#include "index/records.h"
#include "index/source_settings.h"
#include "index/vector_index.h"

namespace rag {

// One generation of an index, held while others write: everything it returns belongs to the same commit.
// Never waits for a writer.  Use from one thread at a time; open one reader per thread, or refresh under a lock.
class IndexReader {
 public:
  virtual ~IndexReader() = default;

  virtual const std::filesystem::path& directory() const = 0;
  virtual IndexSettings settings() const = 0;
  virtual IndexStatistics statistics() const = 0;
  virtual std::uint64_t generation() const = 0;

  // Both stay valid as long as the reader.  Postings, ids and headers are checked against their checksums here, vectors block
  // by block when a search first touches them: Error(Corrupt) names the segment and 'rag repair'.
  virtual const VectorIndex& vectors() const = 0;
  virtual const LexicalIndex& lexical() const = 0;

  // The chunks with their texts and documents, in the order asked for; chunks that do not exist are left out.  No scores.
  virtual std::vector<Passage> passages(std::span<const ChunkId> chunks) const = 0;
  // Chunks of one document in order.
  virtual std::vector<Chunk> chunks_of(const std::string& document_id) const = 0;

  // Chunks whose encoder read a text of this hash (EncodedText::hash), with their vectors: a few at most, none where the index is older
  // than hashes are or a vector is damaged.  Another text may have the same hash: compare before you use one.
  virtual std::vector<EmbeddedChunk> embedded_as(std::uint64_t text_hash) const = 0;

  // The document each chunk belongs to, by id; "" for a chunk that does not exist.
  virtual std::vector<std::string> documents_of(std::span<const ChunkId> chunks) const = 0;
  // What a document's text is compared with others by; nothing where it has no word, or a catalog of format 1 has not been written to yet.
  virtual std::optional<TextSignature> signature_of(const std::string& document_id) const = 0;
  virtual void for_each_signature(const std::function<void(const std::string& document_id, const TextSignature&)>& visit) const = 0;  // ordered by uri

  virtual std::optional<DocumentRecord> find_document(const std::string& id) const = 0;
  // By id, else by uri, else by an id's unambiguous beginning.  Throws Error(NotFound), or Error(Usage) where several fit.
  virtual DocumentRecord resolve_document(const std::string& id_or_uri) const = 0;
  virtual Document load_document(const std::string& id) const = 0;              // with text, pages, headings; Error(NotFound)
  virtual std::string text_of(const std::string& id, Span span) const = 0;      // verbatim bytes; Error(NotFound) outside the text
  virtual void for_each_document(const std::function<void(const DocumentRecord&)>& visit) const = 0;  // ordered by uri
  virtual void for_each_file(const std::function<void(const FileRecord&)>& visit) const = 0;          // ordered by source, uri

  // The files of one source whose uris begin with `uri_prefix`, by uri, without holding them all.  The reader must outlive it.
  virtual std::unique_ptr<FileCursor> files_of(const std::string& source, const std::string& uri_prefix) const = 0;
  virtual std::vector<DocumentRecord> documents_of_file(const std::string& source, const std::string& file_uri) const = 0;  // in the order they were stored
  virtual std::size_t count_documents_of(const std::string& source) const = 0;

  // The chunks of every document the predicate accepts.
  virtual ChunkSet chunks_where(const std::function<bool(const DocumentRecord&)>& accept) const = 0;

  // The folders and files this index was built from, absolute; and "stdin" where a text came from standard input.
  virtual std::vector<std::string> sources() const = 0;
  virtual std::vector<SourceSettings> source_settings() const = 0;  // of those that have some, by source

  // What the last runs did, newest first, and what became of the files of one of them, ordered by source, uri (ledger.h says how much is kept).
  virtual std::vector<RunEntry> runs() const = 0;
  virtual void for_each_file_of_run(RunId run, const std::function<void(const FileEntry&)>& visit) const = 0;
};

// Throws Error(Usage) where there is no index, Error(Corrupt) or Error(Mismatch) where it cannot be read.
std::unique_ptr<IndexReader> open_index_reader(const std::filesystem::path& directory);

}  // namespace rag
