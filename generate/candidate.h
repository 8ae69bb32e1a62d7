#pragma once

#include <memory>
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
  std::string shown;                       // white space collapsed, list marks off; a row with its header: "Plan: Plus; Deductible: $2,000"
  std::shared_ptr<const TextTerms> terms;  // of the sentence, a row's header included; never null
  std::shared_ptr<const TextTerms>
      before;            // of the line it stands under or the sentence before it: "it" and "they" refer there; never null
  std::string table;     // of a row: its header; "" for sentences
  std::string row;       // of a row: its cells alone, as the document has them
  bool complete = true;  // a whole sentence or row, not a heading or a question
  bool list = false;     // a list with the line above it: "These include: office visits; vaccinations"
  std::vector<std::size_t> announced;  // places of the candidates that say what this one only announces
};

// The sentences of the passages in order, questions and headings only as context of what follows them.  What a passage shows instead of
// saying (quotations, code), orders to an assistant and lines that stand on every page are no candidates.
std::vector<Candidate> candidates_of(std::span<const Passage> passages);

// "a | b" under "x | y" as "x: a; y: b"; the row as it is where the cells do not fit the header.
std::string readable_row(std::string_view row, std::string_view header);

}  // namespace rag
