#include "core/sentences.h"

#include "core/text.h"
#include "core/sentences_stops.h"

namespace rag {
namespace {

enum class LineKind { Empty, Text, Item, Unit };  // Unit: a table row or a heading, a sentence by itself

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  for (const std::string_view start : starts)
    if (text.substr(0, start.size()) == start) return true;
  return false;
}

bool is_blank_at(std::string_view text, std::size_t at) { return at < text.size() && (text[at] == ' ' || text[at] == '\t'); }

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Length of "12. ", "3) ", "(a) ", "가. ", "- ", "• ", "① " at the start of a line, 0 where there is none.
std::size_t list_marker_length(std::string_view line) {
  if (line.empty()) return 0;
  if ((line[0] == '-' || line[0] == '*' || line[0] == '+') && is_blank_at(line, 1)) return 2;
  if (starts_with_any(line, {"•", "▪", "■", "□", "○", "●", "◦", "※", "–", "◇", "◆", "▶"})) return 3;
  if (line[0] == '\xC2' && line.substr(0, 2) == "·") return 2;
  if (line.substr(0, 2) == "\xE2\x91" && line.size() >= 3 && static_cast<unsigned char>(line[2]) >= 0xA0) return 3;  // ① to ⑳
  std::size_t at = line[0] == '(' ? 1 : 0;
  const std::size_t label = at;
  while (at < line.size() && at - label < 3 && is_ascii_digit(line[at])) ++at;
  if (at == label && at < line.size() && ((line[at] >= 'a' && line[at] <= 'z') || (line[at] >= 'A' && line[at] <= 'H'))) ++at;
  if (at == label && starts_with_any(line.substr(at), {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차", "카", "타", "파", "하"}))
    at += 3;
  if (at == label || at >= line.size()) return 0;
  const bool closed = line[at] == ')' || (label == 0 && line[at] == '.');
  return closed && is_blank_at(line, at + 1) ? at + 2 : 0;
}

// "제12조(연차휴가)" opens an article of Korean rules as a list mark does.
bool is_korean_article(std::string_view line) {
  if (!starts_with_any(line, {"제"})) return false;
  std::size_t at = 3;
  while (at < line.size() && (is_ascii_digit(line[at]) || line[at] == ' ')) ++at;
  return at > 3 && starts_with_any(line.substr(at), {"조(", "조 (", "장 ", "절 "});
}

bool is_markdown_heading(std::string_view line) {
  const std::size_t marks = line.find_first_not_of('#');
  return marks != std::string_view::npos && marks >= 1 && marks <= 6 && line[marks] == ' ';
}

bool is_table_row(std::string_view line) { return line[0] == '|' || line.find(" | ") != std::string_view::npos; }

LineKind classify(std::string_view line) {
  line = trim(line);
  if (line.empty()) return LineKind::Empty;
  if (is_table_row(line) || is_markdown_heading(line)) return LineKind::Unit;
  if (list_marker_length(line) > 0 || is_korean_article(line)) return LineKind::Item;
  return LineKind::Text;
}

void append_trimmed(std::string_view text, std::size_t begin, std::size_t end, std::vector<Span>& out) {
  const std::string_view piece = trim(text.substr(begin, end - begin));
  if (piece.empty()) return;
  const auto at = static_cast<std::size_t>(piece.data() - text.data());
  out.push_back({at, at + piece.size()});
}

// Lines that belong together: [begin, end) of the text, where a line break is no more than a blank.
void split_block(std::string_view text, std::size_t begin, std::size_t end, std::vector<Span>& out) {
  const std::string_view block = text.substr(0, end);
  const std::string_view line = trim(block.substr(begin));
  if (line.empty()) return;
  begin = static_cast<std::size_t>(line.data() - text.data());
  // The full stop of "1." is none.
  std::size_t from = begin + list_marker_length(line);
  while (from < end) {
    const Stop stop = find_stop(block, from);
    if (stop.begin >= end) break;
    from = stop.after;
    if (!ends_sentence(block, begin, stop)) continue;
    append_trimmed(text, begin, stop.after, out);
    begin = stop.after;
  }
  append_trimmed(text, begin, end, out);
}

}  // namespace

std::vector<Span> split_sentences(std::string_view text) {
  std::vector<Span> out;
  std::size_t block = 0;
  for (std::size_t line = 0; line < text.size();) {
    const std::size_t end_of_line = std::min(text.find('\n', line), text.size());
    const std::size_t next = std::min(end_of_line + 1, text.size());
    const std::string_view content = text.substr(line, end_of_line - line);
    const LineKind kind = classify(content);
    if (kind != LineKind::Text) {
      split_block(text, block, line, out);
      block = line;
    }
    if (kind == LineKind::Unit) {
      append_trimmed(text, line, end_of_line, out);
      block = next;
    } else if (kind == LineKind::Empty || ends_like_korean_sentence(content)) {
      split_block(text, block, next, out);
      block = next;
    }
    line = next;
  }
  split_block(text, block, text.size(), out);
  return out;
}

}  // namespace rag
