// Markdown, through cmark-gfm (see ingest/markdown_reader.h), with its front matter as metadata.
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/front_matter.h"
#include "ingest/markdown_reader.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

class Markdown final : public Format {
 public:
  std::string name() const override { return "markdown"; }
  std::vector<std::string> media_types() const override { return {"text/markdown"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const std::string text = decode_file(bytes, warnings, builder.metadata);
    FrontMatter front = read_front_matter(text);
    builder.metadata.merge(front.metadata);
    add_markdown(std::string_view(text).substr(front.end), builder);
    if (!front.title.empty()) builder.title = front.title;
    return builder.finish(front.end > 0 ? "no text besides its front matter" : "no text in it");
  }
};

}  // namespace

std::unique_ptr<Format> make_markdown_format() { return std::make_unique<Markdown>(); }

}  // namespace rag
