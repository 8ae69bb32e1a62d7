#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

// Turns the bytes of one file format into a Document: text in NFC, title, pages, headings, tables, metadata.
//
// A table row is one line of the text with its cells joined by " | ".  Paragraphs are separated by an empty line.
// `id`, `acl` and, where the file names none, `title` are left empty for the caller to fill.
// A text without a single letter or digit throws Error(Ingest) naming the reason, as does anything unreadable.
class Parser {
 public:
  virtual ~Parser() = default;
  virtual std::string name() const = 0;                      // "pdf", "docx" ...
  virtual std::vector<std::string> media_types() const = 0;  // what it reads
  virtual Document parse(std::string_view bytes, const std::string& uri) const = 0;
};

// The parser for a media type, or nullptr where none reads it.  Lives as long as the program.
const Parser* find_parser(const std::string& media_type);

// Every parser this build has, by name.
std::vector<const Parser*> all_parsers();

// Why a file of such a type has no document; and whether that was the reason but is none any more: this build has a parser for it, or it is a
// recording and now there is a recogniser, where recordings are to be listened to.
std::string no_parser_reason(const std::string& media_type);
bool has_parser_now(const std::string& reason, bool listens = true);

// What the bytes are, by content first, then by file name: "application/pdf", "text/x-python" ...
// "application/octet-stream" where neither tells.
std::string detect_media_type(std::string_view bytes, const std::string& uri);

}  // namespace rag
