#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/eval/gold_question.h"

namespace rag {

// Passages that say something else than the documents do, for seeing whether an answer follows what it is given (RGB's counterfactual robustness, Chen
// et al. 2024, made by rule instead of by a language model).

// Another answer of the same kind, the same each time, or nothing where none can be made.  In a text with digits the numbers are changed: years by 13,
// the month and day of a Korean date within the calendar, others to about one and a half.  An English month's name becomes another's.  Any other text of up to
// six words is taken for a name, and gets one out of `others` that is written in the same script and with as near as possible as many words.
std::optional<std::string> substitute_for(const std::string& reference, std::span<const std::string> others);

// What the passages would say if the answer were another one.
struct Counterfactual {
  std::vector<Passage> passages;
  std::string substitute;
};

// The passages with every reference replaced, in text, headings, title and table header.  Nothing where no passage holds a reference, where no substitute
// can be made, where the passages hold the substitute anyway, or where a reference is still there in another writing.
std::optional<Counterfactual> counterfactual_of(const GoldQuestion& question, std::span<const Passage> passages, std::span<const std::string> others);

}  // namespace rag
