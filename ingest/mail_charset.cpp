#include "ingest/mail_charset.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/charset_guess.h"
#include "ingest/iconv_decoder.h"

namespace rag {
namespace {

// So many bytes beyond ASCII are a sample to guess from.
constexpr std::ptrdiff_t kTellingBytes = 60;

bool says_nothing(const std::string& charset) {
  constexpr std::array<std::string_view, 8> kVague{"",     "ASCII",        "ANSI_X3.4-1968", "UTF-8",
                                                   "UTF8", "WINDOWS-1252", "UNKNOWN-8BIT",   "X-UNKNOWN"};
  return std::find(kVague.begin(), kVague.end(), charset) != kVague.end();
}

bool is_cjk_charset(const std::string& charset) {
  return charset == "CP949" || charset == "CP932" || charset == "GB18030" || charset == "BIG5" || charset.starts_with("EUC");
}

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Seven-bit charsets with escapes, and wide ones, cannot be mistaken for another.
bool is_unmistakable(const std::string& charset) {
  return charset.starts_with("ISO-2022") || charset.starts_with("UTF-16") || charset.starts_with("UTF-32") || charset == "UTF-7" ||
         charset == "HZ-GB-2312" || charset == "HZ";
}

bool trusts_label(std::string_view bytes, const std::string& charset) {
  if (says_nothing(charset)) return false;
  if (is_unmistakable(charset)) return true;
  const auto high = std::count_if(bytes.begin(), bytes.end(), is_high);
  if (high == 0 || !find_invalid_utf8(bytes)) return false;
  return !is_cjk_charset(charset) || high < kTellingBytes;
}

}  // namespace

std::string decode_mail_text(std::string_view bytes, const std::string& declared, std::size_t& replaced) {
  const std::string charset = standard_charset_name(declared);
  if (trusts_label(bytes, charset)) {
    Converted converted = convert_to_utf8(bytes, charset == "HZ-GB-2312" ? "HZ" : charset);
    if (converted.known && converted.replaced == 0) return clean_text(converted.text);
  }
  try {
    const DecodedText decoded = decode_text(bytes, declared);
    replaced += decoded.replaced;
    return decoded.text;
  } catch (const Error&) {
    Converted converted = convert_to_utf8(bytes, says_nothing(charset) ? "UTF-8" : charset);
    if (!converted.known) converted = convert_to_utf8(bytes, "UTF-8");
    replaced += converted.replaced;
    return clean_text(converted.text);
  }
}

std::string prepare_mail_header(std::string_view raw) {
  std::size_t ignored = 0;
  const std::string text = std::any_of(raw.begin(), raw.end(), is_high) || raw.find('\x1B') != std::string_view::npos
                               ? decode_mail_text(raw, "", ignored)
                               : std::string(raw);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t word = text.find("=?", at);
    const std::size_t end = word == std::string::npos ? std::string::npos : text.find('?', word + 2);
    if (end == std::string::npos) return out + text.substr(at);
    out.append(text, at, word + 2 - at);
    const std::string label = text.substr(word + 2, end - word - 2);
    out += label.size() < 40 ? standard_charset_name(label) : label;
    at = end;
    // The end of this word may look like the start of another: "?==?".
    out += text[at++];
  }
  return out;
}

}  // namespace rag
