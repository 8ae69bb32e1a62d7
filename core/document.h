#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/span.h"

namespace rag {

// Facts about a document that filters can ask for: each key has one or more values.
// Numbers and booleans are written as JSON writes them.
using Metadata = std::map<std::string, std::vector<std::string>>;

// Page `number` (from 1) starts at byte `begin` of the text and ends where the next one starts.
struct Page {
  std::size_t begin = 0;
  int number = 1;
};

// A heading line starts at byte `begin`; level 1 is the topmost.
struct Heading {
  std::size_t begin = 0;
  int level = 1;
  std::string text;
};

// A table in the text: one line per row, cells joined by " | ".  `header`: its first lines that name the columns, none or several.
struct Table {
  Span span;
  Span header;
};

// One readable unit: a file, a file within a file, or one line of a JSON Lines corpus.
//
// `text` is valid UTF-8 in NFC.  All offsets are bytes into it, ascending, on character borders.
struct Document {
  std::string id;     // unique in an index; `_id` for JSON Lines corpora, else derived from source and uri
  std::string uri;    // path relative to the indexed root, '/'-separated; "file.jsonl#_id" for a corpus line; member_uri() within a file
  std::string title;  // never empty after parsing: the document's own, else its file name
  std::string media_type;
  std::string language;  // ISO 639-1, "" where unknown
  std::string text;
  std::vector<Page> pages;  // empty where the format has no pages
  std::vector<Heading> headings;
  std::vector<Table> tables;
  Metadata metadata;
  std::vector<std::string> acl;  // groups that may read it; empty: everybody
};

// The page that holds byte `offset`; 0 where the document has no pages.
int page_at(const Document& document, std::size_t offset);

// The headings above byte `offset`, topmost first.
std::vector<std::string> heading_path_at(const Document& document, std::size_t offset);

}  // namespace rag
