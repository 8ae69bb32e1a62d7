#include "generate/candidate.h"

#include <algorithm>
#include <optional>

#include "core/sentences.h"
#include "core/text.h"
#include "generate/draft.h"

namespace rag {
namespace {

constexpr std::size_t kFewWords = 6;  // a line that short without a full stop is a heading or a label

bool is_row(std::string_view line) {
  return line.find(" | ") != std::string_view::npos || (line.starts_with('|') && line.ends_with('|') && line.size() > 2);
}

bool is_rule(std::string_view line) { return line.find_first_not_of("|-:= \t+") == std::string_view::npos; }

std::vector<std::string> cells_of(std::string_view row) {
  row = trim(row);
  if (row.starts_with('|')) row.remove_prefix(1);
  if (row.ends_with('|')) row.remove_suffix(1);
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= row.size();) {
    const std::size_t end = std::min(row.find('|', begin), row.size());
    cells.push_back(collapse_white_space(row.substr(begin, end - begin)));
    begin = end + 1;
  }
  return cells;
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
  PassageReader(std::size_t number, const Passage& passage, std::vector<Candidate>& out) : number_(number), passage_(passage), out_(out) {
    if (!passage.chunk.table_header.empty()) header_ = passage.chunk.table_header;
  }

  void read() {
    const std::string_view text = passage_.chunk.text;
    for (const Span span : split_sentences(text)) {
      const std::string_view piece = text.substr(span.begin, span.size());
      is_row(piece) && piece.find('\n') == std::string_view::npos ? row(piece, span) : sentence(piece, span);
    }
  }

 private:
  void row(std::string_view piece, Span span) {
    if (is_rule(piece)) return;
    const bool fits = header_ && cells_of(*header_).size() == cells_of(piece).size();
    if (!fits || *header_ == piece) {  // the first row of a table, as far as the text shows
      header_ = std::string(piece);
      return;
    }
    std::string shown = readable_row(piece, *header_);
    TextTerms terms(shown);
    out_.push_back(
        {.source = source(span), .shown = std::move(shown), .terms = std::move(terms), .before = TextTerms(before_), .complete = true});
  }

  void sentence(std::string_view piece, Span span) {
    header_.reset();
    std::string shown = readable_sentence(piece);
    if (shown.empty()) return;
    const bool heading = piece.starts_with('#') || (!ends_like_a_sentence(shown) && count_words(shown) < kFewWords);
    const bool context = heading || is_question(shown) || shown.ends_with(':');
    out_.push_back({.source = source(span), .shown = shown, .terms = TextTerms(shown), .before = TextTerms(before_), .complete = !context});
    before_ = std::move(shown);
  }

  Support source(Span span) const { return {number_, {passage_.chunk.span.begin + span.begin, passage_.chunk.span.begin + span.end}}; }

  std::size_t number_;
  const Passage& passage_;
  std::vector<Candidate>& out_;
  std::optional<std::string> header_;
  std::string before_;
};

}  // namespace

std::string readable_row(std::string_view row, std::string_view header) {
  const std::vector<std::string> cells = cells_of(row), names = cells_of(header);
  if (cells.size() != names.size()) return collapse_white_space(row);
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (!out.empty()) out += "; ";
    out += names[i].empty() ? cells[i] : names[i] + ": " + cells[i];
  }
  return out;
}

std::vector<Candidate> candidates_of(std::span<const Passage> passages) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < passages.size(); ++i) PassageReader(i, passages[i], candidates).read();
  return candidates;
}

}  // namespace rag
