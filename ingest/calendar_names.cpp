// The only place that knows these names come from ICU.
#include "ingest/calendar_names.h"

#include <unicode/dtfmtsym.h>
#include <unicode/uloc.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <mutex>

namespace rag {
namespace {

constexpr std::size_t kLongestName = 16;  // "zh-Hant-TW"; longer ones are not ours to remember

icu::Locale locale_of(std::string_view language) {
  std::uint32_t id = 0;
  const auto parsed = std::from_chars(language.data(), language.data() + language.size(), id, 16);
  if (parsed.ec != std::errc() || parsed.ptr != language.data() + language.size()) return icu::Locale::createFromName(std::string(language).c_str());
  char name[ULOC_FULLNAME_CAPACITY] = "";
  UErrorCode status = U_ZERO_ERROR;
  // The upper half names a calendar and a set of digits.
  uloc_getLocaleForLCID(id & 0xFFFF, name, sizeof name, &status);
  return icu::Locale::createFromName(U_SUCCESS(status) ? name : "");
}

// Spreadsheets write "8. Mar", where ICU has the full stop of an abbreviation too.
std::string written(const icu::UnicodeString& name) {
  std::string text;
  name.toUTF8String(text);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

CalendarNames names_in(const icu::Locale& locale) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::DateFormatSymbols symbols(locale, status);
  CalendarNames names;
  if (U_FAILURE(status)) return names;
  const auto fill = [](auto& to, auto&& list, std::int32_t first) {
    std::int32_t count = 0;
    const icu::UnicodeString* from = list(count);
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(to.size()) && first + i < count; ++i) to[static_cast<std::size_t>(i)] = written(from[first + i]);
  };
  using Symbols = icu::DateFormatSymbols;
  // Within a date a month may have another form ("8 марта"); spreadsheets write that one where a day stands before it.
  fill(names.months, [&](std::int32_t& count) { return symbols.getMonths(count, Symbols::FORMAT, Symbols::WIDE); }, 0);
  fill(names.short_months, [&](std::int32_t& count) { return symbols.getMonths(count, Symbols::STANDALONE, Symbols::ABBREVIATED); }, 0);
  fill(names.days, [&](std::int32_t& count) { return symbols.getWeekdays(count, Symbols::STANDALONE, Symbols::WIDE); }, 1);
  fill(names.short_days, [&](std::int32_t& count) { return symbols.getWeekdays(count, Symbols::STANDALONE, Symbols::ABBREVIATED); }, 1);
  fill(names.halves, [&](std::int32_t& count) { return symbols.getAmPmStrings(count); }, 0);
  names.is_korean = std::string_view(locale.getLanguage()) == "ko";
  return names;
}

bool is_readers_own(std::string_view language) {
  return language.empty() || language.size() > kLongestName || language == "F800" || language == "F400" || language == "f800" || language == "f400" ||
         language.starts_with("x-");
}

}  // namespace

const CalendarNames& calendar_names(std::string_view language) {
  static std::mutex mutex;
  static std::map<std::string, CalendarNames, std::less<>> known;
  const std::lock_guard lock(mutex);
  const icu::Locale locale = is_readers_own(language) ? icu::Locale::getEnglish() : locale_of(language);
  // By what ICU makes of it, of which there are some hundreds: a file may name the same language in a million ways.
  const std::string key = locale.getLanguage()[0] == '\0' ? "en" : std::string(locale.getLanguage()) + "_" + locale.getScript() + "_" + locale.getCountry();
  if (const auto found = known.find(key); found != known.end()) return found->second;
  constexpr std::size_t kMost = 500;
  if (known.size() >= kMost) return known.begin()->second;
  return known.emplace(key, names_in(key == "en" ? icu::Locale::getEnglish() : locale)).first->second;
}

}  // namespace rag
