#pragma once

#include <string>
#include <vector>

#include "pipelines/eval/make_questions.h"

namespace rag {

// What was made, a line each, for people: how many of how many, by language and kind, how many words alone find, how many are unanswerable.
std::vector<std::string> made_questions_lines(const MadeQuestions& made, const MakeQuestionsOptions& options, bool korean);

// What was not: why others were rejected, and where fewer came than were wanted, why it ended and what gives more.  For standard error.
std::vector<std::string> unmade_questions_lines(const MadeQuestions& made, const MakeQuestionsOptions& options, bool korean);

}  // namespace rag
