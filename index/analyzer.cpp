#include "index/analyzer.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/hash.h"
#include "core/text.h"
#include "index/analyzer_options.h"
#include "index/analyzer_scan.h"
#include "index/stemming.h"

namespace rag {
namespace {

// Longer terms (base64, DNA, a line without blanks) are kept as their beginning and a hash: still found when asked for whole.
constexpr std::size_t kMaxTermBytes = 100;
constexpr std::size_t kHashedPrefixBytes = 40;
constexpr std::size_t kMaxPartsOfWhole = 8;

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_digit_byte(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

bool is_all_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_latin(char32_t c) { return c < 0x250 || (c >= 0x1E00 && c <= 0x1EFF); }

// Case folded, accents off Latin letters ("Café" is found by "cafe"), every script's digits as 0-9, ignorable characters gone.
std::string fold_word(std::string_view word) {
  const std::string decomposed = to_nfd(fold_case(word));
  std::string out;
  bool after_latin = false;
  for (std::size_t i = 0; i < decomposed.size();) {
    const char32_t c = next_code_point(decomposed, i);
    const CharacterClass kind = class_of(c);
    if (kind == CharacterClass::Ignored || (kind == CharacterClass::Mark && after_latin)) continue;
    if (kind != CharacterClass::Mark) after_latin = is_latin(c);
    if (kind == CharacterClass::Digit)
      out += static_cast<char>('0' + u_charDigitValue(static_cast<UChar32>(c)));
    else
      append_utf8(out, c);
  }
  return to_nfc(out);
}

// Turns one text into terms.  Lives for one call, because a Stemmer must not be shared.
class TermMaker {
 public:
  TermMaker(const AnalyzerOptions& options, bool question, std::vector<std::string>& out)
      : options_(options), question_(question), out_(out), stemmer_(thread_stemmer()) {}

  void run(std::string_view text) {
    text_ = text;
    WordScanner scanner(text);
    Word word;
    while (scanner.next(word)) {
      if (word.script != CharacterClass::Letter)
        characters(word);
      else if (word.parts.size() == 1)
        part(word.parts.front());
      else
        compound(word);
    }
  }

 private:
  static Stemmer& thread_stemmer() {
    thread_local Stemmer stemmer;
    return stemmer;
  }

  void emit(std::string_view term) {
    if (term.size() <= kMaxTermBytes) {
      out_.emplace_back(term);
      return;
    }
    std::array<char, 18> hash;
    std::snprintf(hash.data(), hash.size(), "~%016llx", static_cast<unsigned long long>(checksum64(term)));
    out_.emplace_back(std::string(term.substr(0, floor_to_character(term, kHashedPrefixBytes))) + hash.data());
  }

  // A run of Hangul, Han or an unspaced script: its character bigrams; a lone character stands for itself.
  void characters(const Word& word) {
    starts_.clear();
    folded_.clear();
    for (std::size_t i = word.begin; i < word.end;) {
      const std::size_t begin = i;
      const char32_t c = next_code_point(text_, i);
      if (class_of(c) == CharacterClass::Ignored) continue;
      starts_.push_back(folded_.size());
      folded_.append(text_.substr(begin, i - begin));
    }
    const std::size_t count = starts_.size();
    starts_.push_back(folded_.size());
    const std::string_view run = folded_;
    if (count <= 1) return emit(run);
    std::size_t bigrams = options_.cjk_bigrams ? count - 1 : 0;
    if (question_ && options_.drop_particles && word.script == CharacterClass::Hangul && bigrams > 0)
      bigrams -= ending_bigrams(run, count);
    for (std::size_t i = 0; i < bigrams; ++i) emit(run.substr(starts_[i], starts_[i + 2] - starts_[i]));
    if (options_.cjk_words && (count > 2 || !options_.cjk_bigrams)) emit(run);
  }

  // How many bigrams at the end of a Korean word reach into what it has only as a word of this question: the ending that asks
  // ("며칠인가요": 며칠) or a particle ("휴가는": 휴가).  At least one bigram is left, and stored texts keep them all, so a noun that
  // only looks as if it ended in one ("어린이") is still found by the rest of it.
  static std::size_t ending_bigrams(std::string_view run, std::size_t count) {
    constexpr std::array<std::string_view, 3> kAskThree = {"인가요", "입니까", "습니까"};
    constexpr std::array<std::string_view, 7> kAskTwo = {"인가", "는가", "나요", "가요", "까요", "예요", "에요"};
    constexpr std::array<std::string_view, 10> kTwo = {"에서", "에게", "으로", "까지", "부터", "처럼", "보다", "이나", "에는", "에도"};
    constexpr std::array<std::string_view, 13> kOne = {"은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "로", "도", "만"};
    const auto ends_in = [run](const auto& endings) {
      return std::ranges::any_of(endings, [run](std::string_view ending) { return run.ends_with(ending); });
    };
    if (count > 3 && ends_in(kAskThree)) return std::min<std::size_t>(3, count - 2);
    if (count > 2 && ends_in(kAskTwo)) return std::min<std::size_t>(2, count - 2);
    if (count > 3 && ends_in(kTwo)) return 2;
    return count > 2 && ends_in(kOne) ? 1 : 0;
  }

  // One stretch of letters and digits.
  void part(const WordPart& part) {
    const std::string_view raw = text_.substr(part.begin, part.end - part.begin);
    if (!part.ascii) {
      const std::string folded = fold_word(raw);
      if (is_all_ascii(folded) && !part.digits) return plain_word(folded);
      return emit(folded);
    }
    lower_.assign(raw.size(), '\0');
    bool inner_capital = false;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      lower_[i] = to_lower(raw[i]);
      inner_capital |= i > 0 && is_upper(raw[i]);
    }
    if (part.digits) return emit(lower_);
    if (inner_capital && camel_case(raw)) return emit(lower_);
    if (inner_capital && options_.drop_stop_words && is_index_stop_word(lower_) && stands_out(part)) return emit(lower_);
    plain_word(lower_);
  }

  // Lower-case ASCII letters.
  void plain_word(std::string_view word) {
    if (options_.drop_stop_words && is_index_stop_word(word)) return;
    emit(options_.stem && word.size() > 2 ? stemmer_.stem(word) : word);
  }

  // "IT" among other words is a department, not a pronoun; inside "WHAT IS IT" it is one.
  bool stands_out(const WordPart& part) const {
    const auto is_letter_at = [this](std::size_t i) { return is_upper(text_[i]) || is_lower(text_[i]); };
    std::size_t before = part.begin;
    while (before > 0 && !is_letter_at(before - 1)) --before;
    std::size_t after = part.end;
    while (after < text_.size() && !is_letter_at(after)) ++after;
    const bool capital_before = before >= 2 && is_upper(text_[before - 1]) && is_upper(text_[before - 2]);
    const bool capital_after = after + 1 < text_.size() && is_upper(text_[after]) && is_upper(text_[after + 1]);
    return !capital_before && !capital_after;
  }

  // Emits the words of "parseHttpHeader" and "HTTPServer"; false where there is no border ("mRNA", "PCRs", "NASA").
  bool camel_case(std::string_view raw) {
    constexpr std::size_t kShortestHead = 2, kShortestTail = 3;
    std::size_t begin = 0;
    for (std::size_t i = kShortestHead; i + kShortestTail <= raw.size(); ++i) {
      const bool rises = is_lower(raw[i - 1]) && is_upper(raw[i]);
      const bool falls = is_upper(raw[i - 1]) && is_upper(raw[i]) && is_lower(raw[i + 1]);
      if ((!rises && !falls) || i - begin < kShortestHead) continue;
      plain_word(std::string_view(lower_).substr(begin, i - begin));
      begin = i;
    }
    if (begin == 0) return false;
    plain_word(std::string_view(lower_).substr(begin));
    return true;
  }

  void compound(const Word& word) {
    const std::vector<WordPart>& parts = word.parts;
    if (is_dotted_abbreviation(parts)) return joined(word, "");
    if (is_number(parts)) return joined(word, ".");
    // Words with an apostrophe are one word: "don't" is "dont", "company's" is "company".
    std::size_t parts_kept = 0;
    bool digits = false, tight = false, list = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      std::size_t last = i;
      while (last + 1 < parts.size() && parts[last + 1].connector == '\'') ++last;
      if (last > i)
        contraction(parts, i, last);
      else
        part(parts[i]);
      digits |= parts[i].digits;
      list |= parts[i].connector == ',';  // "1,2,3" is no number
      tight |= parts[i].connector == '_' || parts[i].connector == '@' || parts[i].connector == '&' ||
               (options_.hyphenated && parts[i].connector == '-');
      ++parts_kept;
      i = last;
    }
    if (!list && parts_kept > 1 && parts_kept <= kMaxPartsOfWhole && (digits || tight)) joined(word, ".-_@/:&");
  }

  // "U.S.A.": single letters with dots between.
  static bool is_dotted_abbreviation(const std::vector<WordPart>& parts) {
    return std::all_of(parts.begin(), parts.end(),
                       [](const WordPart& p) { return p.end - p.begin == 1 && p.letters && (p.connector == '.' || p.connector == 0); });
  }

  // "3.5", "1,000", "1,234,567.89": one number, without its commas.
  static bool is_number(const std::vector<WordPart>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const WordPart& p = parts[i];
      if (p.letters) return false;
      if (i == 0) continue;
      if (p.connector == '.' && i + 1 == parts.size()) return true;
      if (p.connector != ',' || p.end - p.begin != 3) return false;
    }
    return true;
  }

