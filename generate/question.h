#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/quantities.h"
#include "generate/terms.h"

namespace rag {

// What kind of thing a question asks for, where its words say so.
enum class AnswerKind { Any, Number, Date, Money, Person };
AnswerKind answer_kind(const std::string& question);

// What a question wants to be told.
struct Wanted {
  AnswerKind kind = AnswerKind::Any;
  std::string unit;             // of a number: "day" for "how many days" and "며칠", "money", "time span" ...; "" where any will do
  bool limits = false;          // a limit in time: "how long before", "며칠 전까지"
  std::vector<Quantity> known;  // by the question itself: not what it asks for
};
Wanted wanted_by(const std::string& question);

// What of that a sentence holds.
struct Held {
  bool kind = false;  // a number, a date, an amount or a name
  bool unit = false;  // in the unit wanted.  Neither the day of a date nor a limit in time ("1월 1일", "7일 전까지") says how many days
};
Held held_by(std::string_view sentence, const Wanted& wanted);

// The content words of a question, weighted by how rare they are among the passages; one that occurs in none of them weighs most.
std::vector<Keyword> weighted_keywords(const std::string& question, const std::vector<const TextTerms*>& passages);

}  // namespace rag
