#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "core/document.h"

namespace rag {

// What an index was built with.  Another value of any of these spoils it, so it is stored and compared.
struct IndexSettings {
  std::string model;      // as the user chose it: "multilingual-e5-small"; told in messages, not compared
  std::string embedder;   // Embedder::name()
  std::string chunker;    // Chunker::name()
  std::string analyzer;   // Analyzer::name()
  std::size_t dimension = 0;
};

// A file of a source, as it was when it was last read.
struct FileRecord {
  std::string source;        // absolute path of the indexed root
  std::string uri;           // relative to it
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::string content_hash;  // SHA-256 of its bytes, hexadecimal
  std::string skipped;       // why it has no documents, "" where it was read
  std::vector<std::string> warnings;
};

// The same, and what came from it.
struct KnownFile {
  FileRecord record;
  std::size_t documents = 0;
  std::size_t cut_tokens = 0;  // of all of them, lost to the encoder's limit
};

// A document as stored, without its text.
struct DocumentRecord {
  std::string id;
  std::string uri;
  std::string source;
  std::string file_uri;      // FileRecord::uri of the file it came from
  std::string title;
  std::string media_type;
  std::string language;
  std::string content_hash;  // of the file, or of what the corpus line or the file within the file says
  Metadata metadata;
  std::vector<std::string> acl;
  std::uint64_t text_bytes = 0;
  std::size_t chunks = 0;
  std::size_t cut_tokens = 0;  // encoder tokens lost to the model's limit
};

// What the encoder read for a chunk (more than its own text, see models/passage_text.h), so that the same text is not embedded again.
struct EncodedText {
  std::uint64_t hash = 0;      // whoever embeds chooses one and keeps to it
  std::size_t cut_tokens = 0;  // lost to the model's limit
};

// A chunk that is stored with its vector.
struct EmbeddedChunk {
  TitledChunk titled;
  std::vector<float> vector;
  std::size_t cut_tokens = 0;
};

// A document on its way in, with everything derived from it.
struct IndexedDocument {
  Document document;
  std::string source;
  std::string file_uri;
  std::string content_hash;
  std::vector<Chunk> chunks;     // ids are given by the index
  std::vector<float> vectors;    // chunks.size() x dimension
  std::vector<EncodedText> encoded;  // one a chunk, or none: then its vectors are never found again for another document
  std::size_t cut_tokens = 0;
};

struct IndexStatistics {
  std::uint64_t generation = 0;
  std::size_t documents = 0;
  std::size_t chunks = 0;
  std::size_t deleted_chunks = 0;  // still in segments, waiting for compact
  std::size_t segments = 0;
  std::size_t skipped_files = 0;
  std::size_t cut_tokens = 0;
  std::uint64_t bytes = 0;         // on disk: catalog and segments
};

}  // namespace rag
