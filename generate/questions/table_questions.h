#pragma once

#include <string>
#include <vector>

#include "generate/questions/made_question.h"

namespace rag {

// Look-ups in a row of a table whose first column names its rows: "In "Plans", what is the deductible for Plus?", "'경조휴가'에서 '본인
// 결혼'의 일수는 며칠인가요?"  `place` is where the table stands, in quotation marks; it may be "". `header` and `row` are lines with cells
// between " | ".  None where the table has another form: no names, numbers as names, long cells.
std::vector<QuestionDraft> table_questions(const std::string& header, const std::string& row, const std::string& place,
                                           const std::string& language);

}  // namespace rag
