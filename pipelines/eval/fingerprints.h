#pragma once

#include <string>
#include <vector>

#include "generate/eval/gold_question.h"
#include "index/index_reader.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// SHA-256 of what two evaluations must share to be compared, whatever order it was read in.
std::string fingerprint_of(const Qrels& qrels);
std::string fingerprint_of(std::vector<EvalQuery> queries);
std::string gold_fingerprint(std::vector<GoldQuestion> questions);  // ids, texts and all that is said to be right
// Of an index's documents: their names and what they say, not how they were cut or encoded.
std::string corpus_fingerprint(const IndexReader& index);

}  // namespace rag
