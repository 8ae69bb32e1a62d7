#include "retrieve/eval/ranked_grades.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>

namespace rag {
namespace {

// A query's judgements by document, for as many look-ups as a long ranking has: a table of open addresses, half full at most.
class GradeTable {
 public:
  explicit GradeTable(const std::map<std::string, int>& grades) : slots_(std::bit_ceil(2 * grades.size() + 1)) {
    for (const auto& [document, grade] : grades) *slot_of(document) = {document, std::max(grade, kNotJudged + 1)};
  }

  int grade_of(std::string_view document) { return slot_of(document)->grade; }

 private:
  struct Slot {
    std::string_view document;
    int grade = kNotJudged;  // of a free one
  };

  // Where the document lies, or the free slot where it would.
  Slot* slot_of(std::string_view document) {
    std::size_t at = std::hash<std::string_view>()(document) & (slots_.size() - 1);
    while (slots_[at].document.data() != nullptr && slots_[at].document != document) at = (at + 1) & (slots_.size() - 1);
    return &slots_[at];
  }

  std::vector<Slot> slots_;
};

}  // namespace

std::size_t RankedGrades::relevant(int at_least) const {
  return static_cast<std::size_t>(std::ranges::partition_point(judged, [&](int grade) { return grade >= at_least; }) - judged.begin());
}

RankedGrades rank_grades(const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents) {
  RankedGrades ranked;
  GradeTable table(grades);
  ranked.found.reserve(documents.size());
  for (const std::size_t place : trec_places(documents)) ranked.found.push_back(table.grade_of(documents[place].document));
  ranked.judged.reserve(grades.size());
  for (const auto& [document, grade] : grades) ranked.judged.push_back(grade);
  std::ranges::sort(ranked.judged, std::greater<>());
  return ranked;
}

}  // namespace rag
