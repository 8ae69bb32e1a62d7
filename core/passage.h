#pragma once

#include <optional>
#include <string>

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

// A chunk that was found, with where it stands and why it was found.
struct Passage {
  Chunk chunk;
  std::string uri;
  std::string title;
  std::string language;
  Metadata metadata;
  std::string time;  // "00:01:23": when its first byte is said, in a document with times; "" in others
  Scores scores;
};

}  // namespace rag
