// Subtitles (SRT, WebVTT, SAMI, SBV): what is said, in pieces of some seconds, each after its time, so that a citation names minute and second.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/text_file.h"
#include "ingest/timed_text.h"

namespace rag {
namespace {

// "01:02:03,450", "02:03.450"; nothing where it is no time.
std::optional<double> read_time(std::string_view text) {
  double seconds = 0, part = 0;
  int colons = 0, digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      part = part * 10 + (c - '0');
      if (++digits > 9) return std::nullopt;
    } else if (c == ':' && digits > 0 && ++colons <= 2) {
      seconds = (seconds + part) * 60;
      part = 0;
      digits = 0;
    } else if (c == ',' || c == '.') {
      break;
    } else {
      return std::nullopt;
    }
  }
  if (colons == 0 || digits == 0) return std::nullopt;
  return seconds + part;
}

// "00:01:02,000 --> 00:01:04,000 align:start"
std::optional<Cue> read_timing(std::string_view line) {
  const std::size_t arrow = line.find("-->");
  if (arrow == std::string_view::npos) return std::nullopt;
  const std::string_view behind = trim(line.substr(arrow + 3));
  const std::optional<double> begin = read_time(trim(line.substr(0, arrow)));
  const std::optional<double> end = read_time(behind.substr(0, std::min(behind.find_first_of(" \t"), behind.size())));
  if (!begin || !end) return std::nullopt;
  return Cue{*begin, *end, {}};
}

// Tags go, a speaker's (<v Kim>) becomes "Kim: "; so do the "{\an8}" that place a line.
std::string spoken(std::string_view line) {
  std::string text;
  // Behind the last bracket that closes, an open one is a character; looking for its end again and again would take for ever.
  const std::size_t last_tag = line.rfind('>'), last_place = line.rfind('}');
  const auto closes = [&](std::size_t at, std::size_t last) { return last != std::string_view::npos && at < last; };
  for (std::size_t i = 0; i < line.size();) {
    const bool is_tag = line[i] == '<' && closes(i, last_tag), is_place = line.substr(i, 2) == "{\\" && closes(i, last_place);
    if (!is_tag && !is_place) {
      text += line[i++];
      continue;
    }
    const std::size_t end = line.find(is_tag ? '>' : '}', i);
    const std::string_view tag = line.substr(i, end - i);
    if (tag.starts_with("<v ") || tag.starts_with("<v.")) {
      const std::size_t name = tag.find(' ');
      if (name != std::string_view::npos) text += std::string(trim(tag.substr(name))) + ": ";
    }
    i = end + 1;
  }
  return text.find('&') == std::string::npos ? collapse_white_space(text) : html_to_line(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<Cue> read_cues(std::string_view text) {
  std::vector<Cue> cues;
  const std::vector<std::string_view> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::optional<Cue> cue = read_timing(lines[i]);
    if (!cue) continue;
    for (++i; i < lines.size() && !trim(lines[i]).empty(); ++i) {
      if (read_timing(lines[i])) break;  // the empty line between two cues is missing
      if (std::string line = spoken(lines[i]); !line.empty()) cue->lines.push_back(std::move(line));
    }
    --i;
    cues.push_back(std::move(*cue));
  }
  return cues;
}

// "0:00:01.000,0:00:04.000" above what is said.
std::vector<Cue> read_sbv_cues(std::string_view text) {
  std::vector<Cue> cues;
  for (const std::string_view line : lines_of(text)) {
    const std::size_t comma = std::min(line.find(','), line.size());
    const std::optional<double> begin = read_time(trim(line.substr(0, comma))), end = read_time(trim(line.substr(std::min(comma + 1, line.size()))));
    if (begin && end)
      cues.push_back({*begin, *end, {}});
    else if (std::string words = spoken(line); !words.empty() && !cues.empty())
      cues.back().lines.push_back(std::move(words));
  }
  return cues;
}

// SAMI: <SYNC Start=1000> begins what is said from its first second on, until the next one; paragraphs and lines by tags of HTML, which
// nobody closes.
std::vector<Cue> read_sami_cues(std::string_view text) {
  const std::string lower = ascii_lower(text);
  std::vector<Cue> cues;
  for (std::size_t at = lower.find("<sync"); at != std::string::npos;) {
    const std::size_t next = lower.find("<sync", at + 1);
    // No further than that: looking through the rest of the file for each one would take for ever.
    const std::string_view cue = std::string_view(lower).substr(at, next - at);
    const std::size_t words = cue.find('>'), start = cue.substr(0, words).find("start=");
    if (words != std::string_view::npos && start != std::string_view::npos) {
      std::string_view number = cue.substr(start + 6, words - start - 6);
      number.remove_prefix(std::min(number.find_first_not_of("\"' "), number.size()));
      std::uint32_t milliseconds = 0;
      std::from_chars(number.data(), number.data() + number.size(), milliseconds);
      if (!cues.empty()) cues.back().end = milliseconds / 1000.0;
      cues.push_back({milliseconds / 1000.0, milliseconds / 1000.0, {}});
      std::string said(text.substr(at + words + 1, cue.size() - words - 1));
      std::replace(said.begin(), said.end(), '\n', ' ');
      if (std::string line = html_to_line(said); has_letter_or_digit(line)) cues.back().lines.push_back(std::move(line));
    }
    at = next;
  }
  return cues;
}

// Captions that roll up repeat the line before.
void drop_repeated_lines(std::vector<Cue>& cues) {
  std::string last;
  for (Cue& cue : cues) {
    std::vector<std::string> kept;
    for (std::string& line : cue.lines) {
      if (line == last) continue;
      last = line;
      kept.push_back(std::move(line));
    }
    cue.lines = std::move(kept);
  }
}

class Subtitles final : public Format {
 public:
  std::string name() const override { return "subtitles"; }
  std::vector<std::string> media_types() const override { return {"application/x-subrip", "application/x-sami", "text/vtt", "text/x-sbv"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return read_within(bytes, uri, detect_media_type(bytes, uri), {}, warnings);
  }
  Document read_within(std::string_view bytes, const std::string&, const std::string& media_type, const ParseLimits&,
                       std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const std::string text = decode_file(bytes, warnings, builder.metadata);
    const bool is_sami = media_type == "application/x-sami", is_sbv = media_type == "text/x-sbv";
    std::vector<Cue> cues = is_sami ? read_sami_cues(text) : is_sbv ? read_sbv_cues(text) : read_cues(text);
    const char* const mark = is_sami ? "tag such as <SYNC Start=1000>" : is_sbv ? "line such as 0:00:01.000,0:00:02.000" : "line such as 00:00:01,000 --> 00:00:02,000";
    if (cues.empty()) throw Error(ErrorKind::Ingest, std::string("not subtitles: no ") + mark + " in it");
    drop_repeated_lines(cues);
    add_cues(cues, builder);
    return builder.finish("subtitles without words");
  }
};

}  // namespace

std::unique_ptr<Format> make_subtitles_format() { return std::make_unique<Subtitles>(); }

}  // namespace rag
