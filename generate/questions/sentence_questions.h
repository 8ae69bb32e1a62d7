#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "generate/questions/made_question.h"
#include "generate/questions/word_forms.h"

namespace rag {

// What a plain statement can be asked for, without a language model; none where its form is not one that can be turned round safely.

// English: definitions ("A fit note is a ..."), and statements with an auxiliary, a common verb or an imperative whose last part says when,
// how long, how much, how many, by whom or why.  That part is left out and the rest put as a question: "When must claims be sent in?"
std::vector<QuestionDraft> english_questions(const std::string& sentence, const WordForms& forms);

// Korean: definitions ("... 란 ... 을 말한다"), and statements whose quantity, date, person or place is replaced where it stands by the
// word that asks for it, the ending by that of a question: "휴가는 7일 전까지 신청한다." -> "휴가는 며칠 전까지 신청하나요?"
std::vector<QuestionDraft> korean_questions(const std::string& sentence);

// Words between blanks.
std::vector<std::string> blank_separated(std::string_view text);
std::string joined(const std::vector<std::string>& words, std::size_t begin, std::size_t end);

}  // namespace rag
