#include "generate/words.h"

#include <unordered_set>

#include "core/text.h"

namespace rag {
namespace {

bool is_kana(char32_t c) { return (c >= 0x3040 && c <= 0x30FF) || (c >= 0xFF66 && c <= 0xFF9F); }

bool is_word_character(char32_t c) { return is_letter(c) || is_digit(c); }

WordKind kind_of(char32_t c) {
  if (is_hangul(c)) return WordKind::Hangul;
  if (is_kana(c)) return WordKind::Kana;
  if (is_cjk(c)) return WordKind::Han;
  return is_digit(c) ? WordKind::Number : WordKind::Latin;
}

bool opens(char32_t c) {
  return c == '.' || c == '!' || c == '?' || c == ':' || c == '"' || c == '(' || c == '[' || c == '*' || c == '#' || c == '|' || c == ';' ||
         c == '\n' || c == 0x2022 || c == 0x201C || c == 0x2018 || c == 0x3002;
}

char32_t peek(std::string_view text, std::size_t at) { return at < text.size() ? next_code_point(text, at) : 0; }

// One more digit group ("1,500") or decimals ("3.5") follow the separator at `at`.
bool continues_number(std::string_view text, std::size_t at, char32_t separator) {
  if (separator != ',' && separator != '.') return false;
  std::size_t digits = 0;
  while (at + 1 + digits < text.size() && text[at + 1 + digits] >= '0' && text[at + 1 + digits] <= '9') ++digits;
  return separator == '.' ? digits > 0 : digits == 3;
}

const std::unordered_set<std::string_view>& english_stop_words() {
  static const std::unordered_set<std::string_view> words = {
      "a",      "about",   "according", "after",   "again", "all",    "also",    "am",       "an",        "and",     "any",      "are",
      "as",     "at",      "be",        "because", "been",  "before", "being",   "both",     "but",       "by",      "can",      "could",
      "did",    "do",      "does",      "doing",   "don",   "during", "each",    "either",   "else",      "ever",    "few",      "for",
      "from",   "get",     "give",      "given",   "gives", "go",     "goes",    "had",      "happen",    "happens", "has",      "have",
      "having", "he",      "her",       "here",    "hers",  "him",    "his",     "how",      "i",         "if",      "in",       "into",
      "is",     "it",      "its",       "just",    "kind",  "know",   "let",     "ll",       "long",      "many",    "may",      "me",
      "mean",   "might",   "more",      "most",    "much",  "must",   "my",      "name",     "no",        "nor",     "not",      "of",
      "off",    "on",      "one",       "only",    "or",    "other",  "our",     "out",      "over",      "own",     "please",   "re",
      "s",      "same",    "say",       "says",    "shall", "she",    "should",  "show",     "so",        "some",    "such",     "t",
      "tell",   "text",    "than",      "that",    "the",   "their",  "them",    "then",     "there",     "these",   "they",     "thing",
      "this",   "those",   "through",   "to",      "too",   "type",   "under",   "up",       "us",        "use",     "ve",       "very",
      "was",    "we",      "were",      "what",    "when",  "where",  "whether", "which",    "while",     "who",     "whom",     "whose",
      "why",    "will",    "with",      "within",  "would", "you",    "your",    "document", "documents", "passage", "passages", "provided",
      "called", "without", "between", "hi",      "hello", "hey",    "thanks"};
  return words;
}

const std::unordered_set<std::string_view>& korean_stop_words() {
  static const std::unordered_set<std::string_view> words = {
      "무엇",         "무엇인가",   "무엇인가요", "무엇입니까", "뭐",       "뭔가",       "뭔가요",     "뭐예요",   "뭐야",
      "언제",         "언제인가",   "언제인가요", "언제부터",   "언제까지", "어디",       "어디서",     "어디에",   "어디에서",
      "어디인가",     "어디인가요", "어딘가",     "어딘가요",   "누구",     "누구인가",   "누구인가요", "누가",     "누구에게",
      "누군가",       "왜",         "어떻게",     "어떤",       "어떠한",   "어느",       "무슨",       "얼마",     "얼마나",
      "얼마인가",     "얼마인가요", "얼마예요",   "몇",         "며칠",     "며칠인가요", "며칠인가",   "며칠이야", "며칠간",
      "며칠까지",     "몇일",       "그럼",       "그러면",     "그리고",   "그런데",     "하지만",     "또는",     "및",
      "혹은",         "그",         "이",         "저",         "것",       "수",         "때",         "등",       "중",
      "및",           "내",         "있는",       "있나요",     "있나",     "있을까요",   "있습니까",   "있어",     "있어요",
      "있다",         "있는가",     "있는지",     "없는",       "없나요",   "하는",       "하나요",     "하나",     "하는가",
      "한가",         "한가요",     "하는지",     "합니까",     "해야",     "하려면",     "하면",       "해요",     "할",
      "한",           "했는가",     "했나",       "했나요",     "되는",     "되나요",     "되나",       "되는가",   "됩니까",
      "된",           "될",         "되었나",     "되었는가",   "됐나요",   "되면",       "인가",       "인가요",   "인지",
      "입니까",       "이란",       "대해",       "대한",       "대하여",   "관한",       "관해",       "관련",     "경우",
      "위한",         "위해",       "따라",       "따른",       "알려줘",   "알려주세요", "알려",       "말해줘",   "설명해줘",
      "설명해주세요", "주세요",     "좀",         "제가",       "저는",     "나는",       "내가",       "우리",     "수도",
      "가능한가요",   "가능",       "가능한가",   "가능합니까", "사람",     "이름",       "날",         "곳",       "어떻게되나요",
      "같은",         "통해",       "모두",       "다른",       "당시",     "이후",       "이전",       "안녕",     "안녕하세요",
      "안녕하십니까", "반갑습니다", "반가워",     "반가워요",   "고마워",   "고마워요",   "고맙습니다", "감사합니다", "감사해요"};
  return words;
}

const std::unordered_set<std::string_view>& frame_words() {
  static const std::unordered_set<std::string_view> words = {
      "key",         "aspect",      "aspects",       "component",      "components",  "point",     "points",
      "detail",      "details",     "consideration", "considerations", "considered",  "purpose",   "role",
      "tip",         "tips",        "example",       "examples",       "feature",     "features",  "way",
      "ways",        "step",        "steps",         "factor",         "factors",     "reason",    "reasons",
      "difference",  "differences", "process",       "important",      "main",        "potential", "certain",
      "various",     "include",     "includes",      "included",       "including",   "involve",   "involved",
      "regarding",   "associated",  "related",       "relation",       "described",   "mentioned", "offer",
      "offered",     "offers",      "aware",         "understand",     "handle",      "work",      "works",
      "effectively", "information", "number",        "amount",         "term",        "terms",     "place",
      "year",        "person",      "people",        "kind",           "kinds",       "types",     "list",
      "large",       "big",         "high",           "often",          "far",         "tall",      "size",
      "explain",     "describe",    "define",        "definition",     "responsible", "specific",  "해",
      "년도",        "연도",        "장소",          "인물",           "시기",        "기간",      "날짜",
      "이유",        "제목",        "종류",          "방법",           "절차",        "내용",      "것",
      "단체",        "나라",        "지역",          "직업",           "별명",        "사건",      "작품",
      "물질",        "재질",        "무엇",          "원인",           "목적",        "역할",      "의미",
      "정의",        "정도",        "명칭",          "호칭",           "단어",        "용어",      "직책",
      "회사",        "국가",        "도시",          "생년월일",       "당시",        "결과",      "영향",
      "특징",        "규정",        "기준"};
  return words;
}

bool ends_with_any(const std::string& word, std::initializer_list<std::string_view> endings, std::string& rest) {
  constexpr std::size_t kSyllable = 3;  // bytes
  for (const std::string_view ending : endings) {
    if (word.ends_with(ending) && word.size() >= ending.size() + 2 * kSyllable) {
      rest = word.substr(0, word.size() - ending.size());
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<Word> words_of(std::string_view original) {
  const std::string text = to_nfkc(original);
  std::vector<Word> words;
  bool fresh = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    const char32_t first = next_code_point(text, i);
    if (!is_word_character(first)) {
      // A hyphen inside a line joins; at its start it is a bullet, and the line break has said so already.
      if (opens(first)) fresh = true;
      continue;
    }
    Word word{.text = {}, .kind = kind_of(first), .starts_sentence = fresh};
    bool has_latin = word.kind == WordKind::Latin;
    while (i < text.size()) {
      std::size_t next = i;
      const char32_t c = next_code_point(text, next);
      const bool number_so_far = word.kind == WordKind::Number && !has_latin;
      if (is_word_character(c)) {
        const WordKind kind = kind_of(c);
        const bool joins =
            kind == word.kind || (kind == WordKind::Number && has_latin) || (kind == WordKind::Latin && number_so_far && c < 0x80);
        if (!joins) break;
        has_latin = has_latin || kind == WordKind::Latin;
      } else if (number_so_far && continues_number(text, i, c)) {
      } else if ((c == '\'' || c == 0x2019) && word.kind == WordKind::Latin && is_letter(peek(text, next)) && !is_cjk(peek(text, next))) {
      } else if (c < 0x300 || c > 0x36F) {  // combining marks belong to their letter
        break;
      }
      i = next;
    }
    word.text = text.substr(begin, i - begin);
    if (word.kind == WordKind::Number && !has_latin) std::erase(word.text, ',');
    if (has_latin) word.kind = WordKind::Latin;
    words.push_back(std::move(word));
    fresh = false;
  }
  return words;
}

bool is_stop_word(std::string_view folded) { return english_stop_words().contains(folded) || korean_stop_words().contains(folded); }

bool is_frame_word(std::string_view folded) { return frame_words().contains(folded); }

std::string strip_korean(const std::string& word) {
  constexpr std::size_t kSyllable = 3;
  if (is_stop_word(word)) return "";
  std::string stem = word;
  // Light verbs on a noun of two syllables or more: what stands before 하다/되다 is the content.
  for (std::size_t at = 2 * kSyllable; at + kSyllable <= stem.size(); at += kSyllable) {
    const std::string_view syllable(stem.data() + at, kSyllable);
    bool light = false;
    for (const std::string_view verb : {"하", "되", "했", "됐", "할", "해", "된", "될", "됩", "합", "함", "됨"})
      light = light || syllable == verb;
    if (light && stem.size() - at <= 5 * kSyllable) {
      stem.resize(at);
      return is_stop_word(stem) ? "" : stem;
    }
  }
  std::string rest;
  if (ends_with_any(
          stem, {"이었습니다", "였습니다", "이었는가", "으로부터", "이라고는", "인가요", "입니까", "입니다", "이라는", "에서는", "에서의",
                 "에게서",     "으로는",   "으로의",   "까지는",   "부터는",   "이라고", "이란",   "인가",   "인지",   "이며",   "에서",
                 "에게",       "까지",     "부터",     "으로",     "하고",     "처럼",   "보다",   "마다",   "이나",   "에는",   "에도",
                 "에의",       "과의",     "와의",     "라고",     "라는",     "이다",   "로서",   "로써",   "로의",   "로는",   "이고",
                 "이야",       "이에요",   "예요",     "들의",     "들이",     "들은",   "들을"},
          rest) ||
      ends_with_any(stem, {"은", "는", "이", "가", "을", "를", "의", "에", "도", "로", "와", "과", "만", "란", "들"}, rest)) {
    stem = rest;
  }
  if (is_stop_word(stem)) return "";
  return stem;
}

}  // namespace rag
