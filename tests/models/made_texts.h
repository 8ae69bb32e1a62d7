#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "core/text.h"

namespace rag {

// Texts that tokenizers stumble over, the same on every machine: all of Unicode, marks without letters, letters without end, bytes that
// are no text.  Most are valid UTF-8, not all.
class MadeTexts {
 public:
  explicit MadeTexts(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    switch (below(10)) {
      case 0: return from_all_of_unicode();
      case 1: return from_one_block(1 + below(40));
      case 2: return decomposed_hangul();
      case 3: return joined_emoji();
      case 4: return from_one_block(200 + below(1800));
      case 5: return repeated();
      case 6: return broken();
      case 7: return words_and([&] { return code_point(kBlocks[below(2)]); });      // control characters
      case 8: return words_and([&] { return code_point(kBlocks[2 + below(6)]); });  // marks and invisible ones
      default: return words_and([&] { return std::string(kTraps[below(kTraps.size())]); });
    }
  }

 private:
  using Block = std::pair<char32_t, char32_t>;
  static constexpr std::array<Block, 38> kBlocks{{
      {0x0, 0x1F},        {0x7F, 0xA0},       {0x300, 0x36F},   {0x2000, 0x206F},   {0x20D0, 0x20F0},   {0xFE00, 0xFE2F},
      {0x1AB0, 0x1AFF},   {0xFFF0, 0xFFFF},   {0x20, 0x7E},     {0xA0, 0x24F},      {0x1E00, 0x1EFF},   {0x370, 0x52F},
      {0x590, 0x6FF},     {0x900, 0xDFF},     {0xE00, 0xFFF},   {0x1100, 0x11FF},   {0x3130, 0x318F},   {0xA960, 0xA97F},
      {0xD7B0, 0xD7FF},   {0xAC00, 0xD7A3},   {0xAC00, 0xAFFF}, {0x3040, 0x30FF},   {0x4E00, 0x9FFF},   {0x3400, 0x4DBF},
      {0xF900, 0xFAFF},   {0xFB00, 0xFDFF},   {0xFE30, 0xFEFF}, {0xFF00, 0xFFEF},   {0x2070, 0x218F},   {0x2460, 0x24FF},
      {0x3200, 0x33FF},   {0x2190, 0x2BFF},   {0xE000, 0xF8FF}, {0x1D400, 0x1D7FF}, {0x1F300, 0x1FAFF}, {0x20000, 0x2A6FF},
      {0x2F800, 0x2FA1F}, {0xE0000, 0xE01EF},
  }};
  static constexpr std::array<std::string_view, 20> kTraps{
      "</s>", "<s>", "<unk>", "<pad>", "<mask>", "[CLS]",  "[MASK]", "[UNK]",  "##ing", "▁",
      "▁▁",   "  ",  "\t",    "\r\n",  "\u3000", "\u00A0", "\u00AD", "\uFEFF", "İ",     "<0x41>",
  };
  static constexpr std::array<std::string_view, 16> kWords{"the",     "retrieval", "of", "Café",  "3.14",  "강은",  "흐른다", "대한민국의",
                                                           "passage", "東京",      "a",  "naïve", "don't", "Große", "Ⅷ",      "한국어로"};

  std::uint32_t below(std::size_t limit) { return random_() % static_cast<std::uint32_t>(limit); }

  std::string code_point(Block block) {
    std::string out;
    append_utf8(out, block.first + below(block.second - block.first + 1));
    return out;
  }

  std::string from_all_of_unicode() {
    std::string out;
    for (std::uint32_t n = 1 + below(60); n > 0; --n) {
      const char32_t c = below(3) == 0 ? below(0x110000) : below(0x3400);
      append_utf8(out, c >= 0xD800 && c <= 0xDFFF ? U' ' : c);
    }
    return out;
  }

  std::string from_one_block(std::uint32_t length) {
    const Block block = kBlocks[below(kBlocks.size())];
    std::string out;
    for (; length > 0; --length) out += below(12) == 0 && length < 100 ? " " : code_point(block);
    return out;
  }

  std::string decomposed_hangul() {
    std::string out;
    for (std::uint32_t n = 1 + below(30); n > 0; --n) {
      const std::string syllable = code_point({0xAC00, 0xD7A3});
      out += below(4) == 0 ? syllable : to_nfd(syllable);
      if (below(6) == 0) out += code_point({0x1100, 0x11FF});
      if (below(5) == 0) out += ' ';
    }
    return out;
  }

  std::string joined_emoji() {
    std::string out;
    for (std::uint32_t n = 1 + below(12); n > 0; --n) {
      out += code_point({0x1F466, 0x1F9FF});
      constexpr std::array<std::string_view, 5> kAfter{"\xE2\x80\x8D", "\xEF\xB8\x8F", "\xF0\x9F\x8F\xBD", " ", ""};
      out += kAfter[below(kAfter.size())];
    }
    return out;
  }

  std::string repeated() {
    std::string out, unit = below(2) == 0 ? code_point(kBlocks[below(kBlocks.size())]) : std::string(kWords[below(kWords.size())]);
    if (below(3) == 0) unit += kTraps[below(kTraps.size())];
    for (std::uint32_t n = 2 + below(200); n > 0; --n) out += unit;
    return out;
  }

  std::string broken() {
    std::string out = words_and([&] { return code_point(kBlocks[below(kBlocks.size())]); });
    for (std::uint32_t n = 1 + below(6); n > 0; --n) {
      const std::size_t at = below(out.size() + 1);
      if (below(2) == 0)
        out.insert(at, 1, static_cast<char>(below(256)));
      else
        out.erase(at, 1);
    }
    return out;
  }

  template <typename Other>
  std::string words_and(Other&& other) {
    std::string out;
    for (std::uint32_t n = 1 + below(16); n > 0; --n) {
      out += kWords[below(kWords.size())];
      for (std::uint32_t more = below(3); more > 0; --more) out += other();
      if (below(3) != 0) out += ' ';
    }
    return out;
  }

  std::mt19937 random_;
};

}  // namespace rag
