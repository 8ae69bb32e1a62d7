#include "ingest/rtf_fonts.h"

#include <algorithm>

#include "core/text.h"
#include "ingest/iconv_decoder.h"

namespace rag {
namespace {

constexpr const char* kSymbol = "symbol";  // pictures of Symbol and Wingdings: no letters

std::string code_page_name(int code_page) {
  switch (code_page) {
    case 936: return "GB18030";
    case 950: return "BIG5-HKSCS";
    case 1361: return "JOHAB";
    case 10000: return "MACINTOSH";
    case 54936: return "GB18030";
    case 65001: return "UTF-8";
    case 0: return "CP1252";
    default: return "CP" + std::to_string(code_page);
  }
}

// Windows' numbers for the scripts of fonts.  0 (western) and 1 (default) say no more than the file does.
std::string charset_name(int fcharset) {
  switch (fcharset) {
    case 2: return kSymbol;
    case 77: return "MACINTOSH";
    case 128: return "CP932";
    case 129: return "CP949";
    case 130: return "JOHAB";
    case 134: return "GB18030";
    case 136: return "BIG5-HKSCS";
    case 161: return "CP1253";
    case 162: return "CP1254";
    case 163: return "CP1258";
    case 177: return "CP1255";
    case 178: return "CP1256";
    case 186: return "CP1257";
    case 204: return "CP1251";
    case 222: return "CP874";
    case 238: return "CP1250";
    case 254: return "CP437";
    case 255: return "CP850";
    default: return "";
  }
}

std::string bullets(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x80)
      text += c;
    else
      text += "•";
  }
  return text;
}

}  // namespace

void RtfFonts::set_default(int code_page) { default_ = code_page_name(code_page); }

void RtfFonts::set_charset(int font, int fcharset) {
  if (std::string name = charset_name(fcharset); !name.empty()) by_font_[font] = std::move(name);
}

void RtfFonts::set_code_page(int font, int code_page) {
  if (code_page > 0) by_font_[font] = code_page_name(code_page);
}

std::string RtfFonts::decode(std::string_view bytes, int font, std::size_t& replaced) {
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return std::string(bytes);
  const auto found = by_font_.find(font);
  const std::string& charset = found == by_font_.end() ? default_ : found->second;
  if (charset == kSymbol) return bullets(bytes);
  if (charset != known_charset_ || known_.size() > 5000) {
    known_.clear();
    known_charset_ = charset;
  }
  const bool is_short = bytes.size() <= 32;
  if (is_short)
    if (const auto run = known_.find(std::string(bytes)); run != known_.end()) return run->second;
  Converted best = convert_to_utf8(bytes, charset);
  // Programs that forget a font's script mean the file's code page; some write UTF-8 as it is.
  for (const std::string& other : {default_, std::string("UTF-8"), std::string("CP1252")}) {
    if (best.known && best.replaced == 0) break;
    Converted converted = convert_to_utf8(bytes, other);
    if (converted.known && (!best.known || converted.replaced < best.replaced)) best = std::move(converted);
  }
  replaced += best.replaced;
  if (is_short && best.replaced == 0) known_.emplace(bytes, best.text);
  return best.text;
}

}  // namespace rag
