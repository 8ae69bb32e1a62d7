// PDF: one Page per page, text in reading order.
#include <algorithm>
#include <map>
#include <set>

#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/page_recognizer.h"
#include "ingest/pdf_file.h"
#include "ingest/pdf_hidden_text.h"
#include "ingest/pdf_layout.h"
#include "ingest/pdf_objects.h"
#include "ingest/pdf_text.h"

namespace rag {
namespace {

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

struct PageContent {
  std::string text;            // in reading order
  std::vector<PdfLine> lines;  // as they stand on the page, or in its columns; empty where the text is turned
};

bool begins_paragraph(const PdfLine& line, const PdfLine& before) { return line.top - before.bottom > 0.7 * line.font_size; }

std::string text_of(const std::vector<PdfLine>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0 && begins_paragraph(lines[i], lines[i - 1])) text += '\n';
    text += lines[i].text() + '\n';
  }
  return text;
}

PageContent read_page(const PdfFile& file, int index, HiddenTextCounter& hidden) {
  PdfPageText page = file.read(index);
  hidden.look_at(index, page);
  if (page.turned) return {std::move(page.text), {}};
  std::vector<PdfLine> lines = lines_by_height(page.words);
  if (std::vector<PdfLine> columns = lines_by_column(std::move(page.words), lines); !columns.empty()) return {text_of(columns), std::move(columns)};
  return {std::move(page.text), std::move(lines)};
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
      if (before && begins_paragraph(line, *before)) add("", 0);
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

void describe(const PdfFile& file, DocumentBuilder& builder) {
  const PdfProperties properties = file.properties();
  builder.title = useful_title(properties.title);
  const auto set = [&](const char* key, const std::string& value) {
    if (!value.empty()) builder.metadata[key] = {value};
  };
  set("author", collapse_white_space(clean_text(properties.author)));
  set("keywords", collapse_white_space(clean_text(properties.keywords)));
  set("created", properties.created);
  set("modified", properties.modified);
  set("pages", std::to_string(file.page_count()));
}

class Pdf final : public Format {
 public:
  std::string name() const override { return "pdf"; }
  std::vector<std::string> media_types() const override { return {"application/pdf"}; }

  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return read_within(bytes, uri, {}, {}, warnings);
  }

  Document read_within(std::string_view bytes, const std::string&, const std::string&, const ParseLimits& limits, std::vector<std::string>& warnings) const override {
    const PdfFile file(bytes, limits.passwords);
    PdfObjects objects = read_pdf_objects(bytes, file.password());
    objects.pages.resize(static_cast<std::size_t>(file.page_count()));
    HiddenTextCounter hidden(file);
    std::vector<std::string> texts;
    std::vector<PageContent> pages;
    std::vector<std::vector<PdfLine>> lines;
    for (int i = 0; i < file.page_count(); ++i) pages.push_back(read_page(file, i, hidden));
    PageRecognizer recognizer(limits);
    for (int i = 0; i < file.page_count(); ++i) {
      PageContent& page = pages[static_cast<std::size_t>(i)];
      // As a scanner would give it: 300 dots an inch are what recognisers are trained on.
      if (!has_letter_or_digit(page.text)) page = {recognizer.read(i + 1, [&] { return file.draw(i, 300); }), {}};
      texts.push_back(std::move(page.text));
      lines.push_back(page.lines);
    }
    mend_pdf_pages(texts);
    const PdfHeadings headings(lines);
    DocumentBuilder builder;
    std::set<std::string> links_seen;
    builder.title_from_headings = false;  // a cover's largest line says less than the file's name
    describe(file, builder);
    for (std::size_t i = 0; i < pages.size(); ++i) {
      pages[i].text = std::move(texts[i]);
      builder.start_page(static_cast<int>(i) + 1);
      PageWriter(builder, headings).write(pages[i]);
      write_objects(objects.pages[i], pages[i].text, links_seen, builder);
    }
    builder.note_hidden_letters(hidden.letters());
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
