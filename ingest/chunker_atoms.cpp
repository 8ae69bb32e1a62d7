#include "ingest/chunker_atoms.h"

#include <algorithm>

#include "core/text.h"
#include "core/sentences.h"

namespace rag {
namespace {

Span trimmed(std::string_view text, Span span) {
  const std::string_view piece = trim(text.substr(span.begin, span.size()));
  if (piece.empty()) return {span.begin, span.begin};
  const auto begin = static_cast<std::size_t>(piece.data() - text.data());
  return {begin, begin + piece.size()};
}

std::size_t end_of_line(std::string_view text, std::size_t at) { return std::min(text.find('\n', at), text.size()); }

bool has_empty_line(std::string_view gap) { return std::count(gap.begin(), gap.end(), '\n') >= 2; }

class AtomCutter {
 public:
  AtomCutter(const Document& document, const Outline& outline, std::size_t max_tokens, const TokenCounter& count_tokens)
      : document_(document), outline_(outline), text_(document.text), max_tokens_(max_tokens), count_tokens_(count_tokens) {}

  std::vector<Atom> run() {
    const std::vector<std::size_t> borders = find_borders();
    for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
      enter(borders[i]);
      cut_stretch({borders[i], borders[i + 1]});
    }
    return std::move(atoms_);
  }

 private:
  // Every byte where a section, a heading's text, a page or a table begins or ends, and both ends of the text.
  std::vector<std::size_t> find_borders() const {
    std::vector<std::size_t> borders{0, text_.size()};
    const auto add = [&](std::size_t at) { borders.push_back(floor_to_character(text_, at)); };
    for (const Heading& heading : outline_.headings) {
      add(heading.begin);
      add(end_of_line(text_, heading.begin));
    }
    for (const Page& page : document_.pages) add(page.begin);
    for (const Table& table : document_.tables) {
      add(table.span.begin);
      add(table.span.end);
    }
    std::sort(borders.begin(), borders.end());
    borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
    return borders;
  }

  // Moves section, page and table on to the ones that hold byte `at`.
  void enter(std::size_t at) {
    while (section_ + 1 < static_cast<int>(outline_.headings.size()) && outline_.headings[section_ + 1].begin <= at) ++section_;
    while (page_ + 1 < static_cast<int>(document_.pages.size()) && document_.pages[page_ + 1].begin <= at) ++page_;
    while (table_ < static_cast<int>(document_.tables.size()) && document_.tables[table_].span.end <= at) ++table_;
  }

  bool in_table(std::size_t at) const {
    return table_ < static_cast<int>(document_.tables.size()) && document_.tables[table_].span.begin <= at;
  }

  void cut_stretch(Span stretch) {
    if (in_table(stretch.begin)) {
      for (std::size_t at = stretch.begin; at < stretch.end;) {
        const std::size_t end = std::min(end_of_line(text_, at) + 1, stretch.end);
        add_sentence({at, end});
        at = end;
      }
    } else if (section_ >= 0 && outline_.headings[section_].begin == stretch.begin) {
      add_sentence(stretch);
    } else {
      for (const Span& span : split_sentences(text_.substr(stretch.begin, stretch.size())))
        add_sentence({stretch.begin + span.begin, stretch.begin + span.end});
    }
  }

  void add_sentence(Span span) {
    span = trimmed(text_, span);
    if (span.empty()) return;
    // Far more bytes than tokens can hold: no need to count before cutting.
    constexpr std::size_t kLongToken = 64;
    const bool hopeless = span.size() / kLongToken > max_tokens_;
    const std::size_t tokens = hopeless ? max_tokens_ + 1 : count(span);
    if (tokens <= max_tokens_) {
      add_atom(span, tokens, border_before(span));
    } else {
      cut_words(span);
    }
  }

  // A sentence that is too long, as pieces of a few words: small enough that chunks of them come out well filled.
  void cut_words(Span sentence) {
    const std::size_t step = std::max<std::size_t>(1, max_tokens_ / 16);
    Border border = border_before(sentence);
    Span piece{sentence.begin, sentence.begin};
    std::size_t piece_tokens = 0;
    const auto flush = [&] {
      if (piece.empty()) return;
      add_atom(piece, piece_tokens, border);
      border = Border::Word;
    };
    for (std::size_t at = sentence.begin; at < sentence.end;) {
      const Span word = next_word(at, sentence.end);
      const std::size_t tokens = count(word);
      const bool new_line = text_.substr(piece.end, word.begin - piece.end).find('\n') != std::string_view::npos;
      if (new_line || piece_tokens + tokens > step) {
        flush();
        if (new_line) border = Border::Line;
        piece = {word.begin, word.begin};
        piece_tokens = 0;
      }
      if (tokens > max_tokens_) {
        cut_characters(word, border);
        border = Border::Word;
        piece = {word.end, word.end};
      } else {
        if (piece.empty()) piece.begin = word.begin;
        piece.end = word.end;
        piece_tokens += tokens;
      }
      at = word.end;
    }
    flush();
  }

  // The next run without white space, at most so many bytes of it: a longer one is no word.
  Span next_word(std::size_t at, std::size_t limit) const {
    constexpr std::size_t kLongestWord = 48;
    while (at < limit) {
      std::size_t next = at;
      if (!is_space(next_code_point(text_, next))) break;
      at = next;
    }
    std::size_t end = at;
    while (end < limit && end - at < kLongestWord) {
      std::size_t next = end;
      if (is_space(next_code_point(text_, next))) break;
      end = next;
    }
    return {at, end};
  }

  // A word that alone is too long, character by character: limits of a few tokens only.
  void cut_characters(Span word, Border border) {
    for (std::size_t at = word.begin; at < word.end;) {
      Span character{at, at};
      next_code_point(text_, character.end);
      at = character.end;
      add_atom(character, count(character), border);
      border = Border::Word;
    }
  }

  Border border_before(Span span) const {
    if (atoms_.empty() || atoms_.back().section != section_) return Border::Section;
    if (atoms_.back().page != page_) return Border::Page;
    const std::size_t end = atoms_.back().span.end;
    if (has_empty_line(text_.substr(end, span.begin - end))) return Border::Paragraph;
    const int table = in_table(span.begin) ? table_ : -1;
    if (table != atoms_.back().table) return Border::Paragraph;
    return table >= 0 ? Border::Row : Border::Sentence;
  }

  void add_atom(Span span, std::size_t tokens, Border border) {
    Atom atom{span, std::max<std::size_t>(1, tokens), section_, page_, -1, border};
    if (in_table(span.begin)) {
      atom.table = table_;
      const Span header = document_.tables[table_].header;
      atom.table_header = span.begin >= header.begin && span.begin < header.end;
    }
    atom.heading = section_ >= 0 && span.begin < end_of_line(text_, outline_.headings[section_].begin);
    atoms_.push_back(atom);
  }

  std::size_t count(Span span) const { return count_tokens_(text_.substr(span.begin, span.size())); }

  const Document& document_;
  const Outline& outline_;
  std::string_view text_;
  std::size_t max_tokens_;
  const TokenCounter& count_tokens_;
  std::vector<Atom> atoms_;
  int section_ = -1;
  int page_ = -1;
  int table_ = 0;
};

}  // namespace

std::vector<Atom> cut_into_atoms(const Document& document, const Outline& outline, std::size_t max_tokens,
                                 const TokenCounter& count_tokens) {
  return AtomCutter(document, outline, max_tokens, count_tokens).run();
}

}  // namespace rag
