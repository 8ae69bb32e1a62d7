#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "generate/eval/entailment.h"
#include "generate/eval/given_answer.h"

namespace rag {

// How well an answer's citations carry it, as ALCE defines it (Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations"); the premise
// is what a citation quotes, below the title and headings it stands under (ALCE's passages have their titles as well).
struct CitationScores {
  // Share of the statements that all their citations together support.  A statement without citations is not supported.
  std::optional<double> recall;
  // Share of the citations that do something: their statement is supported, and either they support it alone or without them the others
  // would not.  A citation counts once for each statement it stands for.
  std::optional<double> precision;
  std::size_t statements = 0;  // the divisors
  std::size_t citations = 0;
  std::size_t undecided = 0;   // statements that were left out: nobody can tell whether the quotations support them
};

// None of both where the answer says nothing that can be told; no precision where nothing is cited.
CitationScores score_citations(const GivenAnswer& answer, const Entailment& entailment);

// Citations and documents that are known to answer the question, named by id or uri.
struct GoldCitationScores {
  std::optional<double> cited_gold;  // share of the citations that name one of them; none where nothing is cited
  std::optional<double> gold_cited;  // share of them that are cited; none where no document is known
};
GoldCitationScores score_gold_citations(const GivenAnswer& answer, const std::vector<std::string>& gold_documents);

}  // namespace rag
