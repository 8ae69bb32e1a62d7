// reStructuredText and Org: their headings and tables; all other marks are few and stay as they stand.
#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

using Lines = std::vector<std::string_view>;
using Rows = std::vector<std::vector<std::string>>;

Lines lines_of(std::string_view text) {
  Lines lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Lines gather into blocks; an empty line ends one.
class Blocks {
 public:
  explicit Blocks(DocumentBuilder& builder) : builder_(builder) {}
  ~Blocks() { flush(); }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

  void add(std::string_view line) {
    if (trim(line).empty()) return flush();
    block_ += line;
    block_ += '\n';
  }
  void heading(int level, std::string_view text) {
    flush();
    builder_.heading(level, text);
  }
  void table(const Rows& rows, bool has_header) {
    flush();
    builder_.table(rows, has_header);
  }
  void flush() {
    builder_.verbatim(block_);
    block_.clear();
  }

 private:
  DocumentBuilder& builder_;
  std::string block_;
};

// ---- reStructuredText

// "======": the same mark throughout.  0 where it is none.
char adornment(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
  if (line.size() < 2 || line.find_first_not_of(line[0]) != std::string_view::npos) return 0;
  return std::string_view("=-`:.'\"~^_*+#<>!$%&(),/;?@[]{|}\\").find(line[0]) == std::string_view::npos ? 0 : line[0];
}

bool is_table_border(std::string_view line) {
  line = trim(line);
  return line.size() > 4 && line.starts_with('+') && line.ends_with('+') && line.find_first_not_of("+-=") == std::string_view::npos;
}

std::vector<std::string> cells_between(std::string_view line, char separator) {
  std::vector<std::string> cells;
  line = trim(line);
  if (line.starts_with(separator)) line.remove_prefix(1);
  if (line.ends_with(separator)) line.remove_suffix(1);
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(separator, at), line.size());
    cells.emplace_back(trim(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

// "=====  ===" above, below and in the middle of a simple table.
bool is_column_border(std::string_view line) {
  line = trim(line);
  return line.find(' ') != std::string_view::npos && line.find_first_not_of("= ") == std::string_view::npos;
}

// Columns on the screen: two for Hangul and the like, none for what combines with the character before it.
std::size_t columns_of(char32_t character) {
  const auto type = u_charType(static_cast<UChar32>(character));
  if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK) return 0;
  const int width = u_getIntPropertyValue(static_cast<UChar32>(character), UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_FULLWIDTH || width == U_EA_WIDE ? 2 : 1;
}

// The cells of a simple table's line: each begins where its run of "=" does, the last one ends where it likes.
std::vector<std::string> cells_below(std::string_view border, std::string_view line) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < border.size(); ++i)
    if (border[i] == '=' && (i == 0 || border[i - 1] != '=')) starts.push_back(i);
  std::vector<std::string> cells(starts.size());
  std::size_t column = 0, cell = 0;
  for (std::size_t at = 0; at < line.size();) {
    while (cell + 1 < starts.size() && column >= starts[cell + 1]) ++cell;
    const std::size_t begin = at;
    column += columns_of(next_code_point(line, at));
    cells[cell] += line.substr(begin, at - begin);
  }
  for (std::string& text : cells) text = trim(text);
  if (cells[0] == "\\") cells[0].clear();  // how an empty cell is written where a row begins
  return cells;
}

class RestReader {
 public:
  RestReader(std::string_view text, DocumentBuilder& builder) : lines_(lines_of(text)), blocks_(builder) {}

  void read() {
    for (std::size_t at = 0; at < lines_.size();) {
      if (const std::size_t used = overlined(at) + underlined(at))
        at += used;
      else if (is_table_border(lines_[at]))
        at = grid_table(at);
      else if (const std::size_t end = is_column_border(lines_[at]) ? simple_table_end(at) : 0; end > 0)
        at = simple_table(at, end);
      else
        blocks_.add(lines_[at++]);
    }
  }

 private:
  // A title between two lines of marks.
  std::size_t overlined(std::size_t at) {
    if (at + 2 >= lines_.size()) return 0;
    const char mark = adornment(lines_[at]);
    if (mark == 0 || adornment(lines_[at + 2]) != mark || !is_title(at + 1, lines_[at + 2])) return 0;
    blocks_.heading(level_of({mark, 'o'}), trim(lines_[at + 1]));
    return 3;
  }

  std::size_t underlined(std::size_t at) {
    if (at + 1 >= lines_.size() || adornment(lines_[at]) != 0 || lines_[at].starts_with(' ')) return 0;
    const char mark = adornment(lines_[at + 1]);
    const bool after_text = at > 0 && !trim(lines_[at - 1]).empty() && !lines_[at - 1].starts_with("..");
    if (mark == 0 || after_text || !is_title(at, lines_[at + 1])) return 0;
    blocks_.heading(level_of({mark, 'u'}), trim(lines_[at]));
    return 2;
  }

  // Hangul is two columns wide, and writers count columns or characters as they please.
  bool is_title(std::size_t at, std::string_view marks) const {
    const std::string_view title = trim(lines_[at]);
    return !title.empty() && adornment(lines_[at]) == 0 && (marks.size() >= 4 || marks.size() >= characters(title)) && has_word(title);
  }

  // Levels are in the order in which their marks first appear.
  int level_of(std::pair<char, char> style) {
    auto found = std::find(styles_.begin(), styles_.end(), style);
    if (found == styles_.end()) found = styles_.insert(found, style);
    return static_cast<int>(found - styles_.begin()) + 1;
  }

  std::size_t grid_table(std::size_t at) {
    Rows rows;
    bool new_row = true, has_header = false;
    for (; at < lines_.size(); ++at) {
      const std::string_view line = trim(lines_[at]);
      if (is_table_border(line)) {
        if (line.find('=') != std::string_view::npos && rows.size() == 1) has_header = true;
        new_row = true;
        continue;
      }
      if (!line.starts_with('|')) break;
      const std::vector<std::string> cells = cells_between(line, '|');
      if (std::exchange(new_row, false)) {
        rows.push_back(cells);
        continue;
      }
      rows.back().resize(std::max(rows.back().size(), cells.size()));
      for (std::size_t i = 0; i < cells.size(); ++i)
        if (!cells[i].empty()) rows.back()[i] += (rows.back()[i].empty() ? "" : " ") + cells[i];
    }
    blocks_.table(rows, has_header);
    return at;
  }

  // Behind the border that an empty line follows; 0 where there is none, which is no table.
  std::size_t simple_table_end(std::size_t at) const {
    for (std::size_t end = at + 1; end < lines_.size(); ++end)
      if (is_column_border(lines_[end]) && (end + 1 == lines_.size() || trim(lines_[end + 1]).empty())) return end + 1;
    return 0;
  }

  std::size_t simple_table(std::size_t at, std::size_t end) {
    const std::string_view border = lines_[at];
    Rows rows;
    bool has_header = false;
    while (++at < end - 1) {
      const std::string_view line = lines_[at];
      if (is_column_border(line)) {
        has_header = !rows.empty();
      } else if (line.find_first_not_of("- \r") != std::string_view::npos) {
        const bool starts_empty = line.substr(0, border.find(' ')).find_first_not_of(' ') == std::string_view::npos;
        std::vector<std::string> cells = cells_below(border, line);
        if (!starts_empty || rows.empty()) {
          rows.push_back(std::move(cells));
          continue;
        }
        for (std::size_t i = 0; i < cells.size(); ++i)  // the row above goes on
          if (!cells[i].empty()) rows.back()[i] += (rows.back()[i].empty() ? "" : " ") + cells[i];
      }
    }
    blocks_.table(rows, has_header);
    return end;
  }

  Lines lines_;
  Blocks blocks_;
  std::vector<std::pair<char, char>> styles_;
};

// ---- Org

void read_org(std::string_view text, DocumentBuilder& builder) {
  Blocks blocks(builder);
  const Lines lines = lines_of(text);
  bool verbatim = false, drawer = false;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const std::string_view line = lines[at], bare = trim(line);
    const std::string keyword = bare.starts_with("#+") || bare.starts_with(':') ? ascii_lower(bare.substr(0, 24)) : std::string();
    if (keyword.starts_with("#+begin_")) verbatim = true;
    if (keyword.starts_with("#+end_")) verbatim = false;
    if (!verbatim && keyword == ":properties:") drawer = true;
    if (drawer && bare.starts_with(':')) {
      drawer = keyword != ":end:";
      continue;
    }
    drawer = false;
    if (const std::size_t stars = line.find_first_not_of('*');
        !verbatim && stars > 0 && stars != std::string_view::npos && line[stars] == ' ') {
      blocks.heading(static_cast<int>(std::min<std::size_t>(stars, 9)), line.substr(stars));
    } else if (keyword.starts_with("#+title:")) {
      builder.title = collapse_white_space(bare.substr(8));
    } else if (keyword.starts_with("#+author:")) {
      builder.metadata["author"] = {collapse_white_space(bare.substr(9))};
    } else if (keyword.starts_with("#+date:")) {
      builder.metadata["created"] = {collapse_white_space(bare.substr(7))};
    } else if (keyword.starts_with("#+caption:")) {
      blocks.add(trim(bare.substr(10)));
    } else if (keyword.starts_with("#+begin_") || keyword.starts_with("#+end_")) {
      blocks.flush();
    } else if (!verbatim && bare.starts_with('|') && bare.size() > 1) {
      Rows rows;
      bool has_header = false;
      for (; at < lines.size() && trim(lines[at]).starts_with('|'); ++at) {
        if (!trim(lines[at]).starts_with("|-"))
          rows.push_back(cells_between(lines[at], '|'));
        else if (rows.size() == 1)
          has_header = true;
      }
      --at;
      blocks.table(rows, has_header);
    } else if (verbatim || !keyword.starts_with("#+")) {
      blocks.add(line);
    }
  }
}

class LightMarkup final : public Format {
 public:
  std::string name() const override { return "markup"; }
  std::vector<std::string> media_types() const override { return {"text/x-rst", "text/x-org"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const std::string text = decode_file(bytes, warnings, builder.metadata);
    if (ascii_lower(uri).ends_with(".org"))
      read_org(text, builder);
    else
      RestReader(text, builder).read();
    return builder.finish();
  }
};

}  // namespace

std::unique_ptr<Format> make_light_markup_format() { return std::make_unique<LightMarkup>(); }

}  // namespace rag
