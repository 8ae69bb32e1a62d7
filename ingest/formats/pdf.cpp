// PDF, through poppler: one Page per page, text in reading order.
#include <poppler/cpp/poppler-document.h>
#include <poppler/cpp/poppler-global.h>
#include <poppler/cpp/poppler-image.h>
#include <poppler/cpp/poppler-page-renderer.h>
#include <poppler/cpp/poppler-page.h>
#include <poppler/cpp/poppler-toc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/page_recognizer.h"
#include "ingest/pdf_layout.h"
#include "ingest/pdf_objects.h"
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
    if (c == 0xAD) c = '-';  // on a page a soft hyphen is a hyphen that shows
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
  for (const std::string_view prefix :
       {"Microsoft Word - ", "Microsoft PowerPoint - ", "PowerPoint Presentation", "untitled", "Untitled", "(anonymous)"})
    if (title.starts_with(prefix)) title.erase(0, prefix.size());
  for (const std::string_view suffix : {".docx", ".doc", ".pdf", ".dvi", ".indd", ".pptx", ".tex"})
    if (title.ends_with(suffix)) title.resize(title.size() - suffix.size());
  return has_letter_or_digit(title) ? title : "";
}

struct OpenPdf {
  std::unique_ptr<poppler::document> document;
  std::string password;  // that opened it; "" where it needs none
};

OpenPdf open_pdf(std::string_view bytes, const std::vector<std::string>& passwords) {
  static std::once_flag silenced;
  std::call_once(silenced, [] { poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr); });
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    throw Error(ErrorKind::Ingest, "not a PDF file: no \"%PDF-\" at its beginning");
  OpenPdf pdf{std::unique_ptr<poppler::document>(poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size()))), ""};
  poppler::document* const document = pdf.document.get();
  if (!document) throw Error(ErrorKind::Ingest, "damaged PDF: no page tree to be found; open and save it again");
  for (auto password = passwords.begin(); document->is_locked() && password != passwords.end(); ++password)
    if (!document->unlock(*password, *password)) pdf.password = *password;
  if (document->is_locked())
    throw Error(ErrorKind::Ingest, passwords.empty() ? "encrypted PDF: it needs a password; put it in a --password-file, or save it without one"
                                                     : "encrypted PDF: no password of the --password-file opens it");
  if (document->pages() <= 0) throw Error(ErrorKind::Ingest, "damaged PDF: no pages");
  return pdf;
}

struct PageContent {
  std::string text;            // in poppler's reading order
  std::vector<PdfLine> lines;  // as they stand on the page; empty where the text is turned
};

bool is_bold(const std::string& font) {
  return font.find("Bold") != std::string::npos || font.find("Black") != std::string::npos || font.find("Heavy") != std::string::npos;
}

std::vector<PdfWord> words_of(const poppler::page& page) {
  std::vector<PdfWord> words;
  for (const poppler::text_box& box : page.text_list(poppler::page::text_list_include_font)) {
    if (box.rotation() != 0) return {};
    const poppler::rectf area = box.bbox();
    std::string text = clean_text(to_utf8(box.text()));
    if (!text.empty())
      words.push_back(
          {area.left(), area.top(), area.right(), area.bottom(), box.get_font_size(), is_bold(box.get_font_name()), std::move(text)});
  }
  return words;
}

PageContent read_page(const poppler::document& document, int index) {
  const std::unique_ptr<poppler::page> page(document.create_page(index));
  if (!page) return {};
  return {clean_text(to_utf8(page->text(poppler::rectf(), poppler::page::non_raw_non_physical_layout))), lines_by_height(words_of(*page))};
}

// The page in grey.  Sheets of unusual size get fewer dots an inch.
GreyImage drawn(const poppler::page& page, double dots) {
  constexpr double kMostPixels = 36e6;  // A2 at 300 dots an inch
  const poppler::rectf area = page.page_rect();
  const double square_inches = area.width() * area.height() / (72.0 * 72.0);
  if (!(square_inches > 0)) return {};
  dots = std::min(dots, std::sqrt(kMostPixels / square_inches));
  poppler::page_renderer renderer;
  renderer.set_image_format(poppler::image::format_gray8);
  renderer.set_render_hints(poppler::page_renderer::antialiasing | poppler::page_renderer::text_antialiasing);
  const poppler::image image = renderer.render_page(&page, dots, dots);
  if (!image.is_valid() || image.width() <= 0 || image.height() <= 0) return {};
  GreyImage picture{image.width(), image.height(), static_cast<int>(dots), {}};
  const auto width = static_cast<std::size_t>(image.width());
  picture.pixels.reserve(width * static_cast<std::size_t>(image.height()));
  for (int y = 0; y < image.height(); ++y) {
    const auto* row = reinterpret_cast<const unsigned char*>(image.const_data()) + static_cast<std::ptrdiff_t>(y) * image.bytes_per_row();
    picture.pixels.insert(picture.pixels.end(), row, row + width);
  }
  return picture;
}

