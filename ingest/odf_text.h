#pragma once

#include <map>
#include <string>
#include <vector>

#include "ingest/odf_chart.h"
#include "ingest/odf_styles.h"

namespace rag {

// Where blocks of an OpenDocument text go: into a document, or onto a slide.
class OdfSink {
 public:
  virtual ~OdfSink() = default;
  virtual void heading(int level, const std::string& text, bool is_title) = 0;
  virtual void paragraph(const std::string& text) = 0;
  virtual void code(const std::string& lines) = 0;
  virtual void list_item(int depth, const std::string& marker, const std::string& text) = 0;
  virtual void table(const std::vector<std::vector<std::string>>& rows, std::size_t header_rows) = 0;
};

// Reads paragraphs, headings, lists, tables, text boxes and charts.  Annotations, tracked deletions, forms and tables of contents are left
// out; notes are kept for the end.  Only for this room's .cpp files.
class OdfText {
 public:
  OdfText(const OdfStyles& styles, OdfCharts& charts, OdfSink& sink) : styles_(styles), charts_(charts), sink_(sink) {}

  // The blocks of a body, section, text box or shape.
  void blocks(const pugi::xml_node& container, int depth = 0);

  // The words of a cell or note on one line each paragraph, boxes in it included.
  std::string flat_text(const pugi::xml_node& node, int depth = 0);

  // "[1] the note", in the order they were met.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  using Boxes = std::vector<pugi::xml_node>;

  std::string inline_text(const pugi::xml_node& node, Boxes& boxes, int depth);
  void paragraph(const pugi::xml_node& node, int depth);
  void flush_code();
  void list(const pugi::xml_node& node, const std::string& outer_style, int level, int depth);
  void list_entry(const pugi::xml_node& item, const std::string& style, int level, const std::string& marker, int depth);
  void table(const pugi::xml_node& node, int depth);
  void box(const pugi::xml_node& node, int depth);
  void chart(const pugi::xml_node& object);

  const OdfStyles& styles_;
  OdfCharts& charts_;
  OdfSink& sink_;
  std::string code_;  // lines that are to stand together
  std::vector<std::string> notes_;
  std::map<std::pair<std::string, int>, int> last_numbers_;  // of a list style and level, for lists that go on
};

}  // namespace rag
