// Pages saved by a browser with their pictures (MHTML): a mail whose text is the page.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/mail_message.h"

namespace rag {
namespace {

class Mhtml final : public Format {
 public:
  std::string name() const override { return "mhtml"; }
  std::vector<std::string> media_types() const override { return {"application/x-mimearchive"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const MailMessage message = read_mail(bytes, warnings);
    // The first is the page, the rest its frames: advertisements, mostly.
    const auto has_text = [](const MailPart& part) { return part.kind == MailPart::Kind::Html && has_word(html_to_line(part.bytes)); };
    const auto page = std::find_if(message.parts.begin(), message.parts.end(), has_text);
    if (page == message.parts.end()) throw Error(ErrorKind::Ingest, "no page with text in it, expected a part of type text/html");
    if (const auto frames = std::count_if(page + 1, message.parts.end(), has_text); frames > 0)
      warnings.push_back(std::to_string(frames) + (frames == 1 ? " frame" : " frames") + " of the page left out");
    DocumentBuilder builder;
    add_html(page->bytes, builder);
    if (!has_letter_or_digit(builder.title)) builder.title = message.subject;
    if (!page->location.empty()) builder.metadata["source_url"] = {page->location};
    if (!message.date.empty()) builder.metadata["saved"] = {message.date};
    return builder.finish("a page without text (built by a script, perhaps)");
  }
};

}  // namespace

std::unique_ptr<Format> make_mhtml_format() { return std::make_unique<Mhtml>(); }

}  // namespace rag
