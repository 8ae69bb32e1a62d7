#include "generate/questions/question_checks.h"

#include <algorithm>
#include <unordered_set>

#include "core/text.h"
#include "generate/questions/sentence_questions.h"
#include "generate/terms.h"
#include "generate/words.h"

namespace rag {
namespace {

using Set = std::unordered_set<std::string_view>;

const Set& pointing_words() {
  static const Set words = {"this",     "these",   "those",          "it",         "they",         "them",      "he",
                            "she",      "him",     "such",           "above",      "below",        "following", "latter",
                            "former",   "here",    "aforementioned", "herein",     "thereof",      "therein",   "i",
                            "my",       "me",      "figure",         "fig",        "table",        "eq",        "equation",
                            "appendix", "theorem", "lemma",          "previously", "respectively", "said"};
  return words;
}

const Set& connectives() {
  static const Set words = {
      "however", "therefore", "thus",      "hence",   "moreover",     "furthermore", "also",      "and",     "but",    "or",
      "so",      "then",      "otherwise", "instead", "additionally", "similarly",   "meanwhile", "finally", "first",  "second",
      "third",   "next",      "for",       "in",      "on",           "at",          "if",        "when",    "while",  "although",
      "because", "since",     "as",        "after",   "before",       "with",        "without",   "to",      "from",   "by",
      "under",   "during",    "there",     "here",    "what",         "who",         "how",       "why",     "where",  "which",
      "that",    "yes",       "no",        "not",     "nor",          "like",        "unlike",    "note",    "please", "see",
      "let",     "today",     "now",       "another", "other",        "both",        "one",       "once",    "unless", "until"};
  return words;
}

const Set& korean_pointing_words() {
  static const Set words = {
      "이",     "그",       "저",       "이는",     "이를",       "이에",   "이로",   "이때",   "그는",   "그녀는", "그의",     "그녀의",
      "그가",   "그를",     "이것은",   "이것이",   "그것은",     "그것이", "해당",   "본",     "동",     "위",     "위의",     "아래",
      "아래의", "다음",     "다음의",   "다음과",   "앞의",       "앞서",   "상기",   "이러한", "이런",   "그런",   "그러한",   "이와",
      "그와",   "이후",     "이들은",   "이들의",   "이들이",     "그들은", "그들의", "여기",   "여기에", "여기서", "거기",     "당시",
      "같은",   "이곳은",   "이곳에",   "그곳",     "나는",       "내가",   "저는",   "제가",   "전자는", "후자는", "이번",     "그해",
      "이에게", "그에게",   "이로써",   "이하",     "전항",       "전항의", "동법",   "이렇게", "그렇게", "그렇지", "그러므로", "다음을",
      "다음과", "다음에는", "이처럼",   "그러면",   "이러면",     "그것",   "이것",   "그거",   "이것이", "두",     "어떤",     "여러분의",
      "당신의", "그래야",   "이어서",   "지금",     "현재로서는", "아래는", "아래에", "다음은", "다음에", "우리는", "우리가",   "방금",
      "위에서", "예시에서", "예제에서", "여러분은", "여러분이",   "당신은", "당신이"};
  return words;
}

const Set& korean_connectives() {
  static const Set words = {"또한",       "따라서", "그러나", "하지만",     "다만",   "다만,",    "단",     "단,",    "즉",     "즉,",
                            "예를",       "그리고", "그래서", "그런데",     "한편",   "한편,",    "결국",   "특히",   "반면",   "반면에",
                            "만약",       "만일",   "물론",   "또",         "또는",   "왜냐하면", "이제",   "현재",   "실제로", "사실",
                            "각",         "예컨대", "예를",   "마찬가지로", "대신",   "대신에",   "첫째",   "둘째",   "셋째",   "먼저",
                            "마지막으로", "이어",   "이어서", "이밖에",     "그밖에", "아울러",   "더불어", "나아가", "오히려",
                            "결과적으로", "추가로", "추가적으로", "반대로", "덧붙여", "요컨대", "그렇다면", "그럼에도", "최종적으로"};
  return words;
}

bool balanced(std::string_view text, std::string_view open, std::string_view close) {
  std::size_t opened = 0, closed = 0;
  for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at + open.size())) ++opened;
  for (std::size_t at = text.find(close); at != std::string_view::npos; at = text.find(close, at + close.size())) ++closed;
  return open == close ? opened % 2 == 0 : opened == closed;
}

bool has_ordinary_signs(const std::string& text) {
  for (const std::string_view sign : {"|",   "=", "{", "}", "<", ">", "\\", "_", "©",  "®",  "™",  "…",  "...", "http", "www.", " - ",
                                      " & ", "@", "[", "]", "•", "·", "→",  "☐", "※",  "\t", "“",  "”",  "\"",  "、",   " / ",  "—",
                                      "–",   "!", "?", ";", "+", "~", "#",  "^", "「", "『", "〈", "《", "…",   "��"})
    if (text.find(sign) != std::string::npos) return false;
  std::size_t letters = 0, others = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (is_letter(c))
      ++letters;
    else if (c != ' ')
      ++others;
  }
  return letters >= 12 && others * 4 <= letters && balanced(text, "(", ")") && balanced(text, "‘", "’");
}

