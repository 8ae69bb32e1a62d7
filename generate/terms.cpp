#include "generate/terms.h"

#include <algorithm>

#include "core/text.h"
#include "generate/words.h"

namespace rag {
namespace {

std::vector<std::string> characters_of(std::string_view word) {
  std::vector<std::string> characters;
  for (std::size_t i = 0; i < word.size();) {
    const std::size_t begin = i;
    next_code_point(word, i);
    characters.emplace_back(word.substr(begin, i - begin));
  }
  return characters;
}

std::vector<std::string> bigrams_of(std::string_view word) {
  const std::vector<std::string> characters = characters_of(word);
  if (characters.size() == 1) return {characters[0]};
  std::vector<std::string> bigrams;
  for (std::size_t i = 0; i + 1 < characters.size(); ++i) bigrams.push_back(characters[i] + characters[i + 1]);
  return bigrams;
}

// Forms that no ending gives away; each base is its own stem.
constexpr std::pair<std::string_view, std::string_view> kIrregular[] = {
    {"paid", "pay"},     {"lost", "lose"},   {"losing", "lose"},  {"bought", "buy"},     {"sold", "sell"},   {"sent", "send"},   {"spent", "spend"},
    {"taken", "take"},   {"took", "take"},   {"taking", "take"},  {"given", "give"},     {"gave", "give"},   {"kept", "keep"},   {"held", "hold"},
    {"told", "tell"},    {"made", "make"},   {"making", "make"},  {"built", "build"},    {"brought", "bring"}, {"written", "write"}, {"wrote", "write"},
    {"writing", "write"}, {"chosen", "choose"}, {"chose", "choose"}, {"broken", "break"}, {"stolen", "steal"}, {"won", "win"},    {"began", "begin"},
    {"begun", "begin"},  {"children", "child"}, {"men", "man"},   {"women", "woman"},    {"lose", "lose"},   {"take", "take"},   {"make", "make"},
    {"write", "write"},  {"choose", "choose"}};

bool has_vowel(std::string_view word) { return word.find_first_of("aeiouy") != std::string_view::npos; }

bool cut_ending(std::string& word, std::string_view ending, std::size_t keep) {
  if (!word.ends_with(ending) || word.size() < ending.size() + keep) return false;
  if (!has_vowel(std::string_view(word).substr(0, word.size() - ending.size()))) return false;
  word.resize(word.size() - ending.size());
  return true;
}

bool written_like_a_name(const Word& word) {
  std::size_t capitals = 0, letters = 0;
  bool digits = false;
  for (std::size_t i = 0; i < word.text.size();) {
    const char32_t c = next_code_point(word.text, i);
    if (is_digit(c)) digits = true;
    if (!is_letter(c)) continue;
    ++letters;
    std::string one;
    append_utf8(one, c);
    if (fold_case(one) != one && c != 0xDF) ++capitals;
  }
  if (digits && letters > 0) return true;
  return letters >= 2 && (capitals >= 2 || (capitals == 1 && !word.starts_sentence));
}

// Verbs before a noun end in a syllable closed by ㄴ or ㄹ: "만든", "지어진", "받을".
bool ends_like_a_korean_verb(std::string_view word) {
  std::size_t last = floor_to_character(word, word.size() - 1);
  const char32_t c = next_code_point(word, last);
  if (c < 0xAC00 || c > 0xD7A3) return false;
  const char32_t closing = (c - 0xAC00) % 28;
  return closing == 4 || closing == 8;
}

// "여나요", "받습니까", "되는지", "지나면": asked or conditional, never a noun.
bool ends_like_a_korean_question(std::string_view word) {
  constexpr std::string_view kEndings[] = {"나요", "까요", "니까", "는가", "는지", "으면", "려면", "지요", "세요"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return word.ends_with(ending); });
}

Keyword cjk_keyword(std::string form) {
  Keyword keyword{.form = std::move(form)};
  keyword.bigrams = bigrams_of(keyword.form);
  return keyword;
}

}  // namespace

std::string stem_latin(std::string word) {
  for (const std::string_view own : {"'s", "’s", "'", "’"}) {
    if (word.ends_with(own)) word.resize(word.size() - own.size());
  }
  for (const auto& [form, base] : kIrregular)
    if (word == form) return std::string(base);
  if (word.size() <= 3) return word;
  if (word.ends_with("ies") && word.size() > 4) {
    word.replace(word.size() - 3, 3, "y");
  } else if (word.ends_with("sses") || word.ends_with("ches") || word.ends_with("shes") || word.ends_with("xes") || word.ends_with("zes")) {
    word.resize(word.size() - 2);
  } else if (word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")) {
    word.pop_back();
  }
  if (cut_ending(word, "ing", 3) || cut_ending(word, "ed", 3)) {
    const std::size_t n = word.size();
    if (n > 3 && word[n - 1] == word[n - 2] && word[n - 1] != 'l' && word[n - 1] != 's') word.pop_back();
  } else if (!cut_ending(word, "ization", 3) && !cut_ending(word, "ation", 4)) {
    if (!cut_ending(word, "ment", 4)) {
      if (word.ends_with("tion") && word.size() > 6)
        word.resize(word.size() - 3);
      else
        cut_ending(word, "ly", 4);
    }
  }
  if (word.size() > 4 && word.ends_with('e')) word.pop_back();
  if (word.size() > 5 && word.ends_with("iz")) word.resize(word.size() - 2);
  if (word.size() > 3 && word.ends_with('y')) word.back() = 'i';
  return word;
}

