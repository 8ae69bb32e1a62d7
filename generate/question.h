#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/terms.h"

namespace rag {

// What kind of thing a question asks for, where its words say so.
enum class AnswerKind { Any, Number, Date, Money };
AnswerKind answer_kind(const std::string& question);

// Whether a sentence holds something of that kind.  Always true for Any.
bool holds_kind(AnswerKind kind, std::string_view sentence);

// The content words of a question, weighted by how rare they are among the passages; one that occurs in none of them weighs most.
std::vector<Keyword> weighted_keywords(const std::string& question, const std::vector<TextTerms>& passages);

}  // namespace rag
