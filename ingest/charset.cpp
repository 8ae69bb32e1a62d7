#include "ingest/charset.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset_guess.h"
#include "ingest/iconv_decoder.h"

namespace rag {
namespace {

struct Mark {
  std::string_view bytes;
  const char* charset;
};

// UTF-32LE before UTF-16LE, whose mark is the beginning of the other's.
constexpr std::array<Mark, 5> kMarks{{{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
                                      {std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
                                      {"\xEF\xBB\xBF", "UTF-8"},
                                      {"\xFF\xFE", "UTF-16LE"},
                                      {"\xFE\xFF", "UTF-16BE"}}};

[[noreturn]] void refuse_binary() { throw Error(ErrorKind::Ingest, "binary data, not text"); }

// Text has next to no control characters; a few (form feeds, escapes of terminals) are forgiven.
bool looks_binary(std::string_view bytes) {
  std::size_t controls = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return true;
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1B && byte != 0x0E && byte != 0x0F)
      ++controls;
  }
  return controls * 50 > bytes.size();
}

bool is_seven_bit(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Korean and Japanese mail charsets are seven-bit and announce themselves by escape sequences.
std::string seven_bit_charset(std::string_view bytes) {
  if (bytes.find("\x1B$)C") != std::string_view::npos) return "ISO-2022-KR";
  for (const std::string_view escape : {"\x1B$B", "\x1B$@", "\x1B(J"})
    if (bytes.find(escape) != std::string_view::npos) return "ISO-2022-JP-2";
  return "UTF-8";
}

struct Utf8Census {
  std::size_t multibyte = 0;  // characters of two and more bytes
  std::size_t invalid = 0;    // maximal invalid pieces
};

Utf8Census take_census(std::string_view bytes) {
  Utf8Census census;
  while (!bytes.empty()) {
    const auto bad = find_invalid_utf8(bytes);
    const std::string_view good = bytes.substr(0, bad.value_or(bytes.size()));
    census.multibyte += static_cast<std::size_t>(
        std::count_if(good.begin(), good.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0xC0; }));
    if (!bad) break;
    ++census.invalid;
    bytes.remove_prefix(*bad + 1);
    while (!bytes.empty() && (static_cast<unsigned char>(bytes[0]) & 0xC0) == 0x80) bytes.remove_prefix(1);
  }
  return census;
}

DecodedText decode_utf8(std::string_view bytes) {
  DecodedText decoded;
  decoded.charset = "UTF-8";
  const auto bad = find_invalid_utf8(bytes);
  if (!bad) {
    decoded.text = clean_text(bytes);
    return decoded;
  }
  decoded.first_bad_byte = *bad;
  decoded.replaced = take_census(bytes).invalid;
  decoded.text = clean_text(replace_invalid_utf8(bytes));
  return decoded;
}

template <typename Use>
void for_each_line(std::string_view bytes, Use&& use) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
    use(bytes.substr(at, end - at));
    at = end;
  }
}

// Logs and files that grew together: lines in UTF-8 and lines in an older charset.  Nothing where the lines that are no UTF-8 look like
// damaged UTF-8 rather than like another charset, or mean something in none.
std::optional<DecodedText> decode_mixed_lines(std::string_view bytes, const std::string& declared) {
  std::string other;
  std::ptrdiff_t long_characters = 0;
  for_each_line(bytes, [&](std::string_view line) {
    if (find_invalid_utf8(line))
      other += line;
    else
      long_characters += std::count_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE0; });
  });
  // Short words of older charsets may be characters of two bytes by chance, hardly ever of three.
  if (long_characters < 3) return std::nullopt;
  const Utf8Census census = take_census(other);
  if (census.multibyte * 4 > census.invalid) return std::nullopt;
  const std::string charset = guess_legacy_charset(other, declared);
  if (charset.empty() || convert_to_utf8(other, charset).replaced > 0) return std::nullopt;
  std::string text;
  for_each_line(bytes, [&](std::string_view line) {
    if (find_invalid_utf8(line))
      text += convert_to_utf8(line, charset).text;
    else
      text += line;
  });
  DecodedText decoded;
  decoded.text = clean_text(text);
  decoded.charset = "UTF-8+" + charset;
  return decoded;
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string mended;
  if (find_invalid_utf8(text)) text = mended = replace_invalid_utf8(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\r') {
      if (i + 1 < text.size() && text[i + 1] == '\n') continue;
      out += '\n';
    } else if (c == '\f' || c == '\v') {
      out += '\n';
    } else if (i == 0 && text.starts_with("\xEF\xBB\xBF")) {
      i += 2;  // a byte order mark; elsewhere it is a character that shows nothing: invisible_text.h
    } else if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      if (text[++i] == '\x85') out += '\n';  // C1 controls; NEL is a line end
    } else if ((c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n') {
      out += text[i];
    }
  }
  return to_nfc(out);
}

DecodedText decode_as(std::string_view bytes, const std::string& charset) {
  if (charset == "UTF-8") return decode_utf8(bytes);
  Converted converted = convert_to_utf8(bytes, charset);
  if (!converted.known) throw Error(ErrorKind::Ingest, "charset \"" + charset + "\" is not known here");
  return {clean_text(converted.text), charset, converted.replaced, converted.first_bad_byte};
}

DecodedText decode_text(std::string_view bytes, const std::string& declared) {
  for (const Mark& mark : kMarks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    DecodedText decoded = decode_as(bytes.substr(mark.bytes.size()), mark.charset);
    if (decoded.replaced > 0) decoded.first_bad_byte += mark.bytes.size();
    if (decoded.replaced * 10 > decoded.text.size()) refuse_binary();
    return decoded;
  }
  if (const std::string wide = guess_wide_charset(bytes); !wide.empty()) return decode_as(bytes, wide);
  if (looks_binary(bytes)) refuse_binary();
  if (is_seven_bit(bytes)) return decode_as(bytes, seven_bit_charset(bytes));

  const Utf8Census census = take_census(bytes);
  if (census.invalid > 0 && census.multibyte > 0)
    if (std::optional<DecodedText> mixed = decode_mixed_lines(bytes, declared)) return *std::move(mixed);
  if (census.invalid == 0 || census.multibyte >= census.invalid * 3) return decode_utf8(bytes);
  // A file cut inside its last character is still UTF-8.
  if (census.invalid == 1 && census.multibyte > 0 && *find_invalid_utf8(bytes) + 4 > bytes.size()) return decode_utf8(bytes);
  const std::string charset = guess_legacy_charset(bytes, declared);
  if (charset.empty()) refuse_binary();
  return decode_as(bytes, charset);
}

}  // namespace rag
