#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "ingest/line_source.h"
#include "ingest/open_file.h"

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
  // Reads an open file from where it stands, which is behind so many lines.  It must outlive this.
  JsonLinesReader(int file, std::string uri, std::uint64_t lines_before, std::size_t max_line_bytes = kMaxLineBytes);

  // The next document, or nothing at the end.  Throws Error(Io) where reading fails.
  std::optional<Document> next();

  // The same, but at most one line is read, or 64 MB of one that is too long: false at the end; `document` is empty where it gave none.
  bool read_line(std::optional<Document>& document);

  // Reads no more than read_line(), and leaves the line aside.
  bool pass_over_line();

  // What was passed over since the last call: "line 7: not JSON: ..., expected one object a line".
  std::vector<std::string> take_warnings();

  std::uint64_t line_number() const { return line_number_; }    // of the line last read, from 1
  bool is_within_line() const { return within_line_; }          // that line is too long, and goes on
  std::uint64_t bytes_read() const { return lines_.bytes(); }   // for progress

 private:
  JsonLinesReader(std::unique_ptr<OpenFile> file, std::string uri, std::size_t max_line_bytes);
  std::optional<LineSource::Line> take_line();

  std::unique_ptr<OpenFile> own_;  // where it was opened here
  LineSource lines_;
  std::string uri_;
  std::size_t max_line_bytes_;
  std::uint64_t line_number_ = 0;
  bool within_line_ = false;
  std::vector<std::string> warnings_;
};

// One line's document.  Throws Error(Ingest) saying what is wrong with it.
Document parse_json_line(std::string_view line, const std::string& uri, std::uint64_t line_number);

// True where the first line is an object with a `text` field of its own: a corpus rather than a log.
bool looks_like_json_lines_corpus(std::string_view first_bytes);

}  // namespace rag