bool mostly_cjk(std::string_view text) {
  std::size_t cjk = 0, letters = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (!is_letter(c)) continue;
    ++letters;
    if (is_cjk(c)) ++cjk;
  }
  return letters > 0 && cjk * 5 >= letters;  // a syllable is worth about three Latin letters
}

std::vector<Keyword> keywords_of(std::string_view text) {
  std::vector<Keyword> keywords;
  std::unordered_set<std::string> seen;
  const auto add = [&](Keyword keyword) {
    if (!keyword.form.empty() && seen.insert(keyword.form).second) keywords.push_back(std::move(keyword));
  };
  for (const Word& word : words_of(text)) {
    const std::string folded = fold_case(word.text);
    switch (word.kind) {
      case WordKind::Latin: {
        const bool name = written_like_a_name(word);
        if ((folded.size() < 2 || is_stop_word(folded)) && !(name && word.text.size() > 1 && !is_stop_word(folded))) break;
        add({.form = stem_latin(folded), .bigrams = {}, .name = name, .frame = is_frame_word(folded)});
        break;
      }
      case WordKind::Number: add({.form = folded, .bigrams = {}, .name = true}); break;
      case WordKind::Hangul: {
        Keyword keyword = cjk_keyword(strip_korean(folded));
        // A single syllable is mostly grammar or a counter.
        keyword.frame = is_frame_word(keyword.form);
        keyword.verb = keyword.form == folded && (ends_like_a_korean_verb(folded) || ends_like_a_korean_question(folded));
        if (keyword.form.size() > 3) add(std::move(keyword));
        break;
      }
      case WordKind::Han:
        // Chinese has no blanks between words: long runs are compared pair by pair.
        if (characters_of(folded).size() <= 4)
          add(cjk_keyword(folded));
        else
          for (const std::string& pair : bigrams_of(folded)) add(cjk_keyword(pair));
        break;
      case WordKind::Kana:
        // Short hiragana is grammar; katakana words carry content.
        if (characters_of(folded).size() >= 3) add(cjk_keyword(folded));
        break;
    }
  }
  return keywords;
}

TextTerms::TextTerms(std::string_view text) {
  const std::string normal = to_nfkc(text);
  folded_ = fold_case(normal);
  for (const Word& word : words_of(normal)) {
    const std::string folded = fold_case(word.text);
    if (word.kind == WordKind::Latin || word.kind == WordKind::Number) {
      words_.insert(word.kind == WordKind::Latin ? stem_latin(folded) : folded);
      continue;
    }
    for (std::string& pair : bigrams_of(folded)) bigrams_.insert(std::move(pair));
  }
}

double TextTerms::match(const Keyword& keyword) const {
  if (keyword.bigrams.empty()) {
    if (words_.contains(keyword.form)) return 1.0;
    if (keyword.form.size() < 5 || keyword.name) return 0.0;
    // "eligible" and "eligibility", "cover" and "coverage": a long common beginning is the same idea.
    for (const std::string& word : words_) {
      const auto [a, b] = std::mismatch(word.begin(), word.end(), keyword.form.begin(), keyword.form.end());
      const auto common = static_cast<std::size_t>(a - word.begin());
      if (common >= 5 && common * 10 >= 7 * std::max(word.size(), keyword.form.size())) return 0.7;
    }
    return 0.0;
  }
  if (folded_.find(keyword.form) != std::string::npos) return 1.0;
  const auto found =
      std::count_if(keyword.bigrams.begin(), keyword.bigrams.end(), [this](const std::string& b) { return bigrams_.contains(b); });
  const double share = static_cast<double>(found) / static_cast<double>(keyword.bigrams.size());
  return share >= 0.5 ? 0.9 * share : 0.0;
}

double coverage(const std::vector<Keyword>& keywords, const TextTerms& terms) {
  double found = 0, all = 0;
  for (const Keyword& keyword : keywords) {
    found += keyword.weight * terms.match(keyword);
    all += keyword.weight;
  }
  return all > 0 ? found / all : 0.0;
}

}  // namespace rag
