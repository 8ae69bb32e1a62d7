#include "generate/conversation.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"
#include "generate/terms.h"
#include "generate/words.h"

namespace rag {
namespace {

constexpr std::size_t kMostWordsTaken = 8;
constexpr std::size_t kFewContentWords = 2;  // "병가는?" and "for part-timers?" have at most so many

// Openings that tie a question to what was said before.
constexpr std::array kOpenings = {"and ", "also ", "but ", "so ", "then ", "what about", "how about", "what if", "or ", "ok ", "okay ",
                                  "그럼", "그러면", "그리고", "그런데", "근데", "그래서", "또", "만약", "반대로", "그렇다면"};
constexpr std::array kPronouns = {"it",  "its",  "they", "them", "their", "this",   "that",   "these",    "those",  "he",     "she",    "one",   "ones",
                                  "그것", "그것은", "그건", "그게", "그걸",  "이것", "이것은", "이건",   "이게",   "이걸",   "거기",  "거기서", "여기",
                                  "그때", "그거", "그거는", "위의",  "앞의",  "같은"};

bool has_opening(const std::string& folded) {
  return std::any_of(kOpenings.begin(), kOpenings.end(), [&](std::string_view opening) { return folded.starts_with(opening); });
}

bool has_pronoun(const std::string& question) {
  for (const Word& word : words_of(question)) {
    const std::string folded = fold_case(word.text);
    if (std::find(kPronouns.begin(), kPronouns.end(), folded) != kPronouns.end()) return true;
  }
  return false;
}

std::size_t count_content(const std::vector<Keyword>& keywords) {
  return static_cast<std::size_t>(std::count_if(keywords.begin(), keywords.end(), [](const Keyword& k) { return !k.frame; }));
}

bool leans_on_history(const std::string& question) {
  const std::string folded = collapse_white_space(fold_case(replace_invalid_utf8(question)));
  const std::size_t content = count_content(keywords_of(folded));
  if (content == 0) return true;
  if (has_opening(folded) || has_pronoun(folded)) return content <= 2 * kFewContentWords;
  return false;
}

// Content words as they were written, so that the search sees real words and not stems.
std::vector<std::string> content_words(const std::string& question) {
  std::vector<std::string> words;
  for (const Word& word : words_of(question)) {
    const std::string folded = fold_case(word.text);
    const std::vector<Keyword> keyword = keywords_of(word.text);
    if (keyword.empty() || keyword.front().frame) continue;
    words.push_back(word.kind == WordKind::Hangul ? keyword.front().form : word.text);
    if (words.size() == kMostWordsTaken) break;
  }
  return words;
}

}  // namespace

std::string standalone_question(const std::string& question, std::span<const Turn> history) {
  if (history.empty() || !leans_on_history(question)) return question;
  const TextTerms asked(question);
  for (auto turn = history.rbegin(); turn != history.rend(); ++turn) {
    const bool leans = leans_on_history(turn->question);
    if (leans && turn + 1 != history.rend()) continue;
    std::string whole(trim(question));
    for (const std::string& word : content_words(turn->question)) {
      const std::vector<Keyword> keyword = keywords_of(word);
      if (!keyword.empty() && asked.match(keyword.front()) < 1.0) whole += ' ' + word;
    }
    return whole;
  }
  return question;
}

}  // namespace rag
