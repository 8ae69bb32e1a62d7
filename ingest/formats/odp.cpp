// OpenDocument presentations: a slide a page, with its charts and speaker notes.  What the master pages say is not read.
#include "core/text.h"
#include "ingest/format.h"
#include "ingest/odf_package.h"
#include "ingest/odf_text.h"
#include "ingest/slide.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of groups in groups

class SlideSink final : public OdfSink {
 public:
  explicit SlideSink(Slide& slide) : slide_(slide) {}
  void heading(int, const std::string& text, bool) override { paragraph(text); }
  void paragraph(const std::string& text) override { slide_.blocks.push_back({.text = text}); }
  void code(const std::string& lines) override { paragraph(lines); }
  void list_item(int depth, const std::string& marker, const std::string& text) override {
    slide_.blocks.push_back({.text = text, .marker = marker, .depth = depth});
  }
  void table(const std::vector<std::vector<std::string>>& rows, std::size_t header_rows) override {
    slide_.blocks.push_back({.rows = rows, .header_rows = header_rows});
  }

 private:
  Slide& slide_;
};

class PageReader {
 public:
  PageReader(const pugi::xml_node& page, const OdfStyles& styles, OdfCharts& charts) : sink_(slide_), text_(styles, charts, sink_) {
    slide_.is_hidden = styles.is_hidden(xml::attribute(page, "style-name"));
    shapes(page, 0);
    for (const pugi::xml_node& frame : xml::child(page, "notes").children())
      if (xml::attribute(frame, "class") == "notes") slide_.notes.push_back(text_.flat_text(frame));
  }

  Slide take() { return std::move(slide_); }

 private:
  void shapes(const pugi::xml_node& container, int depth) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& shape : container.children()) {
      const std::string kind = xml::attribute(shape, "class");
      if (kind == "header" || kind == "footer" || kind == "date-time" || kind == "page-number") continue;
      if (kind == "title" && slide_.title.empty())
        slide_.title = collapse_white_space(text_.flat_text(shape));
      else if (xml::is(shape, "g"))
        shapes(shape, depth + 1);
      else if (xml::is(shape, "frame") && xml::child(shape, "image") && xml::child(shape, "desc") && !xml::child(shape, "object"))
        picture(shape);
      else if (!xml::is(shape, "notes") && xml::attribute(shape, "placeholder") != "true")
        text_.blocks(shape);
    }
  }

  void picture(const pugi::xml_node& frame) {
    const std::string text = picture_words(xml::child(frame, "desc").text().get());
    if (!text.empty()) slide_.blocks.push_back({.text = text});
  }

  Slide slide_;
  SlideSink sink_;
  OdfText text_;
};

class Odp final : public Format {
 public:
  std::string name() const override { return "odp"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.oasis.opendocument.presentation", "application/vnd.oasis.opendocument.presentation-template"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OdfPackage package(bytes, "ODP");
    DocumentBuilder builder;
    builder.title_from_headings = false;
    package.read_properties(builder);
    if (is_placeholder_title(builder.title)) builder.title.clear();
    const OdfStyles styles(package);
    OdfCharts charts(bytes, warnings);
    int number = 0;
    for (const pugi::xml_node& page : package.body("presentation").children())
      if (xml::is(page, "page")) add_slide(builder, ++number, PageReader(page, styles, charts).take());
    return builder.finish("a presentation without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_odp_format() { return std::make_unique<Odp>(); }

}  // namespace rag
