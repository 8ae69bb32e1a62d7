#include "ingest/summary_information.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/iconv_decoder.h"
#include "ingest/little_endian.h"
#include "ingest/utf16.h"

namespace rag {
namespace {

using namespace little_endian;

enum Property : unsigned { kCodePage = 1, kTitle = 2, kAuthor = 4, kKeywords = 5, kCreated = 12, kSaved = 13 };
enum Type : unsigned { kI2 = 2, kLpstr = 30, kLpwstr = 31, kFiletime = 64 };

std::string value_of(std::string_view section, std::size_t at, unsigned code_page) {
  const unsigned type = u16(section, at);
  const std::size_t length = u32(section, at + 4);
  std::string text;
  if (type == kFiletime) return iso_date_of_filetime(u64(section, at + 4));
  if (type == kLpwstr) text = utf16le_to_utf8(slice(section, at + 8, length < (1U << 20) ? 2 * length : 0));
  if (type == kLpstr && code_page == 1200) text = utf16le_to_utf8(slice(section, at + 8, length));
  if (type == kLpstr && code_page != 1200) {
    const std::string_view bytes = slice(section, at + 8, length);
    text = convert_to_utf8(bytes.substr(0, bytes.find('\0')), charset_of_code_page(code_page)).text;
  }
  return collapse_white_space(clean_text(text.substr(0, text.find('\0'))));
}

}  // namespace

void read_summary_information(const CompoundFile& file, const std::string& stream, DocumentBuilder& builder) {
  if (!file.has(stream)) return;
  std::string bytes;
  try {
    bytes = file.read(stream);
  } catch (const Error&) {
    return;  // the document itself may well be sound
  }
  const std::string_view section = slice(bytes, u32(bytes, 44));
  const std::size_t count = std::min<std::size_t>(u32(section, 4), 256);
  unsigned code_page = 1252;
  for (std::size_t i = 0; i < count; ++i)
    if (u32(section, 8 + 8 * i) == kCodePage) code_page = u16(section, std::size_t{u32(section, 12 + 8 * i)} + 4);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string value = value_of(section, u32(section, 12 + 8 * i), code_page);
    if (value.empty()) continue;
    switch (u32(section, 8 + 8 * i)) {
      case kTitle: builder.title = value; break;
      case kAuthor: builder.metadata["author"] = {value}; break;
      case kKeywords: builder.metadata["keywords"] = {value}; break;
      case kCreated: builder.metadata["created"] = {value}; break;
      case kSaved: builder.metadata["modified"] = {value}; break;
      default: break;
    }
  }
}

std::string iso_date_of_filetime(std::uint64_t filetime) {
  constexpr std::int64_t kSecondsFrom1601To1970 = 11644473600;
  const std::time_t seconds = static_cast<std::time_t>(filetime / 10'000'000) - kSecondsFrom1601To1970;
  std::tm parts{};
  std::array<char, 32> text{};
  if (filetime == 0 || !gmtime_r(&seconds, &parts) || parts.tm_year > 8099) return "";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string charset_of_code_page(unsigned code_page) {
  switch (code_page) {
    case 65001: return "UTF-8";
    case 10000: return "MACINTOSH";
    case 20127: return "US-ASCII";
    case 20866: return "KOI8-R";
    case 28591: return "ISO-8859-1";
    case 50220: return "ISO-2022-JP";
    case 51949: return "EUC-KR";
    case 50225: return "ISO-2022-KR";
    case 51932: return "EUC-JP";
    case 54936: return "GB18030";
    case 932: return "CP932";
    case 0: return "CP1252";
    default: return "CP" + std::to_string(code_page);
  }
}

}  // namespace rag
