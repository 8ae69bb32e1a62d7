#pragma once

#include <span>
#include <vector>

#include "core/passage.h"
#include "generate/questions/made_question.h"
#include "generate/questions/word_forms.h"

namespace rag {

// The questions that can be made of one document in English or Korean without a language model; `passages` are its chunks in order, each
// with uri, title and text.  Sentences and table rows are taken from the document's own statements (generate/candidate.h), those that stand
// for themselves: no pronoun, no list, no reference to what is above.  In the order of the text; deterministic.  `forms`: of as many
// documents as there are, this one among them.
std::vector<MadeQuestion> questions_of(std::span<const Passage> passages, const WordForms& forms);

}  // namespace rag
