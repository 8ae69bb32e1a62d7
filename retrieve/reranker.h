#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/passage.h"
#include "models/cross_encoder.h"
#include "retrieve/retriever.h"

namespace rag {

// Puts passages into a better order by reading each together with the question.
class Reranker {
 public:
  virtual ~Reranker() = default;
  virtual std::string name() const = 0;
  // The same passages, each with scores.rerank, best first; equal ones stay in the order they came in.
  // Takes as long as the reading does.  Throws Error(Interrupted) where the user asks.
  virtual std::vector<Passage> rerank(const std::string& question, std::vector<Passage> passages) const = 0;
};

// What is read of a passage is what the encoder read when it was indexed: its text behind the table header, title and headings that have
// room in a quarter of the limit (see passage_text.h).  A row of a table or a paragraph seldom says itself what it is about.
// The encoder must outlive the reranker.
std::unique_ptr<Reranker> make_reranker(const CrossEncoder& encoder);

// Retrieves as `retriever` does, options.rerank_depth passages or k where that is more, and reranks the first rerank_depth of them.  Those
// behind keep their order and have no rerank score.  Which of a document's and of overlapping chunks are left out is decided before.
// The reranker must outlive it.
std::unique_ptr<Retriever> make_reranking_retriever(std::unique_ptr<Retriever> retriever, const Reranker& reranker);

}  // namespace rag
