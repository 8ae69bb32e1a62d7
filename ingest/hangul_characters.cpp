#include "ingest/hangul_characters.h"

#include <unordered_map>

#include "core/text.h"

namespace rag {
namespace {

bool is_private(char32_t c) { return (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0x10FFFD); }

// Hangul's own plane: what its fonts draw there.
const std::unordered_map<char32_t, std::string_view>& hangul_signs() {
  static const std::unordered_map<char32_t, std::string_view> signs{
      {0xF012B, "(인)"}, {0xF02EC, "◇"}, {0xF02EF, "·"}, {0xF03C5, "□"}, {0xF0806, "┌"}, {0xF0807, "┬"}, {0xF0808, "┐"},
      {0xF080C, "└"},    {0xF080E, "┘"}, {0xF0810, "│"}, {0xF081C, "┈"}, {0xF0832, "═"}, {0xF0848, "━"},
  };
  return signs;
}

// Symbol and Wingdings, which word processors store at U+F000 and up.
const std::unordered_map<char32_t, std::string_view>& symbol_signs() {
  static const std::unordered_map<char32_t, std::string_view> signs{
      {0xF020, " "}, {0xF028, "☎"}, {0xF02A, "✉"}, {0xF046, "☞"}, {0xF06C, "●"}, {0xF06D, "❍"}, {0xF06E, "■"}, {0xF06F, "□"},
      {0xF071, "❑"}, {0xF072, "❒"}, {0xF073, "⬧"}, {0xF074, "⧫"}, {0xF075, "◆"}, {0xF076, "❖"}, {0xF077, "⬥"}, {0xF09E, "·"},
      {0xF09F, "•"}, {0xF0A0, "·"}, {0xF0A1, "○"}, {0xF0A4, "◉"}, {0xF0A7, "▪"}, {0xF0A8, "◻"}, {0xF0AB, "★"}, {0xF0B7, "•"},
      {0xF0D8, "➢"}, {0xF0DF, "←"}, {0xF0E0, "→"}, {0xF0E1, "↑"}, {0xF0E2, "↓"}, {0xF0E8, "➔"}, {0xF0EF, "⇦"}, {0xF0F0, "⇨"},
      {0xF0F1, "⇧"}, {0xF0F2, "⇩"}, {0xF0FB, "✗"}, {0xF0FC, "✓"}, {0xF0FD, "☒"}, {0xF0FE, "☑"},
  };
  return signs;
}

// Numbers in a box are written as numbers in a circle, which every font and every tokenizer knows.
char32_t circled(char32_t c) {
  if (c >= 0xF02B1 && c <= 0xF02C4) return U'\u2460' + (c - 0xF02B1);
  if (c >= 0xF02CE && c <= 0xF02D7) return U'\u2776' + (c - 0xF02CE);
  if (c >= 0xF02D8 && c <= 0xF02E1) return U'\u24EB' + (c - 0xF02D8);
  if (c >= 0xF081 && c <= 0xF08A) return U'\u2460' + (c - 0xF081);  // Wingdings
  if (c >= 0xF08C && c <= 0xF095) return U'\u2776' + (c - 0xF08C);
  return 0;
}

}  // namespace

std::string map_private_characters(std::string_view text, std::size_t& unknown) {
  // All of them begin with one of these bytes in UTF-8; most texts have none.
  if (text.find_first_of("\xEE\xEF\xF3\xF4") == std::string_view::npos) return std::string(text);
  std::string mapped;
  const std::string valid = replace_invalid_utf8(text);
  for (std::size_t at = 0; at < valid.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(valid, at);
    if (!is_private(c)) {
      mapped.append(valid, begin, at - begin);
    } else if (const char32_t number = circled(c)) {
      append_utf8(mapped, number);
    } else if (const auto sign = hangul_signs().find(c); sign != hangul_signs().end()) {
      mapped += sign->second;
    } else if (const auto symbol = symbol_signs().find(c); symbol != symbol_signs().end()) {
      mapped += symbol->second;
    } else {
      ++unknown;
      mapped.append(valid, begin, at - begin);
    }
  }
  return mapped;
}

}  // namespace rag
