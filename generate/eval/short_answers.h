#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rag {

// The rules by which two published question sets compare a short answer with its references.
//
// Squad: those of SQuAD 2.0 (Rajpurkar et al. 2018, evaluate-v2.0.py): small letters, ASCII punctuation out, the words a, an and the out; F1 of
// the bags of words.  On SQuAD 1.1 (2016) they give what its own rules give.
// Korquad: those of KorQuAD 1.0 (Lim et al. 2019, evaluate-v1.0.py): quotation marks, brackets and title marks become blanks, small letters,
// ASCII punctuation out; F1 of the bags of characters, blanks not counted.
enum class ShortAnswerRules { Squad, Korquad };

std::string normalised_answer(std::string_view text, ShortAnswerRules rules);

struct ShortAnswerScore {
  double exact = 0;  // 1 or 0
  double f1 = 0;
};

// The best value over the references.  Without references the question is unanswerable, and "" alone is right; so it is, as in SQuAD 2.0, where
// all of them normalise to nothing.
ShortAnswerScore score_short_answer(std::string_view answer, std::span<const std::string> references, ShortAnswerRules rules);

// Whether an answer holds a reference whole ("Office staff have 27 days." holds "27 days"): the STR-EM of ALCE (Gao et al. 2023) and the accuracy
// of RGB (Chen et al. 2024), with borders: "7 days" is not in "27 days", nor "5" in "3.5", nor "art" in "start".  Width, case, punctuation, thousands
// commas and an article before the reference do not count; beside Korean, Chinese and Japanese characters blanks do not count either, and a Korean
// word may go on behind the reference (particles).  False for a reference without a letter or digit.  Takes time that is linear in both.
bool holds_answer(std::string_view answer, std::string_view reference);
bool holds_any_answer(std::string_view answer, std::span<const std::string> references);

}  // namespace rag
