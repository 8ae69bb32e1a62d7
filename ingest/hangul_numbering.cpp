#include "ingest/hangul_numbering.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "ingest/list_number.h"

namespace rag {
namespace {

// Numbers that are not counted yet; every level's first is above it.
constexpr int kNone = -1;

// The n-th of `count` characters that follow one another; "" where there is none.
std::string nth_from(char32_t first, int count, int number) {
  std::string text;
  if (number >= 1 && number <= count) append_utf8(text, first + static_cast<char32_t>(number) - 1);
  return text;
}

std::string nth_of(std::u32string_view characters, int number) {
  return number >= 1 && static_cast<std::size_t>(number) <= characters.size() ? nth_from(characters[static_cast<std::size_t>(number) - 1], 1, 1) : "";
}

// "십이" for 12: how Korean and Chinese words for numbers below a hundred are made.
std::string in_words(std::u32string_view digits_and_ten, int number) {
  if (number < 1 || number > 99) return "";
  std::string text = number >= 20 ? nth_of(digits_and_ten, number / 10) : "";
  if (number >= 10) text += nth_of(digits_and_ten, 10);
  return text + nth_of(digits_and_ten, number % 10);
}

}  // namespace

std::string hangul_number(int number, std::string_view format) {
  std::string text;
  if (format == "CIRCLED_DIGIT") text = list_number(number, "decimalEnclosedCircle");
  if (format == "ROMAN_CAPITAL") text = list_number(number, 'I');
  if (format == "ROMAN_SMALL") text = list_number(number, 'i');
  if (format == "LATIN_CAPITAL") text = list_number(number, 'A');
  if (format == "LATIN_SMALL") text = list_number(number, 'a');
  if (format == "CIRCLED_LATIN_CAPITAL") text = nth_from(U'Ⓐ', 26, number);
  if (format == "CIRCLED_LATIN_SMALL") text = nth_from(U'ⓐ', 26, number);
  if (format == "HANGUL_SYLLABLE") text = list_number(number, "ganada");
  if (format == "CIRCLED_HANGUL_SYLLABLE") text = nth_from(U'㉮', 14, number);
  if (format == "HANGUL_JAMO") text = list_number(number, "chosung");
  if (format == "CIRCLED_HANGUL_JAMO") text = nth_from(U'㉠', 14, number);
  if (format == "HANGUL_PHONETIC") text = in_words(U"일이삼사오육칠팔구십", number);
  if (format == "IDEOGRAPH") text = in_words(U"一二三四五六七八九十", number);
  if (format == "CIRCLED_IDEOGRAPH") text = nth_from(U'㊀', 10, number);
  if (format == "DECAGON_CIRCLE") text = nth_of(U"갑을병정무기경신임계", number);
  if (format == "DECAGON_CIRCLE_HANJA") text = nth_of(U"甲乙丙丁戊己庚辛壬癸", number);
  return text.empty() ? std::to_string(number) : text;
}

std::string HangulCounters::next(const HangulHead& head) {
  if (head.level < 0 || static_cast<std::size_t>(head.level) >= HangulNumbering::kLevels) return "";
  const auto level = static_cast<std::size_t>(head.level);
  const auto found = numberings_.find(head.numbering == 0 ? outline_ : head.numbering);
  if (found == numberings_.end()) return "";
  const std::array<HangulNumbering::Level, HangulNumbering::kLevels>& levels = found->second.levels;
  auto& counts = counts_.try_emplace(found->first, std::array<int, HangulNumbering::kLevels>{kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone}).first->second;
  counts[level] = counts[level] == kNone ? levels[level].first : std::min(counts[level], 1 << 20) + 1;
  std::fill(counts.begin() + head.level + 1, counts.end(), kNone);
  const auto number = [&](std::size_t of) { return hangul_number(counts[of] == kNone ? levels[of].first : counts[of], levels[of].format); };
  std::string shown;
  const std::string& text = levels[level].text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '^' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next >= '1' && next <= '9') {
      shown += number(static_cast<std::size_t>(next - '1'));
    } else if (next == 'n' || next == 'N') {
      for (std::size_t of = 0; of <= level; ++of) shown += (of ? "." : "") + number(of);
      if (next == 'N') shown += '.';
    } else {
      shown += text[i];
      continue;
    }
    ++i;
  }
  return shown;
}

}  // namespace rag