// As a scanner would give it: 300 dots an inch are what recognisers are trained on.
GreyImage picture_of(const poppler::document& document, int index) {
  const std::unique_ptr<poppler::page> page(document.create_page(index));
  return page ? drawn(*page, 300) : GreyImage{};
}

bool shows_something(const GreyImage& picture, const poppler::rectf& area, double scale) {
  constexpr int kContrast = 24;  // of 255
  // What is no number is 0.
  const auto within = [](double value, int most) { return value > 0 ? static_cast<int>(std::min(value, static_cast<double>(most))) : 0; };
  const int left = within(area.left() * scale, picture.width), right = within(std::ceil(area.right() * scale), picture.width);
  const int top = within(area.top() * scale, picture.height), bottom = within(std::ceil(area.bottom() * scale), picture.height);
  int darkest = 255, lightest = 0;
  for (int y = top; y < bottom; ++y) {
    const unsigned char* row = picture.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
    for (int x = left; x < right; ++x) {
      darkest = std::min<int>(darkest, row[x]);
      lightest = std::max<int>(lightest, row[x]);
    }
  }
  return lightest - darkest >= kContrast;
}

// Letters of words that leave no mark on their page, whatever the reason: white on white, covered, drawn without ink, beside the sheet.
std::size_t unseen_letters(const poppler::document& document, int index) {
  constexpr double kDotsPerInch = 108;  // a letter that an eye could read has several dots
  const std::unique_ptr<poppler::page> page(document.create_page(index));
  const GreyImage picture = page ? drawn(*page, kDotsPerInch) : GreyImage{};
  if (picture.pixels.empty()) return 0;
  const double scale = picture.width / page->page_rect().width();
  std::size_t letters = 0;
  for (const poppler::text_box& box : page->text_list())
    if (!shows_something(picture, box.bbox(), scale)) letters += count_letters_and_digits(to_utf8(box.text()));
  return letters;
}

// Drawing a page takes longer than reading it, so only pages are drawn whose operators look like it, and for a few seconds at most: in a
// scan with a text layer, which is drawn without ink over the picture, that is every page.
std::size_t hidden_letters(const poppler::document& document, const std::vector<PdfPageObjects>& pages) {
  constexpr std::clock_t kMost = 5 * CLOCKS_PER_SEC;
  const std::clock_t begin = std::clock();
  std::size_t letters = 0;
  for (std::size_t i = 0; i < pages.size() && std::clock() - begin < kMost; ++i)
    if (pages[i].may_hide_text) letters += unseen_letters(document, static_cast<int>(i));
  return letters;
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n' && c != '\t') out += c;
  return out;
}

// "https://example.org/" where the text says "example.org".
bool is_shown(const std::string& link, const std::string& text) {
  std::string_view address = link;
  for (const std::string_view scheme : {"https://", "http://", "mailto:"})
    if (address.starts_with(scheme)) address.remove_prefix(scheme.size());
  while (address.ends_with('/')) address.remove_suffix(1);
  return text.find(address) != std::string::npos;
}

// What a form was answered, behind its page: the page shows the answers without their questions, or not at all.  Then where links lead, where
// the page does not say so: "here" is nothing to search for.  Each link once a document, so that one in every footer is no weight.
void write_objects(const PdfPageObjects& objects, const std::string& page_text, std::set<std::string>& links_seen, DocumentBuilder& builder) {
  constexpr std::size_t kMostLinks = 20;
  std::string fields, links;
  for (const auto& [name, value] : objects.fields) fields += (name.empty() ? "" : name + ": ") + value + "\n";
  builder.paragraph(fields);
  std::size_t written = 0;
  for (const std::string& link : objects.links)
    if (written < kMostLinks && !is_shown(link, page_text) && links_seen.insert(link).second && ++written > 0) links += link + "\n";
  builder.paragraph(links);
}

void list_attachments(const std::vector<std::string>& names, DocumentBuilder& builder, std::vector<std::string>& warnings) {
  constexpr std::size_t kNamed = 5;
  if (names.empty()) return;
  builder.metadata["attachments"] = names;
  std::string list;
  for (std::size_t i = 0; i < std::min(kNamed, names.size()); ++i) list += (i > 0 ? ", " : "") + names[i];
  warnings.push_back(std::to_string(names.size()) + (names.size() == 1 ? " file attached to it is not read: " : " files attached to it are not read: ") + list +
                     (names.size() > kNamed ? ", ..." : ""));
}

