// HTML pages, through gumbo (see ingest/html_reader.h).
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/text_file.h"
#include "ingest/xhtml.h"

namespace rag {
namespace {

class Html final : public Format {
 public:
  std::string name() const override { return "html"; }
  std::vector<std::string> media_types() const override { return {"text/html", "application/xhtml+xml"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    std::string html = decode_file(bytes, warnings, builder.metadata, declared_charset(bytes));
    if (trim(std::string_view(html).substr(0, 200)).starts_with("<?xml")) html = close_empty_elements(html);
    add_html(html, builder);
    return builder.finish("a page without text (built by a script, perhaps)");
  }
};

}  // namespace

std::unique_ptr<Format> make_html_format() { return std::make_unique<Html>(); }

}  // namespace rag
