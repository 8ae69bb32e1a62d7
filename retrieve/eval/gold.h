#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/span.h"

namespace rag {

// What answers a question: a document, a page of it, or a part of its text, told so that it is found again however the document is cut
// into chunks.  docs/formats/gold.md is the file.
struct GoldItem {
  std::string query;
  std::string document;      // uri, id or content hash; "" where content_hash names it
  int grade = 1;             // 0 or less: judged and not relevant
  int page = 0;              // 0: not told
  std::optional<Span> span;  // bytes of the document's text as rag reads it
  std::string content_hash;  // of the document the span was taken from, as DocumentRecord has it; "" where not told
  std::string quote;         // the text as it stood; "" where not told
  std::size_t line = 0;      // of the file, from 1; not written
};

// JSON Lines, an item each, or questions with their own gold.  Throws Error(Usage), naming the file and the line, for what it cannot read, and where there is no item at all.
std::vector<GoldItem> read_gold(const std::filesystem::path& file);

// What the lines of a file of questions say of it beside `_id`: `evidence`, `spans` or `documents`, a list of documents or of objects with
// "document", "file", "uri" or "corpus-id", and "page", "span", "quote", "content_hash" or "grade" where they are told.  Empty where no line has any, as in
// files of id TAB text.  Throws as read_gold does, which reads such files as well.
std::vector<GoldItem> gold_in_questions(const std::filesystem::path& file);

// One line, keys in order, the same bytes for the same item.
std::string gold_line(const GoldItem& item);

// SHA-256 of the items, whatever order they were read in.
std::string fingerprint_of(const std::vector<GoldItem>& items);

}  // namespace rag
