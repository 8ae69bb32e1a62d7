#include <algorithm>
#include <optional>
#include <unordered_set>

#include "core/text.h"
#include "generate/questions/english_clause.h"
#include "generate/questions/english_words.h"

namespace rag {
namespace {

using Set = std::unordered_set<std::string_view>;
using Words = std::vector<std::string>;

class EnglishStatement {
 public:
  EnglishStatement(const std::string& sentence, const WordForms& forms) : forms_(forms), sentence_words_(blank_separated(sentence)) {
    while (!sentence_words_.empty() && sentence_words_.back().ends_with('.')) sentence_words_.back().pop_back();
    clause_ = english_clause(sentence, forms);
  }

  std::vector<QuestionDraft> questions() {
    meaning();
    what_to_do();
    if (clause_ && !two_statements()) {
      const bool asked = reason() || agent() || when() || copula_value() || amount() || whom() || definition() || purpose() || content();
      if (asked)
        made_.back().vague =
            clause_->subject == "you" || (clause_->copula && made_.back().kind != QuestionKind::Definition &&
                                          clause_->subject.starts_with("the ") && blank_separated(clause_->subject).size() < 3);
    }
    return std::move(made_);
  }

 private:
  // "Claims are paid monthly and must be sent in by Friday": the second would have to be turned as well.
  bool two_statements() const {
    static const Set kFinite = {"is",     "are",  "was",   "were", "can",  "could", "may",  "must", "shall",
                                "should", "will", "would", "has",  "have", "do",    "does", "did"};
    for (std::size_t i = 1; i + 1 < rest().size(); ++i)
      if (rest()[i] == "and" || rest()[i] == "but" || rest()[i] == "or")
        for (std::size_t j = i + 1; j < rest().size() && j <= i + 6; ++j)
          if (kFinite.contains(rest()[j])) return true;
    return false;
  }

  const Words& rest() const { return clause_->rest; }
  std::string words(std::size_t begin, std::size_t end) const { return joined(rest(), begin, end); }

  bool add(std::string text, std::string answer, QuestionKind kind) {
    made_.push_back({std::move(text), std::move(answer), kind});
    return true;
  }

  // "WH must claims be sent in": what is left of the statement behind the word that asks.
  std::string turned(const std::string& asking, std::size_t begin, std::size_t end) const {
    return asking + " " + clause_->auxiliary + " " + clause_->subject + (begin < end ? " " + words(begin, end) : "") + "?";
  }

  // No comma, no further clause before `end`.
  bool plain_until(std::size_t end) const {
    static const Set kClauses = {"which", "who",      "whose", "where", "when", "if",   "because", "unless", "but",
                                 "while", "although", "so",    "it",    "they", "this", "these",   "that"};
    for (std::size_t i = 0; i < end; ++i)
      if (rest()[i].find_first_of(",;:") != std::string::npos || kClauses.contains(rest()[i])) return false;
    return true;
  }
  bool plain_from(std::size_t begin) const {
    static const Set kClauses = {"which", "who",      "whose", "where", "if", "because", "unless", "but",
                                 "while", "although", "so",    "and",   "or", "it",      "they"};
    for (std::size_t i = begin; i < rest().size(); ++i)
      if (rest()[i].find_first_of(",;:()") != std::string::npos || kClauses.contains(rest()[i])) return false;
    return true;
  }

  // "X means Y", "X refers to Y", "X is defined as Y".
  void meaning() {
    static constexpr std::string_view kMeans[] = {"means", "refers"};
    for (std::size_t i = 1; i < std::min<std::size_t>(5, sentence_words_.size()); ++i) {
      if (std::ranges::find(kMeans, sentence_words_[i]) == std::end(kMeans)) continue;
      const std::size_t behind = i + (sentence_words_[i] == "refers" ? 2 : 1);
      if (behind + 2 >= sentence_words_.size() || sentence_words_[behind] == "that" || !plain_term(i)) return;
      if (sentence_words_[i] == "refers" && sentence_words_[i + 1] != "to") return;
      const std::string verb = sentence_words_[i] == "refers" ? "refer to" : "mean";
      add("What does " + term(i) + " " + verb + "?", joined(sentence_words_, behind, sentence_words_.size()), QuestionKind::Definition);
      return;
    }
  }

