#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "index/index_reader.h"
#include "models/embedder.h"
#include "retrieve/access.h"
#include "retrieve/filter.h"
#include "retrieve/fusion.h"

namespace rag {

enum class SearchMode { Hybrid, Dense, Lexical };

struct RetrieveOptions {
  std::size_t k = 5;
  SearchMode mode = SearchMode::Hybrid;
  std::string filter;                // see filter.h; "" for none
  Groups groups;                     // of who asks (access.h); nullopt: whoever owns the index
  std::size_t candidates = 200;      // taken from each leg before fusing; more costs time and finds a little more
  std::size_t max_per_document = 0;  // 0: no limit
  std::size_t rerank_depth = 50;     // the best so many are read by the reranker, where there is one; each costs as much as a question of its length
  bool drop_overlapping = true;      // of two chunks of a document that share most of their bytes only the better one stays
  bool fold_copies = false;          // a passage that near-duplicate documents share comes once (see copies.h); k counts it once
  FusionOptions fusion;
  Bm25Options bm25;
  VectorSearchOptions vectors;  // whether the dense leg compares all vectors or looks into lists
};

struct RetrieveTimings {
  double embed_ms = 0;
  double dense_ms = 0;
  double lexical_ms = 0;
  double fuse_ms = 0;
  double load_ms = 0;    // texts of the passages
  double rerank_ms = 0;  // 0 without a reranker
};

// A question to its best passages, best first.
//
// In hybrid mode each passage has the score of both legs, whichever found it, unless the lexical leg found nothing at all.
// With one leg only that leg's score is set.  Equal scores come in order of chunk ids.
// With a filter or groups, no passage is returned, and no copy of one named, whose document the filter does not accept or none of the
// groups may read, whatever the legs say.  Words of hidden documents still count in BM25's statistics, which are the whole index's.
// Throws Error(Usage) for an empty question, a broken filter, k of 0, or a dense search without an encoder.
class Retriever {
 public:
  virtual ~Retriever() = default;
  std::vector<Passage> retrieve(const std::string& question, const RetrieveOptions& options, RetrieveTimings* timings = nullptr) const;
  // Several questions at once, an answer for each as retrieve() gives it, which asks one.  Vectors are made and compared together, on a GPU in little more time than one
  // takes; each timing has its share of that.
  virtual std::vector<std::vector<Passage>> retrieve_many(std::span<const std::string> questions, const RetrieveOptions& options,
                                                          std::vector<RetrieveTimings>* timings = nullptr) const = 0;
};

// The score a passage is ranked by: rerank, else fused, else that of its only leg; 0 where it has none.
double ranking_score(const Scores& scores);

// One score a passage of a list that is sorted best first, such that they never rise along it.  They are the passages' ranking scores, but
// where a reranker has read only the first ones: those behind are on another scale, and stand below the lowest rerank score by 1 and what
// they lack to the first of their own.
std::vector<double> ranking_scores(std::span<const Passage> passages);

// Both must outlive the retriever.  `embedder` may be null where only lexical search is asked for.
std::unique_ptr<Retriever> make_retriever(const IndexReader& index, const Embedder* embedder);

}  // namespace rag