std::string bare(std::string word) {
  std::erase_if(word, [](char c) { return c == ',' || c == '.' || c == '(' || c == ')' || c == ':' || c == '\''; });
  return fold_case(word);
}

// "If you ..., tell ...": asked about as a whole.
bool opens_condition(const std::string& first) {
  return first == "If" || first == "When" || first == "Before" || first == "After" || first == "Once" || first == "While" ||
         first == "Whenever";
}

bool english_stands(const std::vector<std::string>& words) {
  if (words.size() < 5 || words.size() > 28) return false;
  const char first = words.front()[0];
  if (first < 'A' || first > 'Z' || (connectives().contains(bare(words.front())) && !opens_condition(words.front()))) return false;
  std::size_t capitals = 0;
  for (const std::string& word : words) {
    if (pointing_words().contains(bare(word)) || word.size() > 24) return false;
    capitals += word[0] >= 'A' && word[0] <= 'Z';
  }
  return 2 * capitals <= words.size() + 2;  // more are headlines or lists of names
}

bool korean_stands(const std::vector<std::string>& words) {
  if (words.size() < 3 || words.size() > 22) return false;
  if (korean_connectives().contains(words.front()) || words.front().ends_with(',')) return false;
  return std::ranges::none_of(words, [](const std::string& word) {
    const std::size_t begin = word.starts_with('(') ? 1 : 0, end = word.size() - (word.ends_with(',') ? 1 : 0);
    return korean_pointing_words().contains(std::string_view(word).substr(begin, end - begin));
  });
}

std::vector<std::string> forms_of(const std::string& text) {
  std::vector<std::string> forms;
  for (const Keyword& keyword : keywords_of(text)) forms.push_back(keyword.form);
  std::ranges::sort(forms);
  return forms;
}

std::vector<std::string> folded_words(const std::string& text) {
  std::vector<std::string> words;
  for (const Word& word : words_of(text)) words.push_back(fold_case(word.text));
  return words;
}

bool has_digit(const std::string& word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool stands_for_itself(const std::string& sentence, const std::string& language) {
  if (!sentence.ends_with('.') || sentence.size() > 330 || sentence.find(": ") != std::string::npos || !has_ordinary_signs(sentence))
    return false;
  const std::vector<std::string> words = blank_separated(sentence);
  return language == "ko" ? korean_stands(words) : english_stands(words);
}

bool gives_itself_away(const std::string& question, const std::string& answer) {
  const TextTerms asked(question);
  const std::vector<Keyword> keywords = keywords_of(answer);
  const std::vector<std::string> words = folded_words(question);
  bool any_number = false, number_stands = true;
  for (const std::string& word : folded_words(answer))
    if (has_digit(word)) {
      any_number = true;
      number_stands = number_stands && std::ranges::find(words, word) != words.end();
    }
  if (any_number) return number_stands;
  return !keywords.empty() && std::ranges::all_of(keywords, [&](const Keyword& keyword) { return asked.match(keyword) >= 1; });
}

bool goes_in_a_circle(const std::string& question, const std::string& answer) {
  const TextTerms said(answer);
  const std::vector<Keyword> term = keywords_of(question);
  return !term.empty() && std::ranges::all_of(term, [&](const Keyword& keyword) { return keyword.frame || said.match(keyword) >= 1; });
}

bool breaks_off(const std::string& text) {
  static const Set kOpen = {"of", "the", "a",  "an",  "and",  "or",  "to",    "for",  "in",    "on",  "at", "by",   "with", "from",
                            "is", "are", "as", "per", "your", "our", "their", "that", "which", "who", "및", "또는", "등의"};
  const std::size_t blank = text.rfind(' ');
  return text.ends_with(',') || text.ends_with('-') || text.ends_with("...") || text.ends_with(' ') ||
         kOpen.contains(fold_case(blank == std::string::npos ? text : text.substr(blank + 1)));
}

std::size_t copied_words(const std::string& question, const std::string& text) {
  const std::vector<std::string> a = folded_words(question), b = folded_words(text);
  std::vector<std::size_t> runs(b.size() + 1, 0);
  std::size_t longest = 0;
  for (const std::string& word : a) {
    for (std::size_t j = b.size(); j > 0; --j) {
      runs[j] = word == b[j - 1] ? runs[j - 1] + 1 : 0;
      longest = std::max(longest, runs[j]);
    }
  }
  return longest;
}

bool NearQuestions::add(const std::string& question) {
  const std::vector<std::string> words = forms_of(question);
  for (const std::vector<std::string>& known : kept_) {
    std::vector<std::string> both, apart;
    std::ranges::set_intersection(words, known, std::back_inserter(both));
    std::ranges::set_symmetric_difference(words, known, std::back_inserter(apart));
    const std::size_t all = both.size() + apart.size();
    const bool other_number = std::ranges::any_of(apart, has_digit);
    if (all == 0 || (!other_number && 5 * both.size() >= 4 * all)) return false;
  }
  kept_.push_back(words);
  return true;
}

std::size_t content_words(const std::string& question) {
  return static_cast<std::size_t>(std::ranges::count_if(keywords_of(question), [](const Keyword& keyword) { return !keyword.frame; }));
}

}  // namespace rag
