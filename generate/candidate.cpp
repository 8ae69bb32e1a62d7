#include "generate/candidate.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/sentences.h"
#include "core/text.h"
#include "core/time_mark.h"
#include "generate/draft.h"
#include "generate/lead_in.h"
#include "generate/no_statement.h"

namespace rag {
namespace {

constexpr std::size_t kFewWords = 6;  // a line that short without a full stop is a heading or a label

bool is_row(std::string_view line) {
  return line.find(" | ") != std::string_view::npos || (line.starts_with('|') && line.ends_with('|') && line.size() > 2);
}

bool is_rule(std::string_view line) { return line.find_first_not_of("|-:= \t+") == std::string_view::npos; }

std::vector<std::string> split_cells(std::string_view row) {
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= row.size();) {
    const std::size_t end = std::min(row.find('|', begin), row.size());
    cells.push_back(collapse_white_space(row.substr(begin, end - begin)));
    begin = end + 1;
  }
  return cells;
}

// Bars around a row are its frame where both are there and the cells between them fit; else they open and close empty cells.
std::vector<std::string> cells_of(std::string_view row, std::size_t wanted = 0) {
  row = trim(row);
  std::vector<std::string> cells = split_cells(row);
  const bool framed = row.size() > 1 && row.starts_with('|') && row.ends_with('|');
  if (framed && cells.size() != wanted) {
    cells.pop_back();
    if (cells.size() != wanted) cells.erase(cells.begin());
  }
  return cells;
}

// The columns' names: of a header with levels each with the names above it, a name reaching right to the next in its line.
std::vector<std::string> names_of(std::string_view header) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= header.size();) {
    const std::size_t end = std::min(header.find('\n', at), header.size());
    std::vector<std::string> level = cells_of(header.substr(at, end - at));
    at = end + 1;
    if (names.empty()) {
      names = std::move(level);
      continue;
    }
    names.resize(std::max(names.size(), level.size()));
    std::string above;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!names[i].empty()) above = names[i];
      if (i < level.size() && !level[i].empty()) names[i] = above.empty() ? level[i] : above + " " + level[i];
    }
  }
  return names;
}

std::string readable_cells(const std::vector<std::string>& cells, const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (!out.empty()) out += "; ";
    out += names[i].empty() ? cells[i] : names[i] + ": " + cells[i];
  }
  return out;
}

bool ends_like_a_sentence(std::string_view text) {
  for (const std::string_view close : {"\"", "”", "'", "’", ")", "]"})
    if (text.ends_with(close)) text.remove_suffix(close.size());
  for (const std::string_view end : {".", "!", "。", "！", "다", "요", "음", "함", "됨", ":"})
    if (text.ends_with(end)) return !text.ends_with(':');
  return false;
}

std::size_t count_words(std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1; }

bool is_question(std::string_view text) { return text.ends_with('?') || text.ends_with("？"); }

// Bullets and heading marks say how a line is laid out; source references like "[3]" would read as our own citations.
std::string readable_sentence(std::string_view text) {
  std::string line = collapse_white_space(without_markers(std::string(text)));
  std::string_view rest = line;
  for (const std::string_view mark : {"- ", "* ", "+ ", "• ", "· ", "▪ ", "○ ", "◦ ", "※ ", "> "})
    if (rest.starts_with(mark)) rest.remove_prefix(mark.size());
  while (rest.starts_with('#')) rest.remove_prefix(1);
  return std::string(trim(rest));
}

class PassageReader {
 public:
  PassageReader(std::size_t number, const Passage& passage, std::vector<Candidate>& out)
      : number_(number), passage_(passage), shown_parts_(shown_parts(passage.chunk.text)), out_(out) {
    if (!passage.chunk.table_header.empty()) set_header(passage.chunk.table_header);
  }

  void read() {
    const std::string_view text = passage_.chunk.text;
    for (const Span span : split_sentences(text)) {
      const std::string_view piece = text.substr(span.begin, span.size());
      if (says_nothing(piece, span))
        end_table();
      else
        is_row(piece) && piece.find('\n') == std::string_view::npos ? row(piece, span) : sentence(piece, span);
    }
  }

 private:
  // An order stays one until its paragraph ends: what follows it says what to tell.
  bool says_nothing(std::string_view piece, Span span) {
    if (piece.find(">>>") != std::string_view::npos || piece.find("<<<") != std::string_view::npos) return true;
    if (std::ranges::any_of(shown_parts_, [&](Span part) { return part.begin < span.end && span.begin < part.end; })) return true;
    if (span.begin >= order_until_ && is_order_to_assistant(piece)) {
      const std::size_t end = passage_.chunk.text.find("\n\n", span.begin);
      order_until_ = std::max(span.end, std::min(end, passage_.chunk.text.size()));
    }
    return span.begin < order_until_ || is_page_line(piece);
  }

  void set_header(std::string_view piece) {
    header_ = std::string(piece);
    names_ = names_of(piece);
    last_cells_.clear();
  }
  void end_table() {
    header_.clear();
    last_cells_.clear();
  }

