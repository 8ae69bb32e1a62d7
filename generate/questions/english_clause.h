#pragma once

#include <optional>
#include <string>
#include <vector>

#include "generate/questions/sentence_questions.h"

namespace rag {

// A plain statement as a question needs it: "Claims must be sent in by Friday" -> must | claims | be sent in by Friday;
// "Everybody gets 27 days" -> does | everybody | get 27 days; "Report accidents at once" -> should | you | report accidents at once.
struct EnglishClause {
  std::string auxiliary;
  std::string subject;
  std::vector<std::string> rest;  // words; of a main verb its base form first
  bool copula = false;            // the auxiliary is a form of "be" with no verb behind it
  bool imperative = false;
};

// Nothing where the sentence has another form: another clause before the verb, a subject that begins with a preposition, no verb we know.
std::optional<EnglishClause> english_clause(const std::string& sentence, const WordForms& forms);

}  // namespace rag
