#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "index/index_reader.h"
#include "retrieve/fusion.h"

namespace rag {

// What both legs found for one question: every candidate with the scores of both.
struct FoundByLegs {
  std::vector<Hit> dense;
  std::vector<Hit> lexical;
  std::vector<ChunkId> nearest;  // of the dense leg's own finds, best first
};

// Reads those of the chunks that are not in `seen` yet into it.
void read_unseen(const IndexReader& index, std::span<const ChunkId> chunks, std::map<ChunkId, Passage>& seen);

// Looks at the texts of the best candidates to learn what the lexical scores don't say: which of the question's words stand together
// there, and which texts are in another script than it.  `seen` receives the passages that were read for it, so that nobody reads them
// again. `question` is what the lexical leg was asked.
LexicalEvidence gather_evidence(const IndexReader& index, const std::string& question, const FoundByLegs& found,
                                const FusionOptions& fusion, const Bm25Options& bm25, std::map<ChunkId, Passage>& seen);

}  // namespace rag
