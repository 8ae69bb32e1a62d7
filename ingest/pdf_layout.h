#pragma once

#include <string>
#include <vector>

namespace rag {

// A word where it stands on its page; y grows downwards.
struct PdfWord {
  double left = 0, top = 0, right = 0, bottom = 0;
  double font_size = 0;
  bool bold = false;
  std::string text;
  bool pale = false;  // some of it is painted white, in next to no ink, or not at all
};

// A piece of a line that a gap sets apart from the next: a table's cell, or the line's only piece.
struct PdfCell {
  double left = 0, right = 0;
  std::string text;
};

struct PdfLine {
  std::vector<PdfCell> cells;
  double top = 0, bottom = 0;
  double font_size = 0;  // of most of its letters
  bool bold = false;     // every word of it

  std::string text() const;  // all cells, a blank between
};

// Words that stand at one height, from the top of the page to its bottom.  List markers stay with what they mark.
std::vector<PdfLine> lines_by_height(std::vector<PdfWord> words);

// A stretch of lines that is a table, its rows brought into columns; or one that is not.
struct PdfBlock {
  bool is_table = false;
  std::vector<std::vector<std::string>> rows;  // of a table
  std::vector<PdfLine> lines;                  // of the rest
};

// The page as blocks, where it has tables and reads from top to bottom in one column; empty where poppler's reading order serves
// better (no table, or columns of prose, which lines by height would mix).
std::vector<PdfBlock> find_tables(const std::vector<PdfLine>& lines);

// The lines of a page of Korean, Chinese or Japanese prose in columns in the order in which it is read: each column down to its end, or to a
// line across all of them.  poppler goes astray there.  Empty for other pages.  `lines`: lines_by_height() of the same words.
std::vector<PdfLine> lines_by_column(std::vector<PdfWord> words, const std::vector<PdfLine>& lines);

// Which lines are headings, judged over all pages of a document: larger than its body text, or bold where that is not.
class PdfHeadings {
 public:
  explicit PdfHeadings(const std::vector<std::vector<PdfLine>>& pages);

  int level_of(const PdfLine& line) const;  // 0 for no heading

 private:
  bool looks_like_heading(const PdfLine& line) const;

  double body_size_ = 0;
  bool body_is_bold_ = false;
  std::vector<double> sizes_;  // of headings, the largest first
};

}  // namespace rag
