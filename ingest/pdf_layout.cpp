#include "ingest/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.h"
#include "ingest/document_builder.h"

namespace rag {
namespace {

constexpr double kCellGapInEms = 1.0;  // justified prose stretches blanks to .8, tables leave more than one
constexpr std::size_t kLongCell = 90;  // bytes; two such side by side are columns of prose
constexpr std::size_t kRowsOfATable = 3;

double rounded(double size) { return std::round(size * 2) / 2; }

// "•", "3.", "(a)", "가.": it belongs to the words behind the gap.
bool is_list_marker(const std::string& text) {
  if (text.empty() || text.size() > 6) return false;
  std::size_t letters = 0, digits = 0, others = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = next_code_point(text, i);
    if (is_letter(c))
      ++letters;
    else if (is_digit(c))
      ++digits;
    else
      ++others;
  }
  if (letters + digits == 0) return others == 1;
  return others > 0 && letters <= 1 && digits <= 2 && (text.back() == '.' || text.back() == ')');
}

PdfLine line_of(std::vector<PdfWord>& words) {
  std::sort(words.begin(), words.end(), [](const PdfWord& a, const PdfWord& b) { return a.left < b.left; });
  PdfLine line;
  line.top = words.front().top;
  line.bottom = words.front().bottom;
  line.bold = std::all_of(words.begin(), words.end(), [](const PdfWord& word) { return word.bold; });
  std::map<double, std::size_t> letters_by_size;
  for (const PdfWord& word : words) {
    line.top = std::min(line.top, word.top);
    line.bottom = std::max(line.bottom, word.bottom);
    letters_by_size[rounded(word.font_size)] += word.text.size();
    const double gap = line.cells.empty() ? 0 : word.left - line.cells.back().right;
    const bool apart = line.cells.empty() || (gap > kCellGapInEms * word.font_size && !is_list_marker(line.cells.back().text));
    if (apart) {
      line.cells.push_back({word.left, word.right, word.text});
    } else {
      // Hangul and Han words may touch without a blank between.
      if (gap > 0.12 * word.font_size) line.cells.back().text += ' ';
      line.cells.back().text += word.text;
      line.cells.back().right = std::max(line.cells.back().right, word.right);
    }
  }
  line.font_size = std::max_element(letters_by_size.begin(), letters_by_size.end(), [](const auto& a, const auto& b) {
                     return a.second < b.second;
                   })->first;
  return line;
}

bool is_row(const PdfLine& line) { return line.cells.size() > 1; }

bool is_prose_beside_prose(const PdfLine& line) {
  return std::count_if(line.cells.begin(), line.cells.end(), [](const PdfCell& cell) { return cell.text.size() >= kLongCell / 2; }) > 1;
}

// Columns as the stretches of x that cells cover; cells that span several columns would glue them, so they have no say.
std::vector<std::pair<double, double>> columns_of(const std::vector<PdfLine>& lines, std::size_t begin, std::size_t end) {
  std::size_t widest = 0;
  for (std::size_t i = begin; i < end; ++i) widest = std::max(widest, lines[i].cells.size());
  std::vector<std::pair<double, double>> covered;
  for (std::size_t i = begin; i < end; ++i)
    if (lines[i].cells.size() * 2 > widest)
      for (const PdfCell& cell : lines[i].cells) covered.emplace_back(cell.left, cell.right);
  std::sort(covered.begin(), covered.end());
  std::vector<std::pair<double, double>> columns;
  for (const auto& [left, right] : covered) {
    if (columns.empty() || left > columns.back().second)
      columns.emplace_back(left, right);
    else
      columns.back().second = std::max(columns.back().second, right);
  }
  return columns;
}

std::vector<std::string> cells_in_columns(const PdfLine& line, const std::vector<std::pair<double, double>>& columns) {
  std::vector<std::string> row(columns.size());
  for (const PdfCell& cell : line.cells) {
    std::size_t best = 0;
    double best_overlap = -1e9;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const double overlap = std::min(cell.right, columns[c].second) - std::max(cell.left, columns[c].first);
      if (overlap > best_overlap + 1e-6) {
        best_overlap = overlap;
        best = c;
      }
    }
    row[best] += (row[best].empty() ? "" : " ") + cell.text;
  }
  return row;
}

PdfBlock table_of(const std::vector<PdfLine>& lines, std::size_t begin, std::size_t end) {
  PdfBlock block;
  block.is_table = true;
  const auto columns = columns_of(lines, begin, end);
  for (std::size_t i = begin; i < end; ++i) {
    if (columns.size() > 1) {
      block.rows.push_back(cells_in_columns(lines[i], columns));
      continue;
    }
    block.rows.emplace_back();
    for (const PdfCell& cell : lines[i].cells) block.rows.back().push_back(cell.text);
  }
  return block;
}

