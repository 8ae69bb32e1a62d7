#include "ingest/document_builder.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"

namespace rag {
namespace {

std::string_view trim_line_ends(std::string_view text) {
  // Whole empty lines go, the first line's indentation stays.
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size() && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n'); ++i)
    if (text[i] == '\n') begin = i + 1;
  text.remove_prefix(begin);
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string bounded_title(std::string title) {
  if (title.size() <= kLongestTitle) return title;
  title.resize(floor_to_character(title, kLongestTitle));
  return title + "…";
}

std::string table_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += " | ";
    line += collapse_white_space(cells[i]);
  }
  return clean_text(trim(line));
}

bool has_letter_or_digit(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (is_letter(c) || is_digit(c)) return true;
  }
  return false;
}

std::size_t count_letters_and_digits(std::string_view text) {
  std::string mended;
  if (find_invalid_utf8(text)) text = mended = replace_invalid_utf8(text);
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    count += is_letter(c) || is_digit(c);
  }
  return count;
}

// An empty line, unless nothing stands before it or on the page before it.
void DocumentBuilder::separate_block() {
  const std::size_t page_begin = document_.pages.empty() ? 0 : document_.pages.back().begin;
  if (document_.text.size() != page_begin) document_.text += "\n\n";
  in_list_ = false;
}

void DocumentBuilder::start_page(int number) {
  // The separator belongs to the page before, so that a page begins with its first character.
  if (!document_.text.empty() && !document_.text.ends_with("\n\n")) document_.text += "\n\n";
  in_list_ = false;
  document_.pages.push_back({document_.text.size(), number});
}

void DocumentBuilder::heading(int level, std::string_view text) {
  const std::string line = clean_text(collapse_white_space(text));
  if (!has_letter_or_digit(line)) return;
  if (line.size() > kLongestHeading) return paragraph(line);
  separate_block();
  document_.headings.push_back({document_.text.size(), level + heading_shift, line});
  document_.text += line;
}

void DocumentBuilder::paragraph(std::string_view text) {
  const std::string block = clean_text(trim(text));
  if (block.empty()) return;
  separate_block();
  document_.text += block;
}

void DocumentBuilder::verbatim(std::string_view text) {
  const std::string block = clean_text(text);
  const std::string_view kept = trim_line_ends(block);
  if (kept.empty()) return;
  separate_block();
  document_.text += kept;
}

void DocumentBuilder::list_item(int depth, std::string_view marker, std::string_view text) {
  const std::string block = clean_text(trim(text));
  if (block.empty()) return;
  if (in_list_)
    document_.text += '\n';
  else
    separate_block();
  in_list_ = true;
  // Deep nesting says nothing more after a few levels, and indentation is not what we want to embed.
  document_.text.append(static_cast<std::size_t>(2 * std::clamp(depth, 0, 6)), ' ');
  document_.text += marker;
  document_.text += block;
}

void DocumentBuilder::table(const std::vector<std::vector<std::string>>& rows, std::size_t header_rows) {
  const bool is_table = std::any_of(rows.begin(), rows.end(), [](const auto& row) { return row.size() > 1; });
  if (!is_table) {
    for (const auto& row : rows)
      if (!row.empty()) paragraph(row[0]);
    return;
  }
  Table table;
  bool first = true;
  std::size_t lines = 0;
  for (const auto& row : rows) {
    const std::string line = table_line(row);
    if (line.empty() || line.find_first_not_of(" |") == std::string::npos) continue;
    if (first)
      separate_block();
    else
      document_.text += '\n';
    const Span span{document_.text.size(), document_.text.size() + line.size()};
    document_.text += line;
    if (first) table.span.begin = span.begin;
    // A lone cell is no header but where a second row names the columns below it.
    if (lines++ < header_rows && (row.size() > 1 || header_rows > 1)) {
      if (table.header.empty()) table.header.begin = span.begin;
      table.header.end = span.end;
    }
    first = false;
  }
  if (first) return;
  table.span.end = document_.text.size();
  in_list_ = false;
  document_.tables.push_back(table);
}

Document DocumentBuilder::finish(const std::string& why_empty) {
  document_.title = clean_text(collapse_white_space(title));
  if (!has_letter_or_digit(document_.text)) throw NoText(why_empty, {.title = document_.title, .metadata = std::move(metadata)});
  if (document_.title.empty() && title_from_headings && !document_.headings.empty()) {
    const auto topmost = std::min_element(document_.headings.begin(), document_.headings.end(),
                                          [](const Heading& a, const Heading& b) { return a.level < b.level; });
    document_.title = topmost->text;
  }
  document_.metadata = std::move(metadata);
  if (hidden_letters_ > 0) document_.metadata["hidden_text"] = {std::to_string(hidden_letters_)};
  document_.language = guess_language(document_.text);
  return std::move(document_);
}

}  // namespace rag