  // A name or a bare noun: no article but "a", no verb, nothing that points elsewhere.
  bool plain_term(std::size_t end) const {
    static const Set kNo = {"the",    "this",    "that",    "these",  "those",   "it",      "they",   "he",       "she",     "we",
                            "i",      "you",     "there",   "here",   "what",    "one",     "each",   "every",    "all",     "both",
                            "some",   "many",    "most",    "such",   "another", "who",     "which",  "in",       "on",      "at",
                            "by",     "to",      "for",     "from",   "with",    "as",      "if",     "when",     "while",   "and",
                            "or",     "but",     "also",    "first",  "second",  "third",   "next",   "last",     "example", "other",
                            "no",     "none",    "its",     "his",    "her",     "their",   "our",    "your",     "my",      "not",
                            "often",  "usually", "section", "table",  "figure",  "chapter", "part",   "page",     "step",    "result",
                            "reason", "problem", "purpose", "goal",   "aim",     "idea",    "method", "approach", "model",   "value",
                            "sometimes", "generally", "typically", "currently", "always", "never", "perhaps", "there's",
                            "number", "today",   "now",     "people", "only",    "are",     "be",     "being",    "using"};
    for (std::size_t i = 0; i < end; ++i) {
      const std::string word = fold_case(sentence_words_[i]);
      if (kNo.contains(word) || sentence_words_[i].find_first_of(",;:()[]\"'") != std::string::npos || has_digit(word)) return false;
    }
    return end > 0 && (end > 1 || sentence_words_[0].size() > 3);
  }
  std::string term(std::size_t end) const {
    Words name(sentence_words_.begin(), sentence_words_.begin() + static_cast<std::ptrdiff_t>(end));
    name.front() = forms_.inside_sentence(name.front(), end > 1 ? name[1] : "");
    return joined(name, 0, name.size());
  }

  // "A fit note is a statement from a doctor."
  bool definition() {
    if (!clause_->copula || rest().size() < 4) return false;
    const std::string& article = rest()[0];
    if (article != "a" && article != "an") return false;
    std::size_t at = 0;
    while (at < sentence_words_.size() && fold_case(sentence_words_[at]) != clause_->auxiliary) ++at;
    if (at > 4 || !plain_term(at) || (clause_->auxiliary != "is" && clause_->auxiliary != "was" && clause_->auxiliary != "are"))
      return false;
    static const Set kVague = {"good",     "great",     "very",    "few",       "lot",         "bit",       "way",      "result",
                               "part",     "kind",      "common",  "popular",   "crucial",     "key",       "major",    "simple",
                               "new",      "better",    "must",    "number",    "matter",      "little",    "big",      "useful",
                               "powerful", "long",      "natural", "important", "excellent",   "essential", "critical", "vital",
                               "member",   "list",      "series",  "single",    "set",         "bad",       "nice",     "distinct",
                               "integral", "effective", "helpful", "valuable",  "significant", "necessary", "standard", "typical",
                               "minimum",  "maximum",   "safe",    "different", "allowed",    "approved",  "optional"};
    if (kVague.contains(rest()[1])) return false;
    return add("What " + clause_->auxiliary + " " + term(at) + "?", words(0, rest().size()), QuestionKind::Definition);
  }

  bool reason() {
    for (std::size_t i = 1; i + 2 < rest().size(); ++i) {
      const bool because = rest()[i] == "because" && rest()[i + 1] != "of";
      const bool due = rest()[i] == "due" && rest()[i + 1] == "to";
      if (!because && !due) continue;
      if (!plain_until(i)) return false;
      return add(turned("Why", 0, i), words(i, rest().size()), QuestionKind::Reason);
    }
    return false;
  }

  // "is approved by the line manager".
  bool agent() {
    if (clause_->imperative || rest().size() < 3) return false;
    for (std::size_t i = rest().size() - 2; i > 0 && i + 6 > rest().size(); --i) {
      if (rest()[i] != "by") continue;
      const bool passive = rest()[i - 1].ends_with("ed") || rest()[i - 1] == "given" || rest()[i - 1] == "made" ||
                           rest()[i - 1] == "paid" || rest()[i - 1] == "chosen";
      const bool by_somebody = is_role(rest().back()) && !has_digit(words(i, rest().size()));
      if (std::ranges::find(rest().begin(), rest().begin() + static_cast<std::ptrdiff_t>(i), "and") !=
          rest().begin() + static_cast<std::ptrdiff_t>(i))
        return false;
      const bool be = clause_->copula || rest()[0] == "be";
      if (!passive || !by_somebody || !be || !plain_until(i) || !plain_from(i)) return false;
      return add(turned("Who", 0, i).substr(0, turned("Who", 0, i).size() - 1) + " by?", words(i + 1, rest().size()), QuestionKind::Person);
    }
    return false;
  }