  void contraction(const std::vector<WordPart>& parts, std::size_t first, std::size_t last) {
    std::string joined;
    for (std::size_t i = first; i <= last; ++i) {
      const std::string folded = fold_word(text_.substr(parts[i].begin, parts[i].end - parts[i].begin));
      if (i == last && folded == "s") break;
      joined += folded;
    }
    if (std::all_of(joined.begin(), joined.end(), is_lower))
      plain_word(joined);
    else
      emit(joined);
  }

  // The whole word as one term, with only these of its connectors left in it.
  void joined(const Word& word, std::string_view kept_connectors) {
    std::string whole;
    for (const WordPart& p : word.parts) {
      if (p.connector != 0 && kept_connectors.find(p.connector) != std::string_view::npos) whole += p.connector;
      whole += fold_word(text_.substr(p.begin, p.end - p.begin));
    }
    emit(whole);
  }

  const AnalyzerOptions& options_;
  const bool question_;
  std::vector<std::string>& out_;
  Stemmer& stemmer_;
  std::string_view text_;
  std::string lower_, folded_;
  std::vector<std::size_t> starts_;
};

class WordAnalyzer final : public Analyzer {
 public:
  explicit WordAnalyzer(const AnalyzerOptions& options) : options_(options) {}

  std::string name() const override {
    std::string name = "words/1";
    if (options_.stem) name += "+porter";
    if (options_.drop_stop_words) name += "+stop33";
    if (options_.hyphenated) name += "+hyphen";
    if (options_.cjk_bigrams) name += "+bigrams";
    if (options_.cjk_words) name += "+cjkwords";
    return name;
  }
  std::vector<std::string> terms(std::string_view text) const override { return analyse(text, false); }
  std::vector<std::string> query_terms(std::string_view text) const override { return analyse(text, true); }

 private:
  std::vector<std::string> analyse(std::string_view text, bool question) const {
    std::vector<std::string> out;
    out.reserve(text.size() / 6 + 4);
    TermMaker maker(options_, question, out);
    if (is_all_ascii(text))
      maker.run(text);
    else
      maker.run(to_nfkc(text));
    return out;
  }

  AnalyzerOptions options_;
};

}  // namespace

std::unique_ptr<Analyzer> make_analyzer(const AnalyzerOptions& options) { return std::make_unique<WordAnalyzer>(options); }

const Analyzer& default_analyzer() {
  static const WordAnalyzer analyzer{AnalyzerOptions{}};
  return analyzer;
}

}  // namespace rag
