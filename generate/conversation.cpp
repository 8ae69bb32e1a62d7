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
constexpr std::array kOpenings = {"and ",    "also ", "but ",   "so ",   "then ", "what about", "how about",
                                  "what if", "or ",   "ok ",    "okay ", "그럼",  "그러면",     "그리고",
                                  "그런데",  "근데",  "그래서", "또",    "만약",  "반대로",     "그렇다면"};
constexpr std::array kPronouns = {"it",   "its",    "they", "them", "their", "these",  "those",  "he",   "she",  "ones",
                                  "그것", "그것은", "그건", "그게", "그걸",  "이것",   "이것은", "이건", "이게", "이걸",
                                  "거기", "거기서", "여기", "그때", "그거",  "그거는", "위의",   "앞의"};
// A short piece that asks something of its own stands alone: "휴가는 며칠인가요?"
constexpr std::array kAsking = {"what", "when",   "where", "who",  "why",  "how",  "which", "is",   "are",    "do",   "does",
                                "can",  "should", "무엇",  "언제", "어디", "누구", "누가",  "왜",   "어떻게", "어떤", "얼마",
                                "며칠", "몇",     "뭐",    "무슨", "어느", "인가", "나요",  "까요", "습니까", "니까"};

bool has_opening(const std::string& folded) {
  return std::any_of(kOpenings.begin(), kOpenings.end(), [&](std::string_view opening) { return folded.starts_with(opening); });
}

std::size_t count_content(std::string_view text) {
  const std::vector<Keyword> keywords = keywords_of(text);
  return static_cast<std::size_t>(std::count_if(keywords.begin(), keywords.end(), [](const Keyword& k) { return !k.frame; }));
}

// A pronoun with nothing before it in the question that it could mean.
bool has_open_pronoun(const std::vector<Word>& words) {
  std::string before;
  for (const Word& word : words) {
    const std::string folded = fold_case(word.text);
    if (std::find(kPronouns.begin(), kPronouns.end(), folded) != kPronouns.end()) return count_content(before) <= 1;
    before += ' ' + folded;
  }
  return false;
}

bool asks(const std::vector<Word>& words) {
  return std::any_of(words.begin(), words.end(), [](const Word& word) {
    const std::string folded = fold_case(word.text);
    return std::any_of(kAsking.begin(), kAsking.end(), [&](std::string_view asking) {
      return word.kind == WordKind::Hangul ? folded.find(asking) != std::string::npos : folded == asking;
    });
  });
}

bool leans_on_history(const std::string& question) {
  const std::string folded = collapse_white_space(fold_case(replace_invalid_utf8(question)));
  const std::vector<Word> words = words_of(folded);
  const std::size_t content = count_content(folded);
  if (content == 0) return true;
  if (has_opening(folded) && content <= kFewContentWords) return true;
  if (has_open_pronoun(words) && content <= 2 * kFewContentWords) return true;
  return folded.ends_with('?') && content <= kFewContentWords && words.size() <= 4 && !asks(words);
}

// Content words as they were written, so that the search sees real words and not stems.
std::vector<std::string> content_words(const std::string& question) {
  std::vector<std::string> words;
  for (const Word& word : words_of(question)) {
    const std::string folded = fold_case(word.text);
    const std::vector<Keyword> keyword = keywords_of(word.text);
    if (keyword.empty() || (keyword.front().frame && word.kind == WordKind::Hangul)) continue;
    words.push_back(word.kind == WordKind::Hangul ? keyword.front().form : word.text);
    if (words.size() == kMostWordsTaken) break;
  }
  return words;
}

}  // namespace

std::string standalone_question(const std::string& question, std::span<const Turn> history) {
  if (history.empty() || !leans_on_history(question)) return question;
  std::string whole(trim(question));
  std::size_t taken = 0;
  // Back to the question that stood alone: those between add their own words.
  for (auto turn = history.rbegin(); turn != history.rend() && taken < kMostWordsTaken; ++turn) {
    for (const std::string& word : content_words(turn->question)) {
      if (taken == kMostWordsTaken) break;
      const std::vector<Keyword> keyword = keywords_of(word);
      if (keyword.empty() || TextTerms(whole).match(keyword.front()) >= 1.0) continue;
      whole += ' ' + word;
      ++taken;
    }
    if (!leans_on_history(turn->question)) break;
  }
  return whole;
}

}  // namespace rag
