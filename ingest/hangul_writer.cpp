#include "ingest/hangul_writer.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/text.h"
#include "ingest/hangul_characters.h"

namespace rag {

int outline_level_of_style(const std::string& name) {
  for (const std::string_view prefix : {"개요 ", "Outline "})
    if (name.starts_with(prefix)) return std::clamp(std::atoi(name.c_str() + prefix.size()), 0, 10);
  return 0;
}

void HangulWriter::paragraph(int outline_level, std::string_view text, const std::string& number) {
  if (!number.empty() && !trim(text).empty()) return paragraph(outline_level, number + " " + std::string(trim(text)));
  constexpr std::size_t kLongestHeading = 240;  // bytes: 80 syllables.  Outlines number whole paragraphs, too.
  const std::string known = map_private_characters(text, unknown_characters_);
  if (capture_) {
    const std::string_view line = trim(known);
    if (!line.empty() && !capture_->empty()) *capture_ += '\n';
    *capture_ += line;
  } else if (outline_level > 0 && known.size() <= kLongestHeading && has_letter_or_digit(known)) {
    builder_.heading(outline_level, known);
  } else {
    builder_.paragraph(known);
  }
}

void HangulWriter::list_item(int depth, std::string_view text, const std::string& number) {
  if (capture_) return paragraph(0, text, number);
  builder_.list_item(depth, number.empty() ? "- " : map_private_characters(number, unknown_characters_) + " ", map_private_characters(text, unknown_characters_));
}

void HangulWriter::table(const TableGrid& cells, std::size_t marked_header_rows) {
  const std::vector<std::vector<std::string>> rows = cells.rows();
  if (!capture_) return builder_.table(rows, cells.header_rows(marked_header_rows));
  for (const auto& row : rows) paragraph(0, table_line(row));
}

std::string HangulWriter::captured(const std::function<void()>& write) {
  std::string text;
  std::string* const outer = std::exchange(capture_, &text);
  write();
  capture_ = outer;
  return text;
}

std::string HangulWriter::note(Note kind, const std::function<void()>& write) {
  std::vector<std::string>& notes = kind == Note::Footnote ? footnotes_ : endnotes_;
  const std::size_t number = notes.size();
  notes.emplace_back();  // its place is taken first: a note may hold notes
  std::string text = captured(write);
  notes[number] = std::move(text);
  return (kind == Note::Footnote ? "[" : "[e") + std::to_string(number + 1) + "]";
}

void HangulWriter::write_notes() {
  for (const auto& [notes, kind] : {std::pair{&footnotes_, "["}, std::pair{&endnotes_, "[e"}})
    for (std::size_t i = 0; i < notes->size(); ++i)
      if (!(*notes)[i].empty()) builder_.paragraph(kind + std::to_string(i + 1) + "] " + (*notes)[i]);
}

void HangulWriter::report(std::vector<std::string>& warnings) const {
  if (too_deep_ > 0)
    warnings.push_back(std::to_string(too_deep_) + " tables or boxes more than " + std::to_string(kMaxDepth) +
                       " deep within one another are left out");
  if (unknown_characters_ > 0)
    warnings.push_back(std::to_string(unknown_characters_) + " characters are known only to Hangul's own fonts and kept as they are");
}

}  // namespace rag
