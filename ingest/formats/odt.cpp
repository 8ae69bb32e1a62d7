// OpenDocument texts: headings, paragraphs, lists, tables, text boxes, charts; footnotes and endnotes at the end.
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/odf_package.h"
#include "ingest/odf_text.h"

namespace rag {
namespace {

class DocumentSink final : public OdfSink {
 public:
  explicit DocumentSink(DocumentBuilder& builder) : builder_(builder) {}

  void heading(int level, const std::string& text, bool is_title) override {
    if (is_title && title_.empty()) title_ = collapse_white_space(text);
    builder_.heading(level, text);
  }
  void paragraph(const std::string& text) override { builder_.paragraph(text); }
  void code(const std::string& lines) override { builder_.verbatim(lines); }
  void list_item(int depth, const std::string& marker, const std::string& text) override { builder_.list_item(depth, marker, text); }
  void table(const std::vector<std::vector<std::string>>& rows, std::size_t header_rows) override { builder_.table(rows, header_rows); }

  const std::string& title() const { return title_; }

 private:
  DocumentBuilder& builder_;
  std::string title_;
};

class Odt final : public Format {
 public:
  std::string name() const override { return "odt"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OdfPackage package(bytes, "ODT");
    DocumentBuilder builder;
    package.read_properties(builder);
    const OdfStyles styles(package);
    DocumentSink sink(builder);
    OdfCharts charts(bytes, warnings);
    OdfText text(styles, charts, sink);
    text.blocks(package.body("text"));
    for (const std::string& note : text.notes()) builder.paragraph(note);
    if (!has_word(builder.title)) builder.title = sink.title();
    return builder.finish("an ODT without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_odt_format() { return std::make_unique<Odt>(); }

}  // namespace rag
