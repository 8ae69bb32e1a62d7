// PDF, through poppler: one Page per page, text in reading order.
#include <poppler/cpp/poppler-document.h>
#include <poppler/cpp/poppler-global.h>
#include <poppler/cpp/poppler-page.h>
#include <poppler/cpp/poppler-toc.h>

#include <array>
#include <ctime>
#include <memory>
#include <mutex>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/pdf_text.h"

namespace rag {
namespace {

// ustring::to_utf8() goes through iconv and stumbles over what is outside the basic plane.
std::string to_utf8(const poppler::ustring& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (c >= 0xD800 && c < 0xDC00 && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000)
      c = 0x10000 + ((c - 0xD800) << 10) + (text[++i] - 0xDC00);
    else if (c >= 0xD800 && c < 0xE000)
      c = 0xFFFD;
    if (c != 0) append_utf8(out, c);
  }
  return out;
}

std::string iso_date(std::time_t time) {
  std::tm parts{};
  std::array<char, 32> text{};
  if (time <= 0 || !gmtime_r(&time, &parts)) return "";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

// Printers write the file's name there; that says less than the first heading.
std::string useful_title(std::string title) {
  title = collapse_white_space(title);
  for (const std::string_view prefix : {"Microsoft Word - ", "Microsoft PowerPoint - ", "PowerPoint Presentation", "untitled", "Untitled"})
    if (title.starts_with(prefix)) title.erase(0, prefix.size());
  for (const std::string_view suffix : {".docx", ".doc", ".pdf", ".dvi", ".indd", ".pptx", ".tex"})
    if (title.ends_with(suffix)) title.resize(title.size() - suffix.size());
  return has_letter_or_digit(title) ? title : "";
}

std::unique_ptr<poppler::document> open_pdf(std::string_view bytes) {
  static std::once_flag silenced;
  std::call_once(silenced, [] { poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr); });
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    throw Error(ErrorKind::Ingest, "not a PDF file: no \"%PDF-\" at its beginning");
  std::unique_ptr<poppler::document> document(poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (!document) throw Error(ErrorKind::Ingest, "damaged PDF: no page tree to be found; open and save it again");
  if (document->is_locked()) throw Error(ErrorKind::Ingest, "encrypted PDF: it needs a password; save it without one");
  if (document->pages() <= 0) throw Error(ErrorKind::Ingest, "damaged PDF: no pages");
  return document;
}

std::vector<std::string> read_pages(const poppler::document& document) {
  std::vector<std::string> pages;
  for (int i = 0; i < document.pages(); ++i) {
    const std::unique_ptr<poppler::page> page(document.create_page(i));
    pages.push_back(
        page ? replace_invalid_utf8(clean_text(to_utf8(page->text(poppler::rectf(), poppler::page::non_raw_non_physical_layout)))) : "");
  }
  return pages;
}

void read_properties(const poppler::document& document, DocumentBuilder& builder) {
  builder.title = useful_title(replace_invalid_utf8(to_utf8(document.get_title())));
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) builder.metadata[key] = {value};
  };
  set("author", collapse_white_space(clean_text(to_utf8(document.get_author()))));
  set("keywords", collapse_white_space(clean_text(to_utf8(document.get_keywords()))));
  set("created", iso_date(document.get_creation_date_t()));
  set("modified", iso_date(document.get_modification_date_t()));
  set("pages", std::to_string(document.pages()));
}

class Pdf final : public Format {
 public:
  std::string name() const override { return "pdf"; }
  std::vector<std::string> media_types() const override { return {"application/pdf"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const std::unique_ptr<poppler::document> pdf = open_pdf(bytes);
    std::vector<std::string> pages = read_pages(*pdf);
    mend_pdf_pages(pages);
    DocumentBuilder builder;
    read_properties(*pdf, builder);
    std::size_t empty = 0;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      builder.start_page(static_cast<int>(i) + 1);
      if (!has_letter_or_digit(pages[i])) ++empty;
      builder.paragraph(pages[i]);
    }
    const std::string all = std::to_string(pages.size());
    if (empty > 0 && empty < pages.size())
      warnings.push_back(std::to_string(empty) + " of " + all + " pages have no text (scanned, perhaps)");
    return builder.finish(pages.size() == 1 ? "its only page has no text (scanned, perhaps)"
                                            : "none of its " + all + " pages has text (scanned, perhaps)");
  }
};

}  // namespace

std::unique_ptr<Format> make_pdf_format() { return std::make_unique<Pdf>(); }

}  // namespace rag
