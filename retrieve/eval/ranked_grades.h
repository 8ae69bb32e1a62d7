#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "retrieve/eval/judgements.h"

namespace rag {

inline constexpr int kNotJudged = std::numeric_limits<int>::min();  // where a grade is expected

// One query's ranking as every metric looks at it: made once, whatever is measured.
struct RankedGrades {
  std::vector<int> found;   // grades in trec_order(); kNotJudged where nobody judged the document
  std::vector<int> judged;  // every judged document's grade, found or not, the highest first

  std::size_t relevant(int at_least) const;  // among the judged
};

RankedGrades rank_grades(const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents);

}  // namespace rag
