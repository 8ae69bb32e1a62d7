#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/chunk.h"
#include "core/document.h"

namespace rag {

// Larger is better.  A leg that did not find the chunk has no score.
struct Scores {
  std::optional<double> dense;    // cosine similarity
  std::optional<double> lexical;  // BM25 of the question's words
  std::optional<double> pairs;    // BM25 of its neighbouring words that are neighbours here too, for the best candidates
  std::optional<double> fused;
  std::optional<double> rerank;   // what the cross-encoder puts out: unbounded, often below 0
};

// Another document in which a passage stands as well.
struct AlsoIn {
  std::string document_id;
  std::string uri;
  int page = 0;            // 0 where there are no pages
  bool same_words = true;  // false: nearly the same
};

// A chunk that was found, with where it stands and why it was found.
struct Passage {
  Chunk chunk;
  std::string uri;
  std::string title;
  std::string language;
  Metadata metadata;
  Scores scores;
  std::vector<AlsoIn> also_in;  // where copies were folded (see retrieve/copies.h), best first
};

}  // namespace rag
