#include "core/letters.h"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace rag {

std::string lower_case(std::string_view text) {
  std::string small;
  icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size()))).toLower(icu::Locale::getRoot()).toUTF8String(small);
  return small;
}

bool is_word_character(char32_t c) {
  const auto category = U_GET_GC_MASK(static_cast<UChar32>(c));
  return c == U'_' || (category & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

}  // namespace rag
