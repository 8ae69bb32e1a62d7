#include "generate/draft.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "core/sentences.h"
#include "core/text.h"

namespace rag {
namespace {

struct Marker {
  std::size_t end = 0;  // behind it, in the draft
  std::vector<int> numbers;
};

struct PlacedMarker {
  std::size_t at = 0;  // in the text without markers
  bool opens_line = false;
  std::vector<int> numbers;
};

constexpr int kLargestNumber = 9999;  // more passages than any prompt holds
constexpr int kLongestRange = 50;
constexpr std::size_t kLongestLink = 4096;

char32_t ascii_of(char32_t c) { return c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c; }

// A marker at `at`, or nothing where the bracket holds anything but numbers.
std::optional<Marker> read_marker(std::string_view text, std::size_t at) {
  std::size_t i = at;
  const char32_t open = next_code_point(text, i);
  if (ascii_of(open) != '[' && open != 0x3010) return std::nullopt;
  Marker marker;
  int number = -1, range_from = -1;
  const auto finish = [&]() {
    if (number < 0) return false;
    if (range_from >= 0) {
      if (number < range_from || number - range_from > kLongestRange)
        marker.numbers.push_back(number);
      else
        for (int n = range_from; n <= number; ++n) marker.numbers.push_back(n);
    } else {
      marker.numbers.push_back(number);
    }
    number = range_from = -1;
    return true;
  };
  bool source_part = false;  // 【1†file.md】, as some models write
  while (i < text.size()) {
    const char32_t raw = next_code_point(text, i);
    const char32_t c = ascii_of(raw);
    if (c == ']' || raw == 0x3011) {
      if (!finish()) return std::nullopt;
      marker.end = i;
      return marker;
    }
    if (c == '\n' || i - at > 200) return std::nullopt;
    if (source_part) continue;
    if (c >= '0' && c <= '9') {
      number = std::min(kLargestNumber, std::max(number, 0) * 10 + static_cast<int>(c - '0'));
    } else if (c == ',' || c == ';' || c == 0x3001) {
      if (!finish()) return std::nullopt;
    } else if ((c == '-' || c == 0x2013 || c == '~') && number >= 0 && range_from < 0) {
      range_from = number;
      number = -1;
    } else if (raw == 0x2020 && open == 0x3010) {
      source_part = true;
    } else if (c != ' ' && c != '^' && c != '#') {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// A link behind a marker, "[1](https://...)", is not part of the answer.
std::size_t skip_link(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '(') return at;
  const std::string_view link = text.substr(at, kLongestLink);  // not up to the draft's end for each of many that are not closed
  const std::size_t end = link.find(')');
  return end == std::string_view::npos || link.substr(0, end).find('\n') != std::string_view::npos ? at : at + end + 1;
}

std::string strip_thoughts(std::string_view draft) {
  constexpr std::string_view kOpen = "<think>", kClose = "</think>";
  std::string text;
  for (std::size_t at = 0; at < draft.size();) {
    const std::size_t open = std::min(draft.find(kOpen, at), draft.size());
    text += draft.substr(at, open - at);
    const std::size_t close = draft.find(kClose, open);
    at = close == std::string_view::npos ? draft.size() : close + kClose.size();
  }
  if (const std::size_t close = text.find(kClose); close != std::string::npos) text.erase(0, close + kClose.size());
  return text;
}

struct Plain {
  std::string text;
  std::vector<PlacedMarker> markers;
};

Plain take_markers_out(std::string_view draft) {
  Plain plain;
  bool blank_line = true;
  for (std::size_t i = 0; i < draft.size();) {
    if (const auto marker = read_marker(draft, i)) {
      if (!blank_line)
        while (plain.text.ends_with(' ')) plain.text.pop_back();
      plain.markers.push_back({plain.text.size(), blank_line, marker->numbers});
      i = skip_link(draft, marker->end);
      continue;
    }
    const std::size_t begin = i;
    const char32_t c = next_code_point(draft, i);
    plain.text.append(draft.substr(begin, i - begin));
    // A bullet or heading mark does not make a line begin with something else than its marker.
    blank_line = c == '\n' || (blank_line && (is_space(c) || c == '-' || c == '*' || c == '#' || c == 0x2022));
  }
  return plain;
}

bool is_source_line(std::string_view line) {
  line = trim(line);
  while (line.starts_with('*') || line.starts_with('#') || line.starts_with(' ')) line.remove_prefix(1);
  const std::string folded = fold_case(line.substr(0, floor_to_character(line, 40)));
  for (const std::string_view word : {"sources", "source", "references", "reference", "citations", "출처", "참고 문헌", "참고", "근거"}) {
    if (!folded.starts_with(word)) continue;
    std::string_view rest = trim(std::string_view(folded).substr(word.size()));
    while (rest.starts_with('*')) rest.remove_prefix(1);
    if (rest.empty() || rest.starts_with(':') || rest.starts_with("：")) return true;
  }
  return false;
}

// Where the closing list of sources begins, or the end of the text.
std::size_t find_sources(std::string_view text) {
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t end = std::min(text.find('\n', line), text.size());
    if (is_source_line(text.substr(line, end - line))) return line;
    line = end + 1;
  }
  return text.size();
}

std::string separator(std::string_view between) {
  const auto lines = std::count(between.begin(), between.end(), '\n');
  return lines == 0 ? " " : lines == 1 ? "\n" : "\n\n";
}

void add_once(std::vector<int>& numbers, const std::vector<int>& more) {
  for (const int n : more)
    if (std::find(numbers.begin(), numbers.end(), n) == numbers.end()) numbers.push_back(n);
}

// Which of the sentences, of which there is one at least, a marker belongs to.
std::size_t owner_of(const PlacedMarker& marker, const std::vector<Span>& sentences) {
  const auto behind = marker.opens_line ? std::ranges::partition_point(sentences, [&](const Span& span) { return span.end <= marker.at; })
                                        : std::ranges::partition_point(sentences, [&](const Span& span) { return span.begin < marker.at; });
  const auto place = static_cast<std::size_t>(behind - sentences.begin());
  // Markers on a line of their own at the end belong to what stands above.
  if (marker.opens_line) return std::min(place, sentences.size() - 1);
  return place == 0 ? sentences.size() - 1 : place - 1;
}

}  // namespace

std::vector<DraftSentence> parse_draft(const std::string& draft) {
  const Plain plain = take_markers_out(strip_thoughts(replace_invalid_utf8(draft)));
  const std::size_t body = find_sources(plain.text);
  const std::vector<Span> spans = split_sentences(std::string_view(plain.text).substr(0, body));
  std::vector<DraftSentence> sentences;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const std::string_view whole = std::string_view(plain.text).substr(spans[i].begin, spans[i].size());
    const std::size_t before = i == 0 ? spans[i].begin : spans[i - 1].end;
    sentences.push_back({.text = collapse_white_space(whole),
                         .before = i == 0 ? "" : separator(std::string_view(plain.text).substr(before, spans[i].begin - before)),
                         .cited = {}});
  }
  std::vector<int> lent;
  for (const PlacedMarker& marker : plain.markers) {
    if (marker.at >= body && body < plain.text.size()) {
      add_once(lent, marker.numbers);
      continue;
    }
    if (!spans.empty()) add_once(sentences[owner_of(marker, spans)].cited, marker.numbers);
  }
  for (DraftSentence& sentence : sentences)
    if (sentence.cited.empty()) sentence.cited = lent;
  return sentences;
}

std::vector<MarkerSpan> markers_of(std::string_view text) {
  std::vector<MarkerSpan> markers;
  for (std::size_t i = 0; i < text.size();) {
    if (auto marker = read_marker(text, i)) {
      const std::size_t end = skip_link(text, marker->end);
      markers.push_back({{i, end}, std::move(marker->numbers)});
      i = end;
    } else {
      next_code_point(text, i);
    }
  }
  return markers;
}

std::string without_markers(const std::string& text) { return take_markers_out(replace_invalid_utf8(text)).text; }

}  // namespace rag
