#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/document_builder.h"
#include "ingest/table_grid.h"

namespace rag {

// The level of the outline styles Hangul brings along, "개요 1" or "Outline 1"; 0 for other names.
int outline_level_of_style(const std::string& name);

// Puts what a Hangul document (HWPX or HWP) says into a DocumentBuilder.  Both formats have the same tree of paragraphs, tables,
// boxes and notes; only how it lies in the file differs.
class HangulWriter {
 public:
  explicit HangulWriter(DocumentBuilder& builder) : builder_(builder) {}

  // `outline_level` from 1, 0 for body text.  Long text at an outline level is a numbered paragraph, not a heading.  `number`: as it is shown
  // before the text, "1."; or "".
  void paragraph(int outline_level, std::string_view text, const std::string& number = "");
  void list_item(int depth, std::string_view text, const std::string& number = "");  // with a bullet where it has no number
  void table(const TableGrid& cells, std::size_t marked_header_rows);

  // What `write` writes, as the text of one cell or note, instead of blocks of the document.
  std::string captured(const std::function<void()>& write);

  // Takes what `write` writes as a note to stand at the end; returns the mark to stand in the text: "[1]", for endnotes "[e1]".
  enum class Note { Footnote, Endnote };
  std::string note(Note kind, const std::function<void()>& write);

  // Once, after the last paragraph.
  void write_notes();

  // Tables and boxes within one another are followed down to here; deeper ones are left out and counted.
  static constexpr int kMaxDepth = 32;
  void left_out_as_too_deep() { ++too_deep_; }

  // What was lost on the way, if anything.
  void report(std::vector<std::string>& warnings) const;

 private:
  DocumentBuilder& builder_;
  std::string* capture_ = nullptr;
  std::vector<std::string> footnotes_, endnotes_;
  std::size_t too_deep_ = 0;
  std::size_t unknown_characters_ = 0;
};

}  // namespace rag
