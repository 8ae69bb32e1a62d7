#include "ingest/doc_lists.h"

#include <algorithm>

#include "core/text.h"
#include "ingest/little_endian.h"

namespace rag {

using namespace little_endian;

namespace {

// "z" is followed by "aa", "bb" ...; Hangul and circles begin anew.
std::string letter(std::uint32_t number, char first) {
  constexpr std::uint32_t kMostLetters = 20;
  return std::string(std::min((number - 1) / 26 + 1, kMostLetters), static_cast<char>(first + (number - 1) % 26));
}

std::string roman(std::uint32_t number, bool upper) {
  constexpr std::pair<std::uint32_t, const char*> kParts[] = {{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"},
                                                              {90, "xc"},  {50, "l"},   {40, "xl"}, {10, "x"},   {9, "ix"},
                                                              {5, "v"},    {4, "iv"},   {1, "i"}};
  if (number > 3999) return std::to_string(number);
  std::string text;
  for (const auto& [value, letters] : kParts)
    for (; number >= value; number -= value) text += letters;
  if (upper) std::transform(text.begin(), text.end(), text.begin(), [](char c) { return static_cast<char>(c - 32); });
  return text;
}

// The kinds that are met; others are shown as digits.
std::string written(std::uint32_t number, unsigned kind) {
  enum { kUpperRoman = 1, kLowerRoman = 2, kUpperLetter = 3, kLowerLetter = 4, kCircled = 18, kHangulSyllable = 24, kHangulJamo = 25 };
  constexpr std::u32string_view kSyllables = U"가나다라마바사아자차카타파하", kJamo = U"ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ";
  std::string text;
  if (number == 0) return "0";
  switch (kind) {
    case kUpperRoman: return roman(number, true);
    case kLowerRoman: return roman(number, false);
    case kUpperLetter: return letter(number, 'A');
    case kLowerLetter: return letter(number, 'a');
    case kCircled:
      if (number > 20) return std::to_string(number);
      append_utf8(text, U'\u2460' + number - 1);
      return text;
    case kHangulSyllable: append_utf8(text, kSyllables[(number - 1) % kSyllables.size()]); return text;
    case kHangulJamo: append_utf8(text, kJamo[(number - 1) % kJamo.size()]); return text;
    default: return std::to_string(number);
  }
}

}  // namespace

// The definitions are followed by their levels: one where the list is simple, else nine.
DocLists::DocLists(std::string_view lists, std::string_view references) {
  constexpr std::size_t kListBytes = 28, kLevelBytes = 28, kReferenceBytes = 16, kMostLists = 4096;
  const std::size_t count = std::min<std::size_t>(u16(lists, 0), kMostLists);
  std::size_t at = 2 + kListBytes * count;
  for (std::size_t i = 0; i < count && at < lists.size(); ++i) {
    const std::string_view definition = slice(lists, 2 + kListBytes * i, kListBytes);
    List list;
    const std::size_t levels = u8(definition, 26) & 1 ? 1 : kLevels;
    for (std::size_t l = 0; l < levels && at < lists.size(); ++l) {
      Level level{u32(lists, at), u8(lists, at + 4), {}};
      at += kLevelBytes + u8(lists, at + 24) + u8(lists, at + 25);
      const std::size_t length = u16(lists, at);
      const std::string_view pattern = slice(lists, at + 2, 2 * length);
      for (std::size_t c = 0; c + 1 < pattern.size(); c += 2) level.pattern += static_cast<char16_t>(u16(pattern, c));
      at += 2 + 2 * length;
      list.levels.push_back(std::move(level));
    }
    lists_.emplace(u32(definition, 0), std::move(list));
  }
  const std::size_t reference_count = std::min<std::size_t>(u32(references, 0), references.size() / kReferenceBytes);
  for (std::size_t i = 0; i < reference_count; ++i) references_.push_back(u32(references, 4 + kReferenceBytes * i));
}

std::string DocLists::next_marker(unsigned reference, int level_number) {
  constexpr std::uint32_t kMostCounted = 1'000'000;
  const auto found = reference >= 1 && reference <= references_.size() ? lists_.find(references_[reference - 1]) : lists_.end();
  const auto level = static_cast<std::size_t>(level_number);
  if (found == lists_.end() || level >= found->second.levels.size()) return "- ";
  auto& [levels, counts] = found->second;
  counts[level] = counts[level] == 0 ? std::min(levels[level].start, kMostCounted) : std::min(counts[level] + 1, kMostCounted);
  std::fill(counts.begin() + static_cast<std::ptrdiff_t>(level) + 1, counts.end(), 0);
  std::string marker;
  bool has_number = false;
  for (const char16_t c : levels[level].pattern) {
    if (c >= levels.size()) {
      append_utf8(marker, c >= 0xD800 && c < 0xE000 ? 0xFFFD : c);
      continue;
    }
    has_number = true;
    marker += written(std::max(counts[c], std::min(levels[c].start, kMostCounted)), levels[c].kind);
  }
  return levels[level].kind == kBullet || !has_number ? "- " : marker + " ";
}

}  // namespace rag
