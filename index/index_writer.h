#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "index/ledger.h"
#include "index/records.h"
#include "index/source_settings.h"

namespace rag {

// The one writer of an index: holds its lock until it is destroyed.  Nothing is visible, and nothing is kept after a crash,
// until commit() has returned; from then on it is on disk for good.  Destroying without commit loses what was put since, and so
// does a write that fails (a full disk): every later call then throws Error(Io) until the index is opened again.
class IndexWriter {
 public:
  virtual ~IndexWriter() = default;

  virtual IndexSettings settings() const = 0;

  // As it is now, what was put since the last commit included.
  virtual std::optional<DocumentRecord> find_document(const std::string& id) const = 0;

  // Stores a document, replacing the one of the same id.  Throws Error(Usage) where another source has that id,
  // or vectors and chunks do not fit together, or a vector is not finite.  Of one that is moved in nothing is copied.
  virtual void put(IndexedDocument document) = 0;
  virtual void remove(const std::string& document_id) = 0;  // nothing where it is not there
  // The same document under another name; chunks and vectors stay.
  virtual void rename(const std::string& document_id, const std::string& new_id, const std::string& new_uri, const std::string& new_file_uri) = 0;

  // Other metadata, access list and language for a document that is there; text, chunks and vectors stay.
  virtual void describe(const std::string& document_id, const Metadata& metadata, const std::vector<std::string>& acl, const std::string& language) = 0;

  virtual void put_file(const FileRecord& file) = 0;
  virtual void remove_file(const std::string& source, const std::string& uri) = 0;  // the record only, not its documents
  virtual void add_source(const std::string& source) = 0;
  virtual void remove_source(const std::string& source) = 0;  // with its settings
  virtual void put_source_settings(const SourceSettings& settings) = 0;

  // The ledger: a run, what became of its files, and how it ended.  A commit with nothing else in it keeps the generation.
  virtual RunId begin_run(const std::string& command) = 0;
  virtual void note_file(RunId run, const FileEntry& entry) = 0;
  virtual void end_run(const RunEntry& run) = 0;  // its command and times, and the generation of the next commit, are entered whatever `run` says

  // Bytes of memory held by what was put since the last commit: commit when this passes some bound.
  virtual std::size_t pending_bytes() const = 0;

  // Returns the new generation, or the current one where nothing had changed.
  virtual std::uint64_t commit() = 0;

  // Brings SQLite's log into the catalog, so that the next commit writes over it instead of behind it; as far as nobody reads an older generation.
  // Where that cannot be done (a full disk) the log stays, which harms nothing.
  virtual void fold_log() = 0;

  // Rewrites segments without deleted chunks and merges small ones.  Commits what is pending first.  False where nothing was to do.
  virtual bool compact() = 0;
};

// Opens or creates.  Waits for another writer at most `lock_timeout_ms`, then Error(Usage) says who holds the lock.
// Throws Error(Mismatch), naming both and the command that mends it, where the index was built with other settings;
// `analyzer` must be default_analyzer().name().  An index that never held anything takes the new settings.
std::unique_ptr<IndexWriter> open_index_writer(const std::filesystem::path& directory, const IndexSettings& settings,
                                               int lock_timeout_ms = 2000);

// Opens an existing index whatever its settings: for rm, compact.
std::unique_ptr<IndexWriter> open_existing_index_writer(const std::filesystem::path& directory, int lock_timeout_ms = 2000);

}  // namespace rag
