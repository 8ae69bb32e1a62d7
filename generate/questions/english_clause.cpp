#include "generate/questions/english_clause.h"

#include <algorithm>
#include <unordered_set>

#include "core/text.h"

namespace rag {
namespace {

using Set = std::unordered_set<std::string_view>;

constexpr std::size_t kLongestSubject = 8;

const Set& auxiliaries() {
  static const Set words = {"is", "are", "was", "were", "can", "could", "may", "must", "shall", "should", "will", "would"};
  return words;
}
const Set& forms_of_be() {
  static const Set words = {"is", "are", "was", "were"};
  return words;
}

// Verbs that can be asked for with "do"; their forms in -s and -ed follow the rules, those that do not are below.
constexpr std::string_view kVerbs[] = {
    "add",      "affect",    "allocate",  "announce",   "appoint", "approve",  "assess",    "award",   "calculate",  "combine",
    "complete", "conduct",   "connect",   "consider",   "contact", "convert",  "create",    "define",  "deliver",    "depend",
    "describe", "determine", "develop",   "distribute", "divide",  "enable",   "encourage", "ensure",  "establish",  "evaluate",
    "examine",  "exclude",   "expect",    "explain",    "form",    "generate", "help",      "host",    "identify",   "implement",
    "improve",  "involve",   "issue",     "maintain",   "manage",  "need",     "notify",    "occur",   "operate",    "oversee",
    "perform",  "permit",    "prevent",   "process",    "produce", "prohibit", "promote",   "protect", "prove",      "recommend",
    "reduce",   "refer",     "register",  "remain",     "remove",  "replace",  "represent", "review",  "separate",   "serve",
    "store",    "submit",    "transform", "translate",  "treat",   "update",   "validate",  "verify",  "cover",      "offer",
    "provide",  "support",   "use",       "handle",     "list",    "aim",      "focus",     "believe", "measure",    "get",
    "receive",  "pay",       "cost",      "take",       "last",    "include",  "contain",   "require", "run",        "start",
    "begin",    "end",       "open",      "close",      "expire",  "apply",    "weigh",     "allow",   "contribute", "reimburse",
    "earn",     "hold",      "consist",   "employ",     "keep",    "grant",    "arrive",    "die",     "join",       "move",
    "increase", "decrease",  "collect",   "reach",      "return",  "sign",     "release",   "publish", "adopt",      "launch",
    "acquire",  "win",       "become",    "grow",       "rise",    "fall",     "sell",      "spend"};

struct IrregularForm {
  std::string_view form, base;
  bool past = true;
};
constexpr IrregularForm kIrregular[] = {{"has", "have", false}, {"have", "have", false}, {"took", "take"}, {"began", "begin"},
                                        {"became", "become"},   {"won", "win"},          {"paid", "pay"},  {"grew", "grow"},
                                        {"rose", "rise"},       {"fell", "fall"},        {"sold", "sell"}, {"spent", "spend"},
                                        {"held", "hold"},       {"kept", "keep"},        {"ran", "run"},   {"got", "get"}};

// The base of a finite form, "" where it is no verb we know.
std::string base_of(const std::string& form) {
  for (const IrregularForm& irregular : kIrregular)
    if (form == irregular.form) return std::string(irregular.base);
  for (const std::string_view base : kVerbs) {
    if (!form.starts_with(base.substr(0, base.size() - 1))) continue;
    const std::string plain(base);
    const std::string stem = plain.substr(0, plain.size() - 1);
    const bool consonant_y =
        plain.ends_with('y') && plain.size() > 2 && std::string_view("aeiou").find(plain[plain.size() - 2]) == std::string_view::npos;
    if (form == plain || form == plain + "s" || form == plain + "es" || form == plain + "ed" ||
        (plain.ends_with('e') && form == plain + "d") || (consonant_y && (form == stem + "ies" || form == stem + "ied")))
      return plain;
  }
  return "";
}

bool is_past(const std::string& form, const std::string& base) {
  for (const IrregularForm& irregular : kIrregular)
    if (form == irregular.form) return irregular.past;
  return form.ends_with("ed") && form != base;
}

const Set& imperatives() {
  static const Set words = {"ask",   "book",  "call",   "change",   "check",  "complete", "contact", "email",  "enter",  "fill",  "give",
                            "hand",  "hold",  "inform", "keep",     "label",  "leave",    "lock",    "notify", "open",   "order", "pay",
                            "press", "read",  "record", "register", "remove", "renew",    "replace", "report", "return", "rinse", "save",
                            "send",  "store", "submit", "switch",   "take",   "tell",     "test",    "turn",   "update", "use",   "wait",
                            "wash",  "wear",  "write",  "claim",    "apply",  "close",    "install", "clean",  "charge"};
  return words;
}

// What a subject that can be moved does not hold: another clause, another verb, a word that points elsewhere.
const Set& no_part_of_subject() {
  static const Set words = {
      "that",     "which",   "who",     "whom",   "whose",     "where",   "when",       "what",   "how",     "why",    "if",    "because",
      "although", "while",   "since",   "unless", "there",     "here",    "it",         "this",   "these",   "those",  "they",  "he",
      "she",      "we",      "i",       "them",   "as",        "has",     "have",       "had",    "do",      "does",   "did",   "not",
      "said",     "says",    "show",    "shows",  "found",     "but",     "such",       "both",   "however", "then",   "thus",  "also",
      "one",      "another", "other",   "its",    "his",       "her",     "their",      "same",   "former",  "latter", "above", "following",
      "below",    "so",      "more",    "most",   "think",     "believe", "believed",   "made",   "make",    "makes",  "means", "know",
      "known",    "see",     "let",     "please", "now",       "today",   "yet",        "only",   "even",    "just",   "or",    "nor",
      "neither",  "either",  "someone", "anyone", "something", "nothing", "everything", "another"};
  return words;
}
const Set& prepositions() {
  static const Set words = {"in",      "on",    "at",      "for",        "during",  "after", "before", "with",      "without",
                            "by",      "from",  "under",   "within",     "until",   "to",    "of",     "about",     "over",
                            "between", "among", "through", "throughout", "despite", "like",  "unlike", "according", "based",
                            "using",   "given", "once",    "whenever",   "upon",    "per",   "beyond", "across",    "against",
                            "towards", "via",   "except",  "besides",    "along"};
  return words;
}

// Nouns, where others in -ing would be the end of a clause: "employees working are ...".
const Set& nouns_in_ing() {
  static const Set words = {"meeting",   "training",    "building",  "parking",    "hearing",  "funding",    "pricing",
                            "clothing",  "wedding",     "billing",   "opening",    "evening",  "morning",    "spring",
                            "thing",     "offering",    "housing",   "banking",    "planning", "processing", "testing",
                            "learning",  "filing",      "ruling",    "listing",    "mailing",  "screening",  "onboarding",
                            "briefing",  "drawing",     "painting",  "setting",    "rating",   "string",     "coaching",
                            "mentoring", "engineering", "marketing", "accounting", "lighting", "heating",    "warning"};
  return words;
}

// "Additionally claims are ...", "Cryptographically signing ...": an adverb, which a question does not begin its subject with.
bool is_adverb(const std::string& word) {
  static const Set kOthers = {"family", "supply", "assembly", "monthly", "weekly", "daily", "yearly", "quarterly", "hourly", "early", "july", "reply", "only", "italy", "emily", "friendly"};
  return word.size() > 4 && word.ends_with("ly") && !kOthers.contains(word);
}

bool is_plain(const std::string& word) { return word.find_first_of(",;:()[]\"") == std::string::npos; }

std::string lower(const std::string& word) { return fold_case(word); }

// "been approved", "approved": behind "has" a perfect, which we leave alone.
bool is_participle(const std::string& word) {
  return word == "been" || word.ends_with("ed") || word == "made" || word == "become" || word == "to" || word == "given" || word == "taken";
}

bool movable(const std::vector<std::string>& words, std::size_t end) {
  if (end == 0 || end > kLongestSubject) return false;
  if (prepositions().contains(lower(words.front())) || is_adverb(lower(words.front()))) return false;
  for (std::size_t i = 0; i < end; ++i) {
    const std::string word = lower(words[i]);
    if (!is_plain(words[i]) || no_part_of_subject().contains(word) || word == "to" ||
        (i > 0 && (word == "you" || words[i] == "The" || words[i] == "A" || words[i] == "An")) ||
        (i > 0 && word.ends_with("ing") && i + 1 == end && !nouns_in_ing().contains(word)))
      return false;
  }
  return true;
}

bool several(const std::vector<std::string>& words, std::size_t end) {
  static const Set kSeveral = {"employees", "staff", "people", "you", "we"};
  for (std::size_t i = 0; i < end; ++i)
    if (words[i] == "and") return false;
  std::size_t head = 0;  // "unused days of leave": the word before the first preposition
  while (head + 1 < end && !prepositions().contains(lower(words[head + 1]))) ++head;
  return words[head].ends_with('s') || kSeveral.contains(lower(words[head]));
}

// A finite auxiliary before the next clause begins.
bool auxiliary_follows(const std::vector<std::string>& words, std::size_t begin) {
  for (std::size_t i = begin; i < words.size() && i < begin + 7; ++i) {
    if (words[i] == "and" || words[i] == "that" || words[i] == "which" || words[i] == "who" || words[i] == "when" || words[i] == "if" ||
        words[i].find(',') != std::string::npos)
      return false;
    if (auxiliaries().contains(words[i])) return true;
  }
  return false;
}

}  // namespace

std::optional<EnglishClause> english_clause(const std::string& sentence, const WordForms& forms) {
  std::vector<std::string> words = blank_separated(sentence);
  if (words.size() < 4) return std::nullopt;
  while (words.back().ends_with('.')) words.back().pop_back();
  EnglishClause clause;
  const std::string first = lower(words.front());
  if (imperatives().contains(first) && base_of(lower(words[1])).empty() && !auxiliaries().contains(lower(words[1]))) {
    clause = {.auxiliary = "should", .subject = "you", .rest = words, .copula = false, .imperative = true};
    clause.rest.front() = first;
    return clause;
  }
  for (std::size_t i = 1; i + 1 < words.size() && i <= kLongestSubject; ++i) {
    const std::string word = lower(words[i]);
    const bool auxiliary = auxiliaries().contains(word);
    const std::string base = auxiliary ? "" : base_of(word);
    if (!auxiliary && base.empty()) continue;
    // "The earliest start is ...", "Requests submitted late are ...": a noun or a participle that the verb is still to follow.
    if (!auxiliary && (auxiliary_follows(words, i + 1) || (!word.ends_with('s') && !base_of(words[i + 1]).empty()))) continue;
    if (words[i][0] >= 'A' && words[i][0] <= 'Z') return std::nullopt;  // a heading that runs into its sentence
    if (!movable(words, i)) return std::nullopt;
    // Without "-s" the verb belongs to several, or the sentence is a list of duties: "Lead the team and provide ...".
    if (!auxiliary && !word.ends_with('s') && !is_past(word, base) && !several(words, i)) return std::nullopt;
    if (lower(words[i + 1]) == "not" || words[i + 1] == "no" || words[i + 1] == "never") return std::nullopt;
    if ((word == "has" || word == "have") && is_participle(lower(words[i + 1]))) return std::nullopt;
    std::vector<std::string> subject(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(i));
    subject.front() = forms.inside_sentence(subject.front(), i > 1 ? subject[1] : "");
    clause.subject = joined(subject, 0, subject.size());
    clause.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + (auxiliary ? 1 : 0), words.end());
    if (auxiliary) {
      clause.auxiliary = word;
      clause.copula = forms_of_be().contains(word);
    } else {
      const bool past = is_past(word, base);
      // "costs", "has": one does; "cost", "have": several do.
      clause.auxiliary = past ? "did" : word.ends_with('s') ? "does" : "do";
      clause.rest.front() = base;
    }
    return clause;
  }
  return std::nullopt;
}

}  // namespace rag
