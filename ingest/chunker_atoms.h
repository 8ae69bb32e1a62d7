#pragma once

#include <cstddef>
#include <vector>

#include "core/document.h"
#include "core/span.h"
#include "ingest/chunker.h"

namespace rag {

// What stands between a piece of text and the one before it, the best place to cut first.
enum class Border { Section, Page, Paragraph, Row, Sentence, Line, Word };

// The smallest piece a chunk is made of: a sentence, a heading line, a table row, or a part of one that is too long.
struct Atom {
  Span span;               // trimmed of white space, never empty
  std::size_t tokens = 1;  // at least 1, so that every chunk has a bounded number of atoms
  int section = -1;        // index into Outline::headings, -1 above the first heading
  int page = -1;           // index into the document's pages, -1 before the first
  int table = -1;          // index into the document's tables, -1 outside
  Border before = Border::Sentence;
  bool heading = false;
  bool table_header = false;
};

// The tree of headings, with offsets a chunker can rely on whatever the parser wrote.
struct Outline {
  std::vector<Heading> headings;  // ascending, inside the text, on character borders
  std::vector<int> parents;       // -1: the document itself
  std::vector<int> subtree_ends;  // first heading behind the subtree
  std::vector<std::string> path(int section) const;
  bool contains(int ancestor, int section) const;  // -1 contains everything
};

Outline make_outline(const Document& document);

// The whole text as atoms in order, with nothing but white space between them.  No atom exceeds `max_tokens`
// unless a single character does.  Each piece of text is counted once, or twice where it had to be cut.
std::vector<Atom> cut_into_atoms(const Document& document, const Outline& outline, std::size_t max_tokens,
                                 const TokenCounter& count_tokens);

}  // namespace rag
