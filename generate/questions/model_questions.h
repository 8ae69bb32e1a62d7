#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/prompt.h"
#include "generate/questions/made_question.h"

namespace rag {

// Asks a language model for a question that a passage answers, its answer and the sentence it stands in.  `ask` sends messages and gives
// the reply. The passage is data: it stands between delimiters it cannot contain, and the reply is believed only as far as it can be
// checked. Nothing where the reply is no such thing: not JSON, a quote that is not in the passage, an answer that is not in the quote or
// stands in the question.
std::optional<MadeQuestion> question_by_model(const Passage& passage,
                                              const std::function<std::string(const std::vector<ChatMessage>&)>& ask);

}  // namespace rag
