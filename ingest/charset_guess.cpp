#include "ingest/charset_guess.h"

#include <uchardet/uchardet.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/text.h"
#include "ingest/iconv_decoder.h"

namespace rag {
namespace {

constexpr std::size_t kSample = 1 << 16;

using CharacterSet = std::unordered_set<char32_t>;

// The characters a two-byte charset keeps in the rows `first` to `last`: there, the common ones.
CharacterSet rows_of(const std::string& charset, int first, int last) {
  std::string pairs;
  for (int lead = first; lead <= last; ++lead)
    for (int trail = 0x40; trail <= 0xFE; ++trail) ((pairs += static_cast<char>(lead)) += static_cast<char>(trail)) += '\n';
  // Pairs without a meaning decode to U+FFFD and rests, lines longer than one character.
  const std::string text = convert_to_utf8(pairs, charset).text;
  CharacterSet set;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at < end) {
      const char32_t c = next_code_point(text, at);
      if (at == end && c != 0xFFFD && c >= 0x80) set.insert(c);
    }
    at = end + 1;
  }
  return set;
}

const CharacterSet& everyday_hangul() {
  static const CharacterSet set = rows_of("EUC-KR", 0xB0, 0xC8);
  return set;
}
const CharacterSet& common_simplified() {
  static const CharacterSet set = rows_of("GB2312", 0xB0, 0xD7);
  return set;
}
const CharacterSet& common_traditional() {
  static const CharacterSet set = rows_of("BIG5", 0xA4, 0xC6);
  return set;
}
const CharacterSet& common_kanji() {
  static const CharacterSet set = rows_of("EUC-JP", 0xB0, 0xCF);
  return set;
}

bool is_east_asian_punctuation(char32_t c) {
  return (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF65) || (c >= 0x2010 && c <= 0x203B) || c == 0xB7 || c == 0xD7;
}
bool is_kana(char32_t c) { return c >= 0x3041 && c <= 0x30FE; }
bool is_han(char32_t c) { return is_cjk(c) && !is_hangul(c) && !is_kana(c) && c < 0xFF00; }

enum class Script { Korean, Japanese, Simplified, Traditional };

// How much one character speaks for a script: 1 everyday, below 0 hardly ever seen.
double weight(char32_t c, Script script) {
  if (is_east_asian_punctuation(c)) return 0.6;
  switch (script) {
    case Script::Korean:
      if (everyday_hangul().contains(c)) return 1;
      if (is_hangul(c)) return -0.5;
      return is_han(c) ? 0.1 : 0;
    case Script::Japanese:
      if (is_kana(c)) return 1;
      if (is_hangul(c) || (c >= 0xE000 && c <= 0xF8FF)) return -1;
      return is_han(c) ? (common_kanji().contains(c) ? 0.7 : 0) : 0;
    case Script::Simplified:
      if (is_kana(c)) return -0.3;
      return common_simplified().contains(c) ? 0.9 : is_han(c) ? 0 : -0.2;
    case Script::Traditional: return common_traditional().contains(c) ? 0.9 : is_han(c) ? 0 : -0.2;
  }
  return 0;
}

struct Candidate {
  const char* charset;
  Script script;
};

// EUC-KR before CP949, its superset, so that the narrower name is given where it is enough.
constexpr std::array<Candidate, 8> kCandidates{{{"EUC-KR", Script::Korean},
                                                {"CP949", Script::Korean},
                                                {"JOHAB", Script::Korean},
                                                {"CP932", Script::Japanese},
                                                {"EUC-JP", Script::Japanese},
                                                {"GB18030", Script::Simplified},
                                                {"BIG5", Script::Traditional},
                                                {"BIG5-HKSCS", Script::Traditional}}};

double score_of(std::string_view sample, const Candidate& candidate) {
  const std::size_t tolerated = sample.size() / 500;
  const Converted converted = convert_to_utf8(sample, candidate.charset, true, tolerated);
  if (!converted.known || converted.replaced > tolerated) return -1;
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < converted.text.size();) {
    const char32_t c = next_code_point(converted.text, i);
    if (c < 0x80) continue;
    sum += c == 0xFFFD ? -2 : weight(c, candidate.script);
    ++count;
  }
  return count == 0 ? -1 : sum / static_cast<double>(count);
}

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// The first lines that are not ASCII: a page may begin with pages of scripts, a log with a day in English.
std::string telling_lines(std::string_view bytes) {
  std::string lines;
  for (std::size_t at = 0; at < bytes.size() && lines.size() < kSample;) {
    const std::string_view line = bytes.substr(at, std::min(bytes.find('\n', at), bytes.size() - 1) + 1 - at);
    const auto first = static_cast<std::size_t>(std::find_if(line.begin(), line.end(), is_high) - line.begin());
    // Before its first byte that is not ASCII a long line tells nothing either.
    if (first < line.size()) lines += line.substr(first < kSample / 16 ? 0 : first, kSample - lines.size());
    at += line.size();
  }
  return lines;
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// How well high bytes sit as accented letters inside Latin words or as typographic marks.
double latin_score(std::string_view sample) {
  std::size_t good = 0, high = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const auto byte = static_cast<unsigned char>(sample[i]);
    if (byte < 0x80) continue;
    ++high;
    const bool beside_letter = (i > 0 && is_ascii_letter(sample[i - 1])) || (i + 1 < sample.size() && is_ascii_letter(sample[i + 1]));
    const bool mark = byte == 0x80 || byte == 0x85 || (byte >= 0x91 && byte <= 0x97) || byte == 0x99 || (byte >= 0xA0 && byte <= 0xBF);
    const bool letter = byte >= 0xC0 && byte != 0xD7 && byte != 0xF7 && byte < 0xFE;
    if (mark || (letter && beside_letter)) ++good;
  }
  // Where most bytes are high it is another alphabet, whatever their neighbours are.
  if (high == 0 || high * 3 > sample.size()) return 0;
  return 0.75 * static_cast<double>(good) / static_cast<double>(high);
}