  void row(std::string_view piece, Span span) {
    if (is_rule(piece) || header_ == piece) return;
    std::vector<std::string> cells = cells_of(piece, names_.size());
    if (is_second_level(cells)) return set_header(header_ + '\n' + std::string(piece));
    if (header_.empty() || cells.size() > names_.size()) return set_header(piece);  // the first row of a table, as far as the text shows
    cells.resize(names_.size());
    // A row without a first cell goes on with the one above it, as tables in PDF files are broken.
    if (cells.front().empty() && !names_.front().empty()) return go_on(std::move(cells), span);
    last_cells_ = std::move(cells);
    add_row(span, piece);
  }

  // "| H1 | H2 | H1 | H2" below "Team | 2023 |  | 2024": names below names that reach over several columns.
  bool is_second_level(const std::vector<std::string>& cells) const {
    return !header_.empty() && last_cells_.empty() && header_.find('\n') == std::string::npos && cells.front().empty() && !names_.front().empty() &&
           std::ranges::none_of(cells, [](const std::string& cell) { return cell.find_first_of("0123456789") == 0; }) &&
           (cells.size() > names_.size() || std::ranges::any_of(names_, [](const std::string& name) { return name.empty(); }));
  }

  void go_on(std::vector<std::string> cells, Span span) {
    std::vector<std::string>& above = last_cells_.empty() ? names_ : last_cells_;
    for (std::size_t i = 0; i < cells.size(); ++i)
      if (!cells[i].empty()) above[i] += (above[i].empty() ? "" : " ") + cells[i];
    if (last_cells_.empty()) return;
    const Span whole{out_.back().source.span.begin - passage_.chunk.span.begin, span.end};
    out_.pop_back();
    add_row(whole, std::string_view(passage_.chunk.text).substr(whole.begin, whole.size()));
  }

  void add_row(Span span, std::string_view piece) {
    std::string shown = readable_cells(last_cells_, names_);
    auto terms = std::make_shared<const TextTerms>(shown);
    out_.push_back({.source = source(span),
                    .shown = std::move(shown),
                    .terms = std::move(terms),
                    .before = before_,
                    .table = header_,
                    .row = std::string(piece),
                    .complete = true});
  }

  void sentence(std::string_view piece, Span span) {
    end_table();
    // When it is said stands with the citation.
    const std::size_t mark = passage_.time.empty() ? 0 : time_mark_size(piece);
    piece.remove_prefix(mark);
    span.begin += mark;
    std::string shown = readable_sentence(piece);
    if (shown.empty()) return;
    const bool heading = piece.starts_with('#') || (!ends_like_a_sentence(shown) && count_words(shown) < kFewWords);
    const bool context = heading || is_question(shown) || shown.ends_with(':');
    auto terms = std::make_shared<const TextTerms>(shown);
    out_.push_back({.source = source(span),
                    .shown = std::move(shown),
                    .terms = terms,
                    .before = before_,
                    .table = "",
                    .row = "",
                    .complete = !context});
    before_ = std::move(terms);
  }

  Support source(Span span) const { return {number_, {passage_.chunk.span.begin + span.begin, passage_.chunk.span.begin + span.end}}; }

  std::size_t number_;
  const Passage& passage_;
  std::vector<Span> shown_parts_;
  std::size_t order_until_ = 0;
  std::vector<Candidate>& out_;
  std::string header_;  // "" outside of a table
  std::vector<std::string> names_;
  std::vector<std::string> last_cells_;  // of the row read last, empty before the first
  std::shared_ptr<const TextTerms> before_ = std::make_shared<const TextTerms>();
};

// What stands at several places of a document, page numbers aside, and is no sentence is its pages' furniture.
void leave_out_repeated_lines(std::span<const Passage> passages, std::vector<Candidate>& candidates) {
  std::map<std::string, std::set<std::size_t>> places;
  std::vector<std::string> lines;
  for (const Candidate& candidate : candidates) {
    std::string line;
    if (candidate.table.empty() && !ends_like_a_sentence(candidate.shown)) {
      line = candidate.shown;
      std::erase_if(line, [](char c) { return (c >= '0' && c <= '9') || c == ' '; });
      line += '\n' + passages[candidate.source.passage].chunk.document_id;
      places[line].insert(candidate.source.span.begin);
    }
    lines.push_back(std::move(line));
  }
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (!lines[i].empty() && places[lines[i]].size() > 1) candidates[i].complete = false;
}

}  // namespace

std::string readable_row(std::string_view row, std::string_view header) {
  const std::vector<std::string> names = names_of(header), cells = cells_of(row, names.size());
  return cells.size() == names.size() ? readable_cells(cells, names) : collapse_white_space(row);
}

std::vector<Candidate> candidates_of(std::span<const Passage> passages) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const std::size_t first = candidates.size();
    PassageReader(i, passages[i], candidates).read();
    join_lead_ins(passages[i].chunk.text, passages[i].chunk.span.begin, first, candidates);
  }
  leave_out_repeated_lines(passages, candidates);
  return candidates;
}

}  // namespace rag
