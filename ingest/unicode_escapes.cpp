#include "ingest/unicode_escapes.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kLength = 6;  // of "\\uD55C"

// The unit that an escape at `at` names.
std::optional<char32_t> unit_at(std::string_view text, std::size_t at) {
  const std::string_view escape = text.substr(std::min(at, text.size()), kLength);
  std::uint32_t unit = 0;
  if (escape.size() < kLength || !escape.starts_with("\\u")) return std::nullopt;
  const auto parsed = std::from_chars(escape.data() + 2, escape.data() + kLength, unit, 16);
  if (parsed.ec != std::errc() || parsed.ptr != escape.data() + kLength) return std::nullopt;
  return unit;
}

}  // namespace

std::string undo_unicode_escapes(std::string text) {
  if (text.find("\\u") == std::string::npos) return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    std::optional<char32_t> c = unit_at(text, at);
    std::size_t length = kLength;
    if (c && *c >= 0xD800 && *c < 0xDC00) {
      const std::optional<char32_t> low = unit_at(text, at + kLength);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        c = 0x10000 + ((*c - 0xD800) << 10) + (*low - 0xDC00);
        length += kLength;
      }
    }
    if (c && *c >= 0xA0 && (*c < 0xD800 || *c >= 0xE000)) {
      append_utf8(out, *c);
      at += length;
    } else {
      out += text.substr(at, 2);
      at += 2;
    }
  }
  return to_nfc(out);
}

}  // namespace rag
