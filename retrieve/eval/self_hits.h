#pragma once

#include <cstddef>

#include "retrieve/eval/judgements.h"

namespace rag {

// Takes away every document that bears the id of its query, and says how many.  Collections whose questions are documents of the corpus
// themselves (ArguAna, Quora) are measured without them: each question would find itself.  A query with nothing left stays.
std::size_t drop_self_hits(Qrels& qrels);
std::size_t drop_self_hits(Run& run);

}  // namespace rag