std::string ask_uchardet(std::string_view sample) {
  const uchardet_t detector = uchardet_new();
  uchardet_handle_data(detector, sample.data(), sample.size());
  uchardet_data_end(detector);
  const std::string charset = uchardet_get_charset(detector);
  uchardet_delete(detector);
  return charset;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

bool same_family(const std::string& a, const std::string& b) {
  const auto korean = [](const std::string& name) { return name == "EUC-KR" || name == "CP949"; };
  return a == b || (korean(a) && korean(b));
}

bool is_plausible_unit(char32_t c) {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\r' || c == '\t' || (c >= 0xA0 && c < 0x250) || (c >= 0x370 && c < 0x530) ||
         (c >= 0x2010 && c <= 0x2040) || (c >= 0x3000 && c <= 0x30FF) || (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xFF00 && c <= 0xFFEF);
}

double wide_score(std::string_view sample, const std::string& charset) {
  const Converted converted = convert_to_utf8(sample, charset, true, 0);
  if (converted.replaced > 0) return 0;
  std::size_t count = 0, plausible = 0, blanks = 0;
  for (std::size_t i = 0; i < converted.text.size(); ++count) {
    const char32_t c = next_code_point(converted.text, i);
    if (is_plausible_unit(c)) ++plausible;
    if (c == ' ' || c == '\n') ++blanks;
  }
  if (count == 0) return 0;
  // Blanks break ties: swapped, they become U+2000 and U+0A00, which no text is full of.
  return static_cast<double>(plausible) / static_cast<double>(count) + 0.01 * (blanks > 0);
}

}  // namespace

// Web pages and mails say "ks_c_5601-1987" or "euc-kr" and mean CP949, "shift_jis" and mean CP932.
std::string standard_charset_name(const std::string& declared) {
  const std::string name = upper(declared);
  if (name == "KS_C_5601-1987" || name == "KSC5601" || name == "MS949" || name == "UHC" || name == "WINDOWS-949" || name == "KS_C_5601" ||
      name == "KS_C_5601-1989" || name == "EUC-KR")
    return "CP949";
  if (name == "SHIFT_JIS" || name == "SHIFT-JIS" || name == "SJIS" || name == "X-SJIS" || name == "WINDOWS-31J") return "CP932";
  if (name == "GB2312" || name == "GBK") return "GB18030";
  if (name == "ISO-8859-1" || name == "LATIN1" || name == "US-ASCII") return "WINDOWS-1252";
  return name;
}

std::string guess_wide_charset(std::string_view bytes) {
  const std::string_view sample = bytes.substr(0, std::min<std::size_t>(bytes.size(), kSample) & ~std::size_t{3});
  if (bytes.size() % 2 != 0 || bytes.find('\0') == std::string_view::npos) return "";
  std::string best;
  double best_score = 0.95;
  for (const char* charset : {"UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE"}) {
    const std::string_view cut = sample.empty() ? bytes : sample;
    const double score = wide_score(cut, charset);
    if (score > best_score) {
      best_score = score;
      best = charset;
    }
  }
  return best;
}

std::string guess_legacy_charset(std::string_view bytes, const std::string& declared) {
  const std::string sample = telling_lines(bytes);
  const std::string named = standard_charset_name(declared);
  const std::string second_opinion = standard_charset_name(ask_uchardet(sample));
  const auto bonus = [&](const std::string& charset) {
    return (same_family(charset, named) ? 0.4 : 0) + (same_family(charset, second_opinion) ? 0.1 : 0);
  };
  std::string best;
  double best_score = 0.45;  // below it, neither language nor charset is recognised
  for (const Candidate& candidate : kCandidates) {
    const double score = score_of(sample, candidate);
    if (score > 0 && score + bonus(candidate.charset) > best_score) {
      best_score = score + bonus(candidate.charset);
      best = candidate.charset;
    }
  }
  if (const double latin = latin_score(sample) + bonus("WINDOWS-1252"); latin > best_score) {
    best_score = latin;
    best = "WINDOWS-1252";
  }
  if (best == "EUC-KR" && convert_to_utf8(bytes, "EUC-KR", false, 0).replaced > 0) best = "CP949";
  if (!best.empty()) return best;
  // Cyrillic, Greek, Thai ...: what the file says, else what uchardet says of a text full of such letters, where it decodes without
  // a loss.
  const auto high = static_cast<std::size_t>(std::count_if(sample.begin(), sample.end(), is_high));
  for (const std::string& charset : {named, high * 5 > sample.size() ? second_opinion : std::string()}) {
    if (charset.empty() || charset == "UTF-8" || charset == "ASCII") continue;
    const Converted converted = convert_to_utf8(sample, charset, true, 0);
    if (converted.known && converted.replaced == 0) return charset;
  }
  // Mostly plain text with a few strange bytes: keep the text, mark the bytes.
  return high * 5 < std::min(bytes.size(), kSample) ? "UTF-8" : "";
}

}  // namespace rag
