#include "ingest/list_number.h"

#include <array>
#include <utility>

#include "core/text.h"

namespace rag {
namespace {

// The n-th of these characters; "" where there is none.
std::string nth(std::u32string_view characters, int number) {
  std::string text;
  if (number >= 1 && static_cast<std::size_t>(number) <= characters.size()) append_utf8(text, characters[static_cast<std::size_t>(number) - 1]);
  return text;
}

}  // namespace

std::string list_number(int number, char format) {
  constexpr std::array<std::pair<int, std::string_view>, 9> kRoman{
      {{100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}}};
  const char kind = static_cast<char>(format | 0x20);
  std::string text;
  if (kind == 'a' && number >= 1 && number <= 26) text = static_cast<char>('a' + number - 1);
  if (kind == 'i' && number >= 1 && number < 400) {
    int left = number;
    for (const auto& [value, letters] : kRoman)
      for (; left >= value; left -= value) text += letters;
  }
  if (text.empty()) return std::to_string(number);
  if (kind != format)
    for (char& c : text) c = static_cast<char>(c & ~0x20);
  return text;
}

std::string list_number(int number, std::string_view word_format) {
  if (word_format == "lowerLetter") return list_number(number, 'a');
  if (word_format == "upperLetter") return list_number(number, 'A');
  if (word_format == "lowerRoman") return list_number(number, 'i');
  if (word_format == "upperRoman") return list_number(number, 'I');
  std::string text;
  if (word_format == "decimalZero" && number >= 0 && number < 10) text = "0" + std::to_string(number);
  if (word_format == "ganada") text = nth(U"가나다라마바사아자차카타파하", number);
  if (word_format == "chosung") text = nth(U"ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ", number);
  if (word_format == "decimalEnclosedCircle" || word_format == "decimalEnclosedCircleChinese") text = nth(U"①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", number);
  return text.empty() ? std::to_string(number) : text;
}

}  // namespace rag
