#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "generate/candidate.h"

namespace rag {

// Whether a sentence only says that something is going to be told: "There are a few exceptions to these rules.", "다음과 같다."
bool is_lead_in(std::string_view sentence);

// Whether it only says that something was told: "By following these tips, you can ...", "We hope that ..."
bool is_closing(std::string_view sentence);

// Whether it praises its subject or recommends to understand it, which is no answer to anything: "Balance billing protection is an important
// part of the plan.", "We understand that ..."
bool says_little(std::string_view sentence);

// What the candidates of one passage are to each other, which stand in `candidates` from `first` on:
// - a line that ends in a colon, or leads in, and the list below it become one candidate more, `list`, behind the others;
// - a sentence that leads in, or that the next one leans on ("These include ..."), gets `announced`: the places in `candidates` of what
//   it announces, the nearest first, two at most;
// - what only closes is no answer (`complete` is taken off).
void join_lead_ins(std::string_view passage_text, std::size_t passage_begin, std::size_t first, std::vector<Candidate>& candidates);

}  // namespace rag
