#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/doc_lists.h"

namespace rag {

// What the paragraph that ends at a character is like.
struct DocParagraph {
  bool known = false;  // false where the file says nothing of it
  unsigned style = 0;
  int outline_level = 0;  // its own, from 1; 0 for none
  bool in_table = false;
  bool ends_row = false;
  unsigned list = 0;  // names a list of DocFile::lists(); 0 where it is in none
  int list_level = 0;
};

// The text of a Word 97-2003 document put together from its pieces, with what is said of its paragraphs ([MS-DOC]).  Positions
// are UTF-16 units into `text`.
class DocFile {
 public:
  struct Part {
    std::size_t begin = 0, end = 0;
  };

  // `main` is the stream WordDocument, `table` the stream it names.  Both must outlive the object.  Throws Error(Ingest) where no
  // text can be put together.
  DocFile(std::string_view main, std::string_view table, std::vector<std::string>& warnings);

  // "0Table" or "1Table".  Throws Error(Ingest) for what is encrypted, older than Word 97, or no Word document.
  static std::string name_of_table(std::string_view main);

  std::u16string text;
  Part body, footnotes, endnotes, boxes;
  std::map<std::size_t, Part> box_at;  // text boxes by the character of the body they are anchored at, as far as that is known
  std::vector<std::size_t> footnote_marks, endnote_marks;    // where the body refers to them
  std::vector<std::size_t> footnote_starts, endnote_starts;  // within their parts, one more than there are notes

  DocParagraph paragraph_at(std::size_t position) const;
  bool is_deleted(std::size_t position) const;  // tracked, not yet accepted
  int heading_level_of_style(unsigned style) const;
  bool is_title_style(unsigned style) const;
  unsigned list_of_style(unsigned style) const;
  DocLists lists() const;

 private:
  struct Piece {
    std::size_t begin = 0, end = 0;  // positions
    std::size_t offset = 0;          // in the stream
    bool wide = false;
  };
  struct Run {
    std::size_t begin = 0, end = 0;  // offsets in the stream
    DocParagraph paragraph;
    bool deleted = false;
  };
  struct Style {
    unsigned built_in = 0;
    unsigned base = 0;
    int outline_level = 0;
    unsigned list = 0;
  };

  std::string_view table_part(std::size_t fib_offset) const;
  void read_pieces(std::vector<std::string>& warnings);
  void read_parts();
  void read_boxes();
  std::vector<std::size_t> positions(std::size_t fib_offset, std::size_t data_bytes) const;
  void read_runs(std::size_t fib_offset, bool paragraphs, std::vector<Run>& runs) const;
  void read_styles();
  const Run* find_run(const std::vector<Run>& runs, std::size_t position) const;

  std::string_view main_, table_;
  std::vector<Piece> pieces_;
  std::vector<Run> paragraph_runs_, character_runs_;
  std::vector<Style> styles_;
};

}  // namespace rag
