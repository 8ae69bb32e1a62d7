#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/answer_builder.h"
#include "generate/terms.h"

namespace rag {

// One sentence or table row that could be part of an extractive answer.
struct Candidate {
  Support source;
  std::string shown;     // white space collapsed, list marks off; a row with its header: "Plan: Plus; Deductible: $2,000"
  TextTerms terms;       // of the sentence, a row's header included
  TextTerms before;      // of the line it stands under or the sentence before it: "it" and "they" refer there
  bool complete = true;  // a whole sentence or row, not a heading or a question
};

// The sentences of the passages in order, questions and headings only as context of what follows them.
std::vector<Candidate> candidates_of(std::span<const Passage> passages);

// "a | b" under "x | y" as "x: a; y: b"; the row as it is where the cells do not fit the header.
std::string readable_row(std::string_view row, std::string_view header);

}  // namespace rag
