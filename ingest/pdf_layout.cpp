#include "ingest/pdf_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/text.h"
#include "ingest/document_builder.h"

namespace rag {
namespace {

constexpr double kCellGapInEms = 1.0;    // justified prose stretches blanks to .8, tables leave more than one
constexpr double kMarkerGapInEms = 5.0;  // a list's item is no farther from its marker; the next column is from a paragraph's last "다."
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
    const bool apart = line.cells.empty() || (gap > kCellGapInEms * word.font_size && !(gap < kMarkerGapInEms * word.font_size && is_list_marker(line.cells.back().text)));
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

// Words that fill their column line after line are prose, however few of them a line holds: columns of Korean have lines of 17 syllables.  The
// cells of a table are as wide as what they say.
bool flows_in_column(const std::vector<const PdfLine*>& rows, std::size_t column) {
  constexpr double kNarrowInEms = 8;
  double left = rows[0]->cells[column].left, right = rows[0]->cells[column].right;
  for (const PdfLine* row : rows) {
    left = std::min(left, row->cells[column].left);
    right = std::max(right, row->cells[column].right);
  }
  std::size_t full = 0;
  std::ptrdiff_t blanks = 0;
  for (const PdfLine* row : rows) {
    const PdfCell& cell = row->cells[column];
    if (cell.right - cell.left >= (right - left) * 0.8) ++full;
    blanks += std::count(cell.text.begin(), cell.text.end(), ' ');
  }
  return right - left >= kNarrowInEms * rows[0]->font_size && full * 10 >= rows.size() * 7 && blanks * 2 >= static_cast<std::ptrdiff_t>(rows.size()) * 3;
}

// Of a run of rows, those that are prose beside prose in two or three columns.
std::vector<const PdfLine*> rows_of_prose(const std::vector<PdfLine>& lines, std::size_t begin, std::size_t end) {
  constexpr std::size_t kFewest = 5;
  for (const std::size_t columns : {2, 3}) {
    std::vector<const PdfLine*> rows;
    for (std::size_t i = begin; i < end; ++i)
      if (lines[i].cells.size() == columns) rows.push_back(&lines[i]);
    if (rows.size() < kFewest || rows.size() * 10 < (end - begin) * 7) continue;
    bool flows = true;
    for (std::size_t column = 0; column < columns; ++column) flows = flows && flows_in_column(rows, column);
    return flows ? rows : std::vector<const PdfLine*>();
  }
  return {};
}

struct Prose {
  std::size_t lines = 0;
  std::vector<const PdfLine*> rows;  // of the first run that flows in columns
};

Prose find_prose(const std::vector<PdfLine>& lines) {
  Prose prose;
  for (std::size_t i = 0; i < lines.size();) {
    const std::size_t end = is_row(lines[i]) ? table_end(lines, i) : i + 1;
    const auto long_ones = std::count_if(lines.begin() + static_cast<std::ptrdiff_t>(i), lines.begin() + static_cast<std::ptrdiff_t>(end), is_prose_beside_prose);
    std::vector<const PdfLine*> rows = rows_of_prose(lines, i, end);
    prose.lines += std::max(static_cast<std::size_t>(long_ones), rows.size());
    if (prose.rows.empty()) prose.rows = std::move(rows);
    i = end;
  }
  return prose;
}

bool is_mostly_prose(const Prose& prose, const std::vector<PdfLine>& lines) { return prose.lines * 8 > lines.size(); }

// Where one column ends and the next begins; empty where the rows leave no room between them.
std::vector<double> gutters_of(const std::vector<const PdfLine*>& rows) {
  std::vector<double> gutters;
  for (std::size_t column = 0; column + 1 < rows[0]->cells.size(); ++column) {
    double right = rows[0]->cells[column].right, left = rows[0]->cells[column + 1].left;
    for (const PdfLine* row : rows) {
      right = std::max(right, row->cells[column].right);
      left = std::min(left, row->cells[column + 1].left);
    }
    if (right >= left) return {};
    gutters.push_back((left + right) / 2);
  }
  return gutters;
}

bool crosses(const PdfLine& line, const std::vector<double>& gutters) {
  return std::any_of(line.cells.begin(), line.cells.end(), [&](const PdfCell& cell) {
    return std::any_of(gutters.begin(), gutters.end(), [&](double gutter) { return cell.left < gutter && cell.right > gutter; });
  });
}

bool is_mostly_cjk(const std::vector<PdfWord>& words) {
  std::size_t cjk = 0, letters = 0;
  for (const PdfWord& word : words) {
    for (std::size_t i = 0; i < word.text.size();) {
      const char32_t c = next_code_point(word.text, i);
      cjk += is_cjk(c);
      letters += is_letter(c);
    }
  }
  return cjk * 2 > letters;
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
  if (is_mostly_prose(find_prose(lines), lines)) return {};
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

std::vector<PdfLine> lines_by_column(std::vector<PdfWord> words, const std::vector<PdfLine>& lines) {
  const Prose prose = find_prose(lines);
  if (prose.rows.empty() || !is_mostly_prose(prose, lines) || !is_mostly_cjk(words)) return {};
  const std::vector<double> gutters = gutters_of(prose.rows);
  if (gutters.empty()) return {};
  const auto middle = [](const PdfWord& word) { return (word.top + word.bottom) / 2; };
  std::stable_sort(words.begin(), words.end(), [&](const PdfWord& a, const PdfWord& b) { return middle(a) < middle(b); });
  std::vector<PdfLine> ordered;
  std::vector<std::vector<PdfWord>> columns(gutters.size() + 1);
  const auto flush = [&] {
    for (std::vector<PdfWord>& column : columns)
      for (PdfLine& line : lines_by_height(std::exchange(column, {}))) ordered.push_back(std::move(line));
  };
  std::size_t next = 0;
  const auto take_until = [&](double height) {
    for (; next < words.size() && middle(words[next]) < height; ++next) {
      const double x = (words[next].left + words[next].right) / 2;
      columns[static_cast<std::size_t>(std::upper_bound(gutters.begin(), gutters.end(), x) - gutters.begin())].push_back(std::move(words[next]));
    }
  };
  for (const PdfLine& line : lines) {
    if (!crosses(line, gutters)) continue;
    take_until(line.top);
    flush();
    ordered.push_back(line);
    while (next < words.size() && middle(words[next]) <= line.bottom) ++next;
  }
  take_until(1e9);
  flush();
  return ordered;
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
