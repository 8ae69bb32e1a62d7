#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "index/index_reader.h"
#include "models/embedder.h"

namespace rag {

struct KnownVector {
  std::vector<float> values;
  std::size_t cut_tokens = 0;
};

// The name under which an index keeps a text that was embedded (EncodedText::hash): the first 64 bits of its SHA-256.
std::uint64_t encoded_text_hash(const std::string& text);

// Vectors of texts that went through the encoder before: in an earlier run, as the index has them, or in this one.  The same text has the
// same vector, whichever document it stands in; a text that differs in one byte is another one.
//
// What this run embeds is held in memory until the index has it, the last `recent_bytes` of it: more than what waits for a commit (document_sink)
// and in the queues before.  A text that is older, and not in the index yet, is embedded once more.
// From any thread.
class KnownVectors {
 public:
  // Of the index nothing is known before committed() is called.  `embedder` must be the index's own and outlive this.
  KnownVectors(std::filesystem::path index, const Embedder& embedder, std::size_t recent_bytes = std::size_t{20} << 20);

  // Nothing where the text is not known; then it may just as well be that it is no longer.
  std::optional<KnownVector> find(const std::string& text);
  void remember(const std::string& text, KnownVector vector);

  // The index has this generation now: look there from now on.  No older one is read any more when this returns.
  void committed(std::uint64_t generation);

 private:
  const IndexReader* stored();

  std::mutex mutex_;
  std::filesystem::path index_;
  const Embedder& embedder_;
  std::size_t recent_bytes_;
  std::unique_ptr<IndexReader> reader_;  // of the generation that was committed last, or null
  std::uint64_t committed_ = 0;
  std::unordered_map<std::string, KnownVector> recent_;  // by SHA-256
  std::deque<std::string> order_;                        // of recent_, the oldest first
  std::size_t held_bytes_ = 0;
};

}  // namespace rag
