#include "generate/eval/counterfactual.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <functional>
#include <utility>

#include "core/hash.h"
#include "core/text.h"
#include "generate/eval/short_answers.h"
#include "generate/terms.h"

namespace rag {
namespace {

constexpr std::size_t kMostWords = 6;   // of an answer that can be a name
constexpr int kYears = 13;

constexpr std::array<std::string_view, 12> kMonths = {"January", "February", "March",     "April",   "May",      "June",
                                                      "July",    "August",   "September", "October", "November", "December"};

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

std::string with_commas(std::string digits) {
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

// Another number of the same kind; how it is written and what stands behind it tell the kind.  Nothing where it is too long to be counted with.
std::optional<std::string> other_number(std::string_view digits, bool commas, std::string_view behind) {
  std::uint64_t value = 0;
  if (digits.size() > 15 || std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc()) return std::nullopt;
  const bool year = !commas && digits.size() == 4 && value >= 1000 && value <= 2100;
  std::uint64_t other = value + value / 2 + 1;
  if (year) other = value + kYears <= 2030 ? value + kYears : value - kYears;
  if (behind.starts_with("월")) other = (value + 4) % 12 + 1;
  if (behind.starts_with("일") && value >= 1 && value <= 31) other = value % 28 + 1;
  std::string text = std::to_string(other);
  if (commas) return with_commas(std::move(text));
  while (text.size() < digits.size() && digits.front() == '0') text.insert(0, "0");
  return text;
}

// The number that begins at `at`, its thousands commas left out.
std::pair<std::string, std::size_t> number_at(std::string_view text, std::size_t at) {
  std::string digits;
  std::size_t i = at;
  for (; i < text.size(); ++i) {
    const bool comma = text[i] == ',' && i + 3 < text.size() && is_ascii_digit(text[i + 1]) && is_ascii_digit(text[i + 2]) && is_ascii_digit(text[i + 3]);
    if (is_ascii_digit(text[i])) digits += text[i];
    else if (!comma) break;
  }
  return {digits, i};
}

std::optional<std::string> with_other_numbers(std::string_view text) {
  std::string out;
  bool decimals = false;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_ascii_digit(text[i])) {
      decimals = text[i] == '.' && i > 0 && is_ascii_digit(text[i - 1]);
      out += text[i++];
      continue;
    }
    const auto [digits, end] = number_at(text, i);
    const std::optional<std::string> other = decimals ? digits : other_number(digits, end - i > digits.size(), text.substr(end));
    if (!other) return std::nullopt;
    out += *other;
    i = end;
    decimals = false;
  }
  return out;
}

std::optional<std::string> with_another_month(const std::string& text) {
  for (std::size_t month = 0; month < kMonths.size(); ++month)
    if (const std::size_t at = text.find(kMonths[month]); at != std::string::npos && holds_answer(text, kMonths[month]))
      return std::string(text).replace(at, kMonths[month].size(), kMonths[(month + 5) % kMonths.size()]);
  return std::nullopt;
}

std::size_t words_in(std::string_view text) {
  const std::string plain = collapse_white_space(text);
  return plain.empty() ? 0 : static_cast<std::size_t>(std::ranges::count(plain, ' ')) + 1;
}

bool has_digit(std::string_view text) { return std::ranges::any_of(text, is_ascii_digit); }

std::optional<std::string> another_name(const std::string& reference, std::span<const std::string> others) {
  const std::size_t words = words_in(reference);
  if (words == 0 || words > kMostWords) return std::nullopt;
  const auto distance = [&](const std::string& other) { return words_in(other) > words ? words_in(other) - words : words - words_in(other); };
  const std::string* best = nullptr;
  for (const std::string& other : others) {
    if (words_in(other) > kMostWords || has_digit(other) || mostly_cjk(other) != mostly_cjk(reference)) continue;
    if (!has_word(other) || holds_answer(other, reference) || holds_answer(reference, other)) continue;
    const auto key = [&](const std::string& text) { return std::pair(distance(text), checksum64(reference + '\n' + text)); };
    if (!best || key(other) < key(*best)) best = &other;
  }
  return best ? std::optional(*best) : std::nullopt;
}

bool continues_word(std::string_view text, std::size_t at) {
  return at < text.size() && static_cast<unsigned char>(text[at]) < 0x80 && (std::isalnum(static_cast<unsigned char>(text[at])) != 0);
}

// Small letters of ASCII only, so that offsets stay what they are.
std::string ascii_small(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

void replace_in(std::string& text, const std::string& wanted, const std::string& substitute) {
  const std::string folded = ascii_small(text), sought = ascii_small(wanted);
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = folded.find(sought); at != std::string::npos; at = folded.find(sought, at)) {
    const std::size_t end = at + sought.size();
    const bool inside = (continues_word(text, at) && at > 0 && continues_word(text, at - 1)) || (continues_word(text, end - 1) && continues_word(text, end));
    if (inside) {
      ++at;
      continue;
    }
    out.append(text, from, at - from).append(substitute);
    from = at = end;
  }
  text = out.append(text, from);
}

std::string all_of(const Passage& passage) {
  std::string all = passage.title + '\n' + passage.chunk.table_header + '\n' + passage.chunk.text;
  for (const std::string& heading : passage.chunk.heading_path) all += '\n' + heading;
  return all;
}

bool any_holds(std::span<const Passage> passages, const std::string& answer) {
  return std::ranges::any_of(passages, [&](const Passage& passage) { return holds_answer(all_of(passage), answer); });
}

}  // namespace

std::optional<std::string> substitute_for(const std::string& reference, std::span<const std::string> others) {
  std::optional<std::string> made = has_digit(reference) ? with_other_numbers(reference) : with_another_month(reference);
  if (!made && !has_digit(reference)) made = another_name(reference, others);
  return made && !holds_answer(*made, reference) && !holds_answer(reference, *made) ? made : std::nullopt;
}

std::optional<Counterfactual> counterfactual_of(const GoldQuestion& question, std::span<const Passage> passages, std::span<const std::string> others) {
  std::vector<std::string> references = question.references;
  std::ranges::stable_sort(references, std::greater<>(), [](const std::string& text) { return text.size(); });
  const auto present = std::ranges::find_if(references, [&](const std::string& reference) { return any_holds(passages, reference); });
  if (present == references.end()) return std::nullopt;
  const std::optional<std::string> substitute = substitute_for(*present, others);
  if (!substitute || any_holds(passages, *substitute)) return std::nullopt;
  Counterfactual made{.passages = {passages.begin(), passages.end()}, .substitute = *substitute};
  for (Passage& passage : made.passages) {
    for (const std::string& reference : references) {
      for (std::string* part : {&passage.chunk.text, &passage.title, &passage.chunk.table_header}) replace_in(*part, reference, *substitute);
      for (std::string& heading : passage.chunk.heading_path) replace_in(heading, reference, *substitute);
    }
    passage.chunk.span.end = passage.chunk.span.begin + passage.chunk.text.size();
  }
  const bool still_there = std::ranges::any_of(references, [&](const std::string& reference) { return any_holds(made.passages, reference); });
  return still_there || !any_holds(made.passages, *substitute) ? std::nullopt : std::optional(std::move(made));
}

}  // namespace rag
