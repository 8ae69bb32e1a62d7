#pragma once

#include <string>
#include <vector>

#include "generate/eval/given_answer.h"

namespace rag {

// One thing an answer says, with the citations that stand for it.
struct Statement {
  std::string text;                  // without markers, white space collapsed
  std::vector<std::size_t> cited;    // indices into the answer's citations
};

// The sentences of an answer (core/sentences.h), in order.  Where the answers' own spans end and begin on both sides of a marker the text is cut there as
// well: table rows end without a full stop.  A citation belongs to the sentences its answer_span shares bytes with; without a span, to those that
// have or are followed by its marker; with neither, to all.  What has no letter or digit is no statement.
std::vector<Statement> statements_of(const GivenAnswer& answer);

}  // namespace rag
