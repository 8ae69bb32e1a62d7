#include "generate/citation_check.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/text.h"
#include "generate/answer_builder.h"
#include "generate/draft.h"
#include "generate/facts.h"
#include "generate/refusal.h"
#include "generate/terms.h"

namespace rag {
namespace {

std::string without(std::string_view text, std::string_view mark) {
  std::string rest;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t found = std::min(text.find(mark, at), text.size());
    rest += text.substr(at, found - at);
    at = found + mark.size();
  }
  return rest;
}

// Marks at the start of a line belong to the layout, not to what is claimed.
std::string claim_of(const std::string& sentence) {
  std::string_view text = trim(sentence);
  while (!text.empty() && (text.front() == '-' || text.front() == '*' || text.front() == '#' || text.front() == '>' || text.front() == ' '))
    text.remove_prefix(1);
  std::string claim(text);
  for (const std::string_view mark : {"**", "__", "`"}) claim = without(claim, mark);
  return claim;
}

// The citations of a sentence that hold, or none: each passage exists and has a window that supports the sentence,
// and together they have every number and name of it.
std::vector<Support> supports_of(const DraftSentence& sentence, std::span<const Passage> passages) {
  const std::string claim = claim_of(sentence.text);
  std::vector<Support> supports;
  FactSource source;
  for (const int number : sentence.cited) {
    if (number < 1 || static_cast<std::size_t>(number) > passages.size()) continue;
    const std::size_t index = static_cast<std::size_t>(number) - 1;
    const Span span = find_support(claim, passages[index]);
    if (span.empty()) continue;
    supports.push_back({index, span});
    source.add(passages[index]);
  }
  if (!supports.empty() && !source.has_all(facts_of(claim))) supports.clear();
  return supports;
}

bool says_something(const std::string& sentence) {
  for (std::size_t i = 0; i < sentence.size();) {
    const char32_t c = next_code_point(sentence, i);
    if (is_letter(c) || is_digit(c)) return true;
  }
  return false;
}

}  // namespace

Answer check_citations(const std::string& draft, std::span<const Passage> passages, const std::string& question) {
  AnswerBuilder builder(passages);
  bool refused = false;
  std::string separator = " ";
  for (const DraftSentence& sentence : parse_draft(draft)) {
    if (sentence.before.starts_with('\n') && (separator == " " || sentence.before.size() > separator.size())) separator = sentence.before;
    if (!says_something(sentence.text)) continue;
    ++builder.usage().sentences;
    if (is_refusal(sentence.text)) {
      refused = true;
      continue;
    }
    const std::vector<Support> supports = supports_of(sentence, passages);
    builder.usage().citations_rejected += sentence.cited.size() - supports.size();
    if (supports.empty()) {
      ++builder.usage().sentences_dropped;
      continue;
    }
    builder.add(sentence.text, supports, separator);
    separator = " ";
  }
  if (!builder.empty()) return std::move(builder).finish();
  const Abstention why = passages.empty() ? Abstention::NoPassages : refused ? Abstention::ModelRefused : Abstention::NothingHeld;
  return std::move(builder).abstain(abstention_reason(why, question));
}

}  // namespace rag