// Writes one page into the document: headings where its lines are headings, tables where it has some, else as it reads.
class PageWriter {
 public:
  PageWriter(DocumentBuilder& builder, const PdfHeadings& headings) : builder_(builder), headings_(headings) {}

  void write(const PageContent& page) {
    const std::vector<PdfBlock> blocks = find_tables(page.lines);
    if (blocks.empty()) return write_reading_order(page);
    for (const PdfBlock& block : blocks) {
      if (block.is_table)
        builder_.table(block.rows, names_columns(block.rows));
      else
        write_lines(block.lines);
    }
  }

 private:
  void write_reading_order(const PageContent& page) {
    std::map<std::string, int> levels;
    for (const PdfLine& line : page.lines)
      if (const int level = headings_.level_of(line)) levels[without_blanks(line.text())] = level;
    for (std::size_t at = 0; at < page.text.size();) {
      const std::size_t end = std::min(page.text.find('\n', at), page.text.size());
      const std::string line = page.text.substr(at, end - at);
      at = end + 1;
      const auto found = levels.find(without_blanks(line));
      add(line, found == levels.end() ? 0 : found->second);
    }
    flush();
  }

  void write_lines(const std::vector<PdfLine>& lines) {
    const PdfLine* before = nullptr;
    for (const PdfLine& line : lines) {
      if (before && line.top - before->bottom > 0.7 * line.font_size) add("", 0);
      add(line.text(), headings_.level_of(line));
      before = &line;
    }
    flush();
  }

  // Neighbouring lines of one heading level are one heading that did not fit.
  void add(const std::string& line, int level) {
    if (level != level_) flush();
    level_ = level;
    text_ += line + (level > 0 ? " " : "\n");
  }

  void flush() {
    constexpr std::size_t kLongestHeading = 200;  // what is longer is a paragraph in large or bold print
    if (level_ > 0 && text_.size() <= kLongestHeading)
      builder_.heading(level_, text_);
    else
      builder_.paragraph(text_);
    text_.clear();
    level_ = 0;
  }

  static bool names_columns(const std::vector<std::vector<std::string>>& rows) {
    return rows.size() > 1 && std::all_of(rows[0].begin(), rows[0].end(), [](const std::string& cell) {
             return has_letter_or_digit(cell) && cell.find_first_not_of("0123456789.,%-/: ") != std::string::npos;
           });
  }

  DocumentBuilder& builder_;
  const PdfHeadings& headings_;
  std::string text_;
  int level_ = 0;
};

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

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return read_within(bytes, uri, {}, warnings);
  }

  Document read_within(std::string_view bytes, const std::string&, const ParseLimits& limits, std::vector<std::string>& warnings) const override {
    const auto [pdf, password] = open_pdf(bytes, limits.passwords);
    PdfObjects objects = read_pdf_objects(bytes, password);
    objects.pages.resize(static_cast<std::size_t>(pdf->pages()));
    std::vector<std::string> texts;
    std::vector<PageContent> pages;
    std::vector<std::vector<PdfLine>> lines;
    PageRecognizer recognizer(limits);
    for (int i = 0; i < pdf->pages(); ++i) pages.push_back(read_page(*pdf, i));
    for (int i = 0; i < pdf->pages(); ++i) {
      PageContent& page = pages[static_cast<std::size_t>(i)];
      if (!has_letter_or_digit(page.text)) page = {recognizer.read(i + 1, [&, &document = *pdf] { return picture_of(document, i); }), {}};
      texts.push_back(std::move(page.text));
      lines.push_back(page.lines);
    }
    mend_pdf_pages(texts);
    const PdfHeadings headings(lines);
    DocumentBuilder builder;
    std::set<std::string> links_seen;
    builder.title_from_headings = false;  // a cover's largest line says less than the file's name
    read_properties(*pdf, builder);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i].text = std::move(texts[i]);
      builder.start_page(static_cast<int>(i) + 1);
      PageWriter(builder, headings).write(pages[i]);
      write_objects(objects.pages[i], pages[i].text, links_seen, builder);
    }
    builder.note_hidden_letters(hidden_letters(*pdf, objects.pages));
    list_attachments(objects.attachments, builder, warnings);
    recognizer.describe(builder.metadata);
    const std::string all = std::to_string(pages.size()), reason = " (" + recognizer.reason() + ")";
    if (const auto& empty = recognizer.empty_pages(); !empty.empty())
      warnings.push_back(std::to_string(empty.size()) + " of " + all + " pages have no text" + reason + ": " + page_list(empty));
    recognizer.warn(warnings);
    return builder.finish(pages.size() == 1 ? "its only page has no text" + reason : "none of its " + all + " pages has text" + reason);
  }
};

}  // namespace

std::unique_ptr<Format> make_pdf_format() { return std::make_unique<Pdf>(); }

}  // namespace rag
