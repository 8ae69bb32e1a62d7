#include "ingest/utf16.h"

#include "core/text.h"
#include "ingest/little_endian.h"

namespace rag {

std::string utf16le_to_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = little_endian::u16(bytes, at);
    if (c >= 0xD800 && c < 0xDC00) {
      const char32_t low = little_endian::u16(bytes, at + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      } else {
        c = 0xFFFD;
      }
    } else if (c >= 0xDC00 && c < 0xE000) {
      c = 0xFFFD;
    }
    append_utf8(text, c);
  }
  return text;
}

}  // namespace rag
