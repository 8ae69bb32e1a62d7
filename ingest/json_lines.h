#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// Reads a JSON Lines corpus (the BEIR layout: `_id`, `title`, `text`, `metadata`) document by document, in constant memory.
//
//     JsonLinesReader reader(path, "corpus.jsonl");
//     while (std::optional<Document> document = reader.next()) ...
//
// Document::id is `_id` (or `id`; else the line number), uri "corpus.jsonl#_id", metadata flattened ("author.name") with every
// other top-level field.  A line that cannot be used becomes a warning and is passed over; a line of only white space is nothing.
class JsonLinesReader {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;

  // Throws Error(Io) where the file cannot be opened.  `uri` goes into messages and Document::uri.
  JsonLinesReader(const std::filesystem::path& file, std::string uri, std::size_t max_line_bytes = kMaxLineBytes);

  // The next document, or nothing at the end.  Throws Error(Io) where reading fails.
  std::optional<Document> next();

  // What was passed over since the last call: "line 7: not JSON: ..., expected one object a line".
  std::vector<std::string> take_warnings();

  std::size_t line_number() const { return line_number_; }   // of the document last given, from 1
  std::uintmax_t bytes_read() const { return bytes_read_; }  // for progress

 private:
  bool read_line(std::string& line, bool& too_long);

  std::ifstream in_;
  std::string uri_;
  std::size_t max_line_bytes_;
  std::size_t line_number_ = 0;
  std::uintmax_t bytes_read_ = 0;
  std::vector<std::string> warnings_;
};

// One line's document.  Throws Error(Ingest) saying what is wrong with it.
Document parse_json_line(std::string_view line, const std::string& uri, std::size_t line_number);

// True where the first line is an object with a `text` field of its own: a corpus rather than a log.
bool looks_like_json_lines_corpus(std::string_view first_bytes);

}  // namespace rag