  // A time at the end: "within 30 days of the trip", "by 31 March", "at 09:30", "on the 25th of each month", "in 1998".
  bool when() {
    for (std::size_t i = 1; i + 1 < rest().size() || (i < rest().size() && is_year(rest().back())); ++i) {
      if (i + 1 >= rest().size()) return false;
      const std::string& word = rest()[i];
      std::string asking;
      if (word == "within" && (duration_at(rest(), i + 1) > 0))
        asking = "Within what time";
      else if (word == "by" && is_point_in_time(rest(), i + 1))
        asking = "By when";
      else if (word == "until" && is_point_in_time(rest(), i + 1))
        asking = "Until when";
      else if (word == "before" && is_point_in_time(rest(), i + 1))
        asking = "Before what time";
      else if ((word == "on" || word == "in" || word == "at" || word == "from" || word == "since") && is_point_in_time(rest(), i + 1))
        asking = word == "since" ? "Since when" : word == "from" ? "From when" : "When";
      else if (word == "for" && duration_at(rest(), i + 1) > 0)
        asking = "For how long";
      else if (word == "every" && !(clause_->copula && !rest()[0].ends_with("ed")) &&
               (is_time_unit(rest()[i + 1]) || duration_at(rest(), i + 1) > 0) && i + 3 >= rest().size())
        asking = "How often";
      if (asking.empty()) continue;
      if (rest()[i - 1] == "expressed" || rest()[i - 1] == "effect") return false;
      if (!plain_until(i) || !plain_from(i) || rest().size() - i > 9) return false;
      // "Before what time on the first day": a day that is told behind the time belongs to the answer.
      if (asking == "From when" && words(i, rest().size()).find(" to ") != std::string::npos) asking = "When";
      if (clause_->copula && i == 0) return false;
      return add(turned(asking, 0, i), words(i, rest().size()), QuestionKind::Time);
    }
    return false;
  }

  // "The notice period is three months", "The deadline is 31 March", "The fee is £20".
  bool copula_value() {
    if (!clause_->copula || !plain_from(0)) return false;
    const std::size_t at = behind_approximation(0);
    if (at >= rest().size()) return false;
    const std::string answer = words(0, rest().size());
    if (blank_separated(clause_->subject).size() < 2) return false;
    if (const std::size_t length = duration_at(rest(), at); length > 0) {
      const std::string next = at + length < rest().size() ? rest()[at + length] : "";
      if (!next.empty() && next != "from" && next != "per" && next != "for" && next != "in" && next != "a") return false;
      return add(turned("How long", 0, 0), answer, QuestionKind::Quantity);
    }
    if (is_money(rest()[at])) return add(turned("How much", 0, 0), answer, QuestionKind::Quantity);
    if (is_point_in_time(rest(), at) && rest()[at] != "the" && rest().size() - at <= 5)
      return add(turned("When", 0, 0), answer, QuestionKind::Time);
    if ((is_number(rest()[at]) && at + 1 < rest().size() && (rest()[at + 1] == "percent" || rest()[at + 1] == "per")) ||
        (rest()[at].ends_with('%') && has_digit(rest()[at])))
      return add(turned("What", 0, 0), answer, QuestionKind::Quantity);
    return false;
  }

  // "at most", "about" and their like, which stand before a quantity.
  std::size_t behind_approximation(std::size_t at) const {
    static const Set kWords = {"about",    "only",    "approximately", "around", "currently", "usually",
                               "normally", "roughly", "exactly",       "nearly", "almost"};
    for (; at + 1 < rest().size(); ++at) {
      const std::string& next = rest()[at + 1];
      if ((rest()[at] == "at" && (next == "most" || next == "least")) || (rest()[at] == "up" && next == "to"))
        ++at;
      else if (!kWords.contains(rest()[at]))
        break;
    }
    return at;
  }

