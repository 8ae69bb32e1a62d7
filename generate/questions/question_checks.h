#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "generate/questions/made_question.h"

namespace rag {

// Whether a sentence can be asked about by itself: whole, of ordinary length and signs, and nothing in it points to what stands elsewhere
// ("This ...", "이 경우", "the following", "Table 3").  English and Korean; text as QuestionSource has it.
bool stands_for_itself(const std::string& sentence, const std::string& language);

// Whether a question's own words give its answer away: every content word of the answer, or its number, stands in the question.
bool gives_itself_away(const std::string& question, const std::string& answer);

// Whether a definition only says its term again: "Availability means the availability of services".
bool goes_in_a_circle(const std::string& question, const std::string& answer);

// Whether a text ends in the middle, as cells at the edge of a page and sentences around a lost link do: "... posted in".
bool breaks_off(const std::string& text);

// The longest run of words that the question and a text share.  A question that repeats a whole sentence asks for nothing but that string.
std::size_t copied_words(const std::string& question, const std::string& text);

// Whether two questions ask for the same thing in nearly the same words: the sets of their content words resemble one another (Jaccard) by
// at least 0.8, and no number or name of one is missing from the other.
class NearQuestions {
 public:
  // False, and nothing is kept, where a question like it is there already.
  bool add(const std::string& question);

 private:
  std::vector<std::vector<std::string>> kept_;  // content words, ascending
};

// Content words, as far as they tell questions apart.
std::size_t content_words(const std::string& question);

}  // namespace rag
