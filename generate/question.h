#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/terms.h"

namespace rag {

// What kind of thing a question asks for, where its words say so.
enum class AnswerKind { Any, Number, Date, Money, Person };
AnswerKind answer_kind(const std::string& question);

// The unit a number asked for has: "day" for "how many days" and "며칠", "percent", "hour" ...; "" where the question leaves it open.
std::string asked_unit(const std::string& question);

// What of the thing asked for a sentence holds.
struct Held {
  bool kind = false;  // a number, a date, an amount or a name, as the question wants
  bool unit = false;  // and in the unit it wants.  Neither the day of a date nor a limit in time ("1월 1일", "7일 전까지") says how many days, but for `limits`
};
// Whether a question asks for a limit in time: "how long before", "며칠 전까지".
bool asks_for_limit(const std::string& question);
Held held_by(std::string_view sentence, AnswerKind kind, const std::string& unit, bool limits);

// The content words of a question, weighted by how rare they are among the passages; one that occurs in none of them weighs most.
std::vector<Keyword> weighted_keywords(const std::string& question, const std::vector<const TextTerms*>& passages);

}  // namespace rag