  // An object that is counted, behind the verb: "may carry at most five unused days into the next year".
  bool amount() {
    if (rest().empty() || (clause_->copula && !rest()[0].ends_with("ed"))) return false;
    for (std::size_t i = 1; i <= 2 && i < rest().size(); ++i) {
      const std::size_t at = behind_approximation(i);
      if (at >= rest().size() || (at == i && i == 2 && is_preposition(rest()[1]))) continue;
      if (is_money(rest()[at])) {
        std::size_t end = at + 1;
        if (end < rest().size() && (rest()[end] == "million" || rest()[end] == "billion")) ++end;
        if (end < rest().size() && !is_preposition(rest()[end])) return false;
        if (!plain_until(rest().size())) return false;
        return add(counted("How much", i, end), words(i, end), QuestionKind::Quantity);
      }
      if (!is_number(rest()[at]) || is_year(rest()[at])) continue;
      std::size_t end = at + 1;
      while (end < rest().size() && end <= at + 3 && !is_preposition(rest()[end])) ++end;
      if (end == at + 1 || (end < rest().size() && !is_preposition(rest()[end])) || !rest()[end - 1].ends_with('s') ||
          is_money(rest()[end - 1]))
        return false;
      if (!plain_until(rest().size()) || (end < rest().size() && (rest()[end] == "and" || rest()[end] == "or" || rest()[end] == "than" ||
                                                                  rest()[end] == "to" || rest()[end] == "of")))
        return false;
      return add(counted("How many " + words(at + 1, end), i, end), words(i, end), QuestionKind::Quantity);
    }
    return false;
  }
  std::string counted(const std::string& asking, std::size_t begin, std::size_t end) const {
    return asking + " " + clause_->auxiliary + " " + clause_->subject + " " + words(0, begin) +
           (end < rest().size() ? " " + words(end, rest().size()) : "") + "?";
  }

  // "If you lose your badge, tell security at once."
  void what_to_do() {
    static const Set kConditions = {"If", "When", "Before", "After", "Once", "While", "Whenever"};
    static const Set kDuties = {"must", "should", "can", "may"};
    static const Set kNoDeeds = {"not",  "be", "have", "also", "receive", "see",    "need",  "know", "get",  "expect", "never",
                                 "only", "no", "want", "feel", "find", "decide",    "notice", "still", "wish", "like", "prefer"};
    static const Set kElsewhere = {"that", "this",      "it",       "they",   "these",      "those", "there", "so", "not",
                                   "any",  "necessary", "possible", "needed", "applicable", "he",    "she",   "no"};
    if (sentence_words_.size() > 2 && kElsewhere.contains(fold_case(sentence_words_[1]))) return;
    static const Set kDone = {"contact", "ask",      "tell",  "call",   "notify", "inform",  "email",    "report",  "submit", "send",
                              "use",     "complete", "check", "enter",  "return", "take",    "make",     "fill",    "open",   "click",
                              "add",     "follow",   "talk",  "reach",  "visit",  "post",    "write",    "select",  "choose", "let",
                              "keep",    "leave",    "wear",  "remove", "update", "create",  "schedule", "request", "read",   "set",
                              "run",     "provide",  "apply", "work",   "speak",  "discuss", "file",     "review",  "wait",   "stop",
                              "turn",    "press",    "lock",  "change", "bring",  "get"};
    if (sentence_words_.size() < 8 || !kConditions.contains(sentence_words_[0])) return;
    std::size_t comma = 1;
    while (comma < sentence_words_.size() && !sentence_words_[comma].ends_with(',')) ++comma;
    if (comma < 3 || comma > 14 || comma + 3 >= sentence_words_.size() || fold_case(sentence_words_[1]).ends_with("ing")) return;
    std::string condition = fold_case(sentence_words_[0]) + " " + joined(sentence_words_, 1, comma + 1);
    condition.pop_back();
    const std::string& next = sentence_words_[comma + 1];
    if (next == "you" || next == "employees" || next == "users" || next == "visitors") {
      const std::string& duty = sentence_words_[comma + 2];
      if (!kDuties.contains(duty) || kNoDeeds.contains(sentence_words_[comma + 3])) return;
      const std::size_t deed = comma + 3 + (sentence_words_[comma + 3] == "then" ? 1 : 0);
      add("What " + duty + " " + next + " do " + condition + "?", joined(sentence_words_, deed, sentence_words_.size()), QuestionKind::Action);
    } else if (kDone.contains(next)) {
      add("What should you do " + condition + "?", joined(sentence_words_, comma + 1, sentence_words_.size()), QuestionKind::Action);
    }
  }

