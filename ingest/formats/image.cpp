// Pictures of text: scans, faxes, photographs, screenshots.  A page of a TIFF is a page of the document.
#include "core/error.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/page_recognizer.h"
#include "ingest/pdf_text.h"

namespace rag {
namespace {

class Image final : public Format {
 public:
  std::string name() const override { return "image"; }
  std::vector<std::string> media_types() const override {
    return {"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp", "image/gif"};
  }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return read_within(bytes, uri, {}, {}, warnings);
  }

  Document read_within(std::string_view bytes, const std::string&, const std::string&, const ParseLimits& limits, std::vector<std::string>& warnings) const override {
    PageRecognizer pages(limits);
    if (!pages.recognizer()) throw Error(ErrorKind::Ingest, "a picture (" + pages.reason() + ")");
    std::vector<std::string> texts;
    pages.recognizer()->decode(bytes, [&](DecodedImage decoded) {
      const int number = static_cast<int>(texts.size()) + 1;
      if (!decoded.problem.empty()) {
        if (number == 1) throw Error(ErrorKind::Ingest, decoded.problem);
        warnings.push_back("page " + std::to_string(number) + ": " + decoded.problem);
        return false;
      }
      if (!pages.has_time()) {
        warnings.push_back("from page " + std::to_string(number) + " on: not recognised, the file's " +
                           std::to_string(limits.ocr.max_cpu.count()) + " s of processor time are spent; --ocr-seconds N allows more");
        return false;
      }
      texts.push_back(pages.read(number, [&] { return std::move(decoded.image); }));
      return true;
    });
    mend_pdf_pages(texts);
    DocumentBuilder builder;
    builder.title_from_headings = false;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (texts.size() > 1) builder.start_page(static_cast<int>(i) + 1);
      builder.paragraph(texts[i]);
    }
    if (texts.size() > 1) builder.metadata["pages"] = {std::to_string(texts.size())};
    pages.describe(builder.metadata);
    if (const auto& empty = pages.empty_pages(); !empty.empty() && empty.size() < texts.size())
      warnings.push_back(std::to_string(empty.size()) + " of " + std::to_string(texts.size()) + " pages have no text (" + pages.reason() +
                         "): " + page_list(empty));
    pages.warn(warnings);
    return builder.finish("a picture without text in it");
  }
};

}  // namespace

std::unique_ptr<Format> make_image_format() { return std::make_unique<Image>(); }

}  // namespace rag