// The end of the run of rows that begins at `begin`.  Between two rows, lines of a single cell are that cell's further lines.
std::size_t table_end(const std::vector<PdfLine>& lines, std::size_t begin) {
  constexpr std::size_t kShort = 40;
  std::size_t end = begin;
  for (std::size_t i = begin; i < lines.size(); ++i) {
    if (is_row(lines[i]))
      end = i + 1;
    else if (i - end >= (lines[i].cells[0].text.size() < kShort ? 3 : 1))
      break;
  }
  return end;
}

}  // namespace

std::string PdfLine::text() const {
  std::string all;
  for (const PdfCell& cell : cells) all += (all.empty() ? "" : " ") + cell.text;
  return all;
}

std::vector<PdfLine> lines_by_height(std::vector<PdfWord> words) {
  std::stable_sort(words.begin(), words.end(), [](const PdfWord& a, const PdfWord& b) { return a.top + a.bottom < b.top + b.bottom; });
  std::vector<PdfLine> lines;
  std::vector<PdfWord> current;
  double bottom = 0;
  for (PdfWord& word : words) {
    const double middle = (word.top + word.bottom) / 2;
    if (!current.empty() && middle > bottom) {
      lines.push_back(line_of(current));
      current.clear();
    }
    if (current.empty()) bottom = word.bottom;
    bottom = std::min(bottom, word.bottom);  // a tall word must not swallow the next line
    current.push_back(std::move(word));
  }
  if (!current.empty()) lines.push_back(line_of(current));
  return lines;
}

std::vector<PdfBlock> find_tables(const std::vector<PdfLine>& lines) {
  const auto prose = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), is_prose_beside_prose));
  if (prose * 8 > lines.size()) return {};
  std::vector<PdfBlock> blocks;
  bool any_table = false;
  for (std::size_t i = 0; i < lines.size();) {
    const std::size_t end = is_row(lines[i]) ? table_end(lines, i) : i;
    const auto rows = static_cast<std::size_t>(
        std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.begin() + static_cast<std::ptrdiff_t>(end), is_row));
    if (rows >= kRowsOfATable) {
      blocks.push_back(table_of(lines, i, end));
      any_table = true;
      i = end;
      continue;
    }
    if (blocks.empty() || blocks.back().is_table) blocks.emplace_back();
    blocks.back().lines.push_back(lines[i++]);
  }
  return any_table ? blocks : std::vector<PdfBlock>{};
}

PdfHeadings::PdfHeadings(const std::vector<std::vector<PdfLine>>& pages) {
  std::map<double, std::size_t> letters_by_size;
  std::size_t bold = 0, all = 0, lines = 0, headings = 0;
  for (const auto& page : pages) {
    for (const PdfLine& line : page) {
      const std::size_t size = line.text().size();
      letters_by_size[line.font_size] += size;
      all += size;
      bold += line.bold ? size : 0;
    }
  }
  if (all == 0) return;
  body_size_ = std::max_element(letters_by_size.begin(), letters_by_size.end(), [](const auto& a, const auto& b) {
                 return a.second < b.second;
               })->first;
  body_is_bold_ = bold * 2 > all;
  std::map<double, std::size_t> sizes;
  for (const auto& page : pages) {
    for (const PdfLine& line : page) {
      ++lines;
      if (!looks_like_heading(line)) continue;
      ++headings;
      ++sizes[std::max(line.font_size, body_size_)];
    }
  }
  // Where every third line stands out, none does: slides, forms, posters.
  if (headings * 3 > lines) return;
  for (auto size = sizes.rbegin(); size != sizes.rend(); ++size) sizes_.push_back(size->first);
}

bool PdfHeadings::looks_like_heading(const PdfLine& line) const {
  const std::string text = line.text();
  if (text.size() > 150 || !has_letter_or_digit(text) || line.cells.size() > 2) return false;
  if (std::none_of(text.begin(), text.end(),
                   [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }))
    return false;
  if (line.font_size >= body_size_ * 1.12) return true;
  return line.bold && !body_is_bold_ && line.font_size >= body_size_ * 0.95 && !text.ends_with(',') && !text.ends_with(';');
}

int PdfHeadings::level_of(const PdfLine& line) const {
  if (sizes_.empty() || !looks_like_heading(line)) return 0;
  const double size = std::max(line.font_size, body_size_);
  const auto at = std::find_if(sizes_.begin(), sizes_.end(), [&](double other) { return size >= other; });
  return static_cast<int>(std::min<std::ptrdiff_t>(at - sizes_.begin() + 1, 6));
}

}  // namespace rag