  // "X is used to ...", "X is responsible for ...", "X aims to ...".
  bool purpose() {
    if (clause_->imperative || rest().size() < 4 || !named_subject() || !plain_until(rest().size())) return false;
    const std::string two = words(0, 2);
    if (clause_->copula && (two == "used to" || two == "used for"))
      return add(turned("What", 0, 1).substr(0, turned("What", 0, 1).size() - 1) + " for?", words(1, rest().size()), QuestionKind::Content);
    if (clause_->copula && two == "responsible for") return add(turned("What", 0, 2), words(2, rest().size()), QuestionKind::Content);
    if (clause_->copula && (two == "designed to" || two == "required to" || two == "expected to" || two == "intended to"))
      return add(turned("What", 0, 2).substr(0, turned("What", 0, 2).size() - 1) + " do?", words(2, rest().size()), QuestionKind::Content);
    if (two == "aim to")
      return add(turned("What", 0, 2).substr(0, turned("What", 0, 2).size() - 1) + " do?", words(2, rest().size()), QuestionKind::Content);
    return false;
  }

  // "X includes ...", "X covers ...": what.
  bool content() {
    static const Set kVerbs = {"include",   "cover",     "offer",    "provide", "contain", "require", "support",
                               "measure",   "determine", "describe", "oversee", "exclude", "combine", "produce",
                               "represent", "prevent",   "reduce",   "manage",  "host"};
    if (clause_->imperative || clause_->copula || rest().size() < 4 || rest().size() > 22 || !kVerbs.contains(rest()[0]) ||
        (clause_->auxiliary != "does" && clause_->auxiliary != "do" && clause_->auxiliary != "did") || !named_subject())
      return false;
    if (is_preposition(rest()[1]) || rest()[1] == "that" || rest()[1] == "you" || rest()[1] == "us" || rest()[1] == "them" ||
        rest()[1] == "it")
      return false;
    static const Set kClauses = {"which", "who",   "whose",    "where", "when", "if",   "because", "unless",
                                 "but",   "while", "although", "so",    "it",   "they", "this"};
    for (const std::string& word : rest())
      if (kClauses.contains(word)) return false;
    return add(turned("What", 0, 1), words(1, rest().size()), QuestionKind::Content);
  }

  // A subject that is a name, or has a noun that says more than "the plan".
  bool named_subject() const {
    const Words subject = blank_separated(clause_->subject);
    const bool article = subject.front() == "the" || subject.front() == "a" || subject.front() == "an" || subject.front() == "your" ||
                         subject.front() == "our" || subject.front() == "all";
    return subject.size() > (article ? 2U : 1U) || (!article && subject.front()[0] >= 'A' && subject.front()[0] <= 'Z');
  }

  // "Tell your manager before ...": whom.
  bool whom() {
    static const Set kTold = {"ask", "tell", "contact", "call", "notify", "inform", "email"};
    if (!clause_->imperative || !kTold.contains(rest()[0])) return false;
    std::size_t end = 1;
    if (rest().size() < 3 || (rest()[1] != "the" && rest()[1] != "your" && rest()[1] != "a" && rest()[1] != "an")) return false;
    while (end < rest().size() && !is_preposition(rest()[end])) ++end;
    if (end < rest().size() && (rest()[end] == "or" || rest()[end] == "and")) return false;
    if (end < 2 || end > 5 || !is_role(rest()[end - 1]) || !plain_until(rest().size()) || end + 1 >= rest().size()) return false;
    return add("Who should you " + rest()[0] + " " + words(end, rest().size()) + "?", words(1, end), QuestionKind::Person);
  }

  const WordForms& forms_;
  Words sentence_words_;
  std::optional<EnglishClause> clause_;
  std::vector<QuestionDraft> made_;
};

}  // namespace

std::vector<QuestionDraft> english_questions(const std::string& sentence, const WordForms& forms) {
  return EnglishStatement(sentence, forms).questions();
}

}  // namespace rag
