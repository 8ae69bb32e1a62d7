#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace rag {

// A content word as it is compared: NFKC, case folded; Latin words lightly stemmed, Korean ones without particles
// and verb endings.
struct Keyword {
  std::string form;
  std::vector<std::string> bigrams;  // of the characters, for CJK words; empty for others
  bool name = false;                 // a number, or a word written like a name
  bool frame = false;                // says what form an answer has, not what it is about: "steps", "이유"
  bool verb = false;                 // looks like a Korean verb before a noun ("만든"), which takes many forms
  double weight = 1.0;
};

// The content words of a text, each once, in order.  Stop words and question words (English and Korean) are left out.
std::vector<Keyword> keywords_of(std::string_view text);

// The words of a text, ready to be asked for keywords.
class TextTerms {
 public:
  TextTerms() = default;
  explicit TextTerms(std::string_view text);

  // 1 where the word occurs, a part of 1 where a related form does, 0 where nothing does.
  double match(const Keyword& keyword) const;
  bool empty() const { return words_.empty() && bigrams_.empty(); }

 private:
  std::string folded_;
  std::unordered_set<std::string> words_;
  std::unordered_set<std::string> bigrams_;
};

// Weighted share of the keywords that occur, 0 where there are none.
double coverage(const std::vector<Keyword>& keywords, const TextTerms& terms);

// Light English stemming of one folded word: plurals, -ing, -ed, -ation, -ment.
std::string stem_latin(std::string word);

// Whether a text is written mainly in Hangul, Han or kana.
bool mostly_cjk(std::string_view text);

}  // namespace rag
