#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "core/error.h"

namespace rag {

// Why a document has no text, and what is known of it all the same: title and metadata.
class NoText : public Error {
 public:
  NoText(const std::string& why, Document what) : Error(ErrorKind::Ingest, why), document(std::move(what)) {}
  Document document;
};

// True where there is anything to find: a letter or a digit.  The text must be valid UTF-8.
bool has_letter_or_digit(std::string_view text);

std::size_t count_letters_and_digits(std::string_view text);  // of any bytes

// Grows a Document block by block and keeps its offsets right.
//
// Each block is normalised as it comes, so no offset has to be moved afterwards: a line feed stands between blocks, and nothing
// composes across it.  What is not valid UTF-8 becomes U+FFFD.
class DocumentBuilder {
 public:
  void start_page(int number);
  // White space collapsed to one line; an empty one is left out.  One of more than kLongestHeading bytes is a paragraph.
  void heading(int level, std::string_view text);
  void paragraph(std::string_view text);                                      // lines kept, ends trimmed; an empty one is left out
  void list_item(int depth, std::string_view marker, std::string_view text);  // follows the item before it without an empty line
  void verbatim(std::string_view text);                                       // code: only the line ends around it are trimmed

  // A row a line; rows of less than two cells in all become paragraphs.  `header_rows`: so many of the first rows that are not blank name the
  // columns: none, one, or where the header has levels ("2023" above "H1 | H2") each of them.
  void table(const std::vector<std::vector<std::string>>& rows, std::size_t header_rows);

  bool empty() const { return document_.text.empty(); }
  const std::string& text() const { return document_.text; }

  // Text that stands in the file and is not seen by its reader, whether it is left out or added all the same.  Its letters and digits are
  // counted in metadata "hidden_text".
  void note_hidden(std::string_view text) { hidden_letters_ += count_letters_and_digits(text); }
  void note_hidden_letters(std::size_t letters) { hidden_letters_ += letters; }

  // What has no place in the text.
  std::string title;
  Metadata metadata;
  bool title_from_headings = true;
  int heading_shift = 0;  // added to every heading's level: for a document inside a document

  // The document; its title is `title`, else (where title_from_headings) the first heading of the topmost level used.  Throws NoText,
  // `why_empty`, where the text has neither letter nor digit.
  Document finish(const std::string& why_empty = "no text in it");

 private:
  void separate_block();

  Document document_;
  bool in_list_ = false;
  std::size_t hidden_letters_ = 0;
};

// Titles and headings stand before each chunk of a document.  What is longer than this is no heading, whatever the file says, and a
// heading of five megabytes before each of its six thousand chunks would be the end of us.
constexpr std::size_t kLongestHeading = 2000, kLongestTitle = 2000;

// A title of at most kLongestTitle bytes; a longer one is cut and says so with "…".
std::string bounded_title(std::string title);

// The cells of a row as one line: white space collapsed, joined by " | ".
std::string table_line(const std::vector<std::string>& cells);


}  // namespace rag
