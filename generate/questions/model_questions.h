#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/prompt.h"
#include "generate/questions/made_question.h"

namespace rag {

// What a language model replies to messages.
using AskModel = std::function<std::string(const std::vector<ChatMessage>&)>;

// A question, or why there is none: one of a few fixed reasons, to be counted.
struct ModelQuestion {
  std::optional<MadeQuestion> question;
  std::string reason;
};

// Asks a language model for a question that a passage answers, its answer and the sentence it stands in.  The passage is data: it stands
// between delimiters it cannot contain, and the reply is believed only as far as it can be checked.  None where the reply is no such thing:
// no JSON, a quote that is not in the passage, an answer that is not in the quote or stands in the question, another language.  Throws what
// `ask` throws.
ModelQuestion question_by_model(const Passage& passage, const AskModel& ask);

}  // namespace rag
