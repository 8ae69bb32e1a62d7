// Word 97 to 2003: paragraphs, headings, lists, tables, text boxes and notes.  As in DOCX, headers, footers, comments and tracked
// deletions are left out, and of a field its result is read, not its code.
#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/compound_file.h"
#include "ingest/doc_file.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/hangul_characters.h"
#include "ingest/summary_information.h"
#include "ingest/table_grid.h"
#include "ingest/utf16.h"

namespace rag {
namespace {

class Reader {
 public:
  Reader(const DocFile& file, DocumentBuilder& builder) : file_(file), builder_(builder) {}

  void body() {
    part(file_.body);
    other_boxes();
    notes(file_.footnotes, file_.footnote_starts, "[");
    notes(file_.endnotes, file_.endnote_starts, "[e");
  }

  const std::string& title() const { return title_; }
  std::size_t unknown_characters() const { return unknown_characters_; }

 private:
  enum Character : char16_t {
    kPicture = 1,
    kNoteMark = 2,
    kComment = 5,
    kCellEnd = 7,
    kDrawing = 8,
    kTab = 9,
    kLineBreak = 11,
    kPageBreak = 12,
    kParagraphEnd = 13,
    kColumnBreak = 14,
    kFieldBegin = 19,
    kFieldResult = 20,
    kFieldEnd = 21,
    kHardHyphen = 30,
    kSoftHyphen = 31,
  };

  // Those in groups of shapes, of which the file does not say where they are anchored.
  void other_boxes() {
    std::vector<DocFile::Part> known;
    for (const auto& [anchor, box] : file_.box_at) known.push_back(box);
    std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
    std::size_t at = file_.boxes.begin;
    for (const DocFile::Part& box : known) {
      if (at < box.begin) part({at, box.begin});
      at = std::max(at, box.end);
    }
    if (at < file_.boxes.end) part({at, file_.boxes.end});
  }

  void part(const DocFile::Part& part) {
    for (std::size_t at = part.begin; at < part.end; ++at) character(at);
    end_paragraph(part.end, kParagraphEnd);
    end_table();
    field_is_code_.clear();
  }

  void character(std::size_t at) {
    const char16_t c = file_.text[at];
    if (c == kParagraphEnd || c == kCellEnd || c == kPageBreak) return end_paragraph(at, c);
    if (c == kFieldBegin) return field_is_code_.push_back(true);
    if (c == kFieldResult || c == kFieldEnd) {
      if (!field_is_code_.empty() && c == kFieldResult) field_is_code_.back() = false;
      if (!field_is_code_.empty() && c == kFieldEnd) field_is_code_.pop_back();
      return;
    }
    if (std::find(field_is_code_.begin(), field_is_code_.end(), true) != field_is_code_.end() || file_.is_deleted(at)) return;
    if (c >= 32)
      line_ += c;
    else if (c == kTab)
      line_ += u'\t';
    else if (c == kLineBreak || c == kColumnBreak)
      line_ += u'\n';
    else if (c == kHardHyphen)
      line_ += u'-';
    else if (c == kNoteMark)
      note_mark(at);
    else if (c == kDrawing)
      anchor(at);
  }

  void anchor(std::size_t at) {
    const auto box = at < file_.body.end ? file_.box_at.find(at) : file_.box_at.end();
    if (box != file_.box_at.end()) anchored_.push_back(box->second);
  }

  // A box's text comes behind the paragraph or table it is anchored in.
  void write_anchored() {
    const std::vector<bool> fields = std::exchange(field_is_code_, {});
    for (const DocFile::Part& box : std::exchange(anchored_, {})) part(box);
    field_is_code_ = fields;
  }

  void note_mark(std::size_t at) {
    for (const auto& [marks, kind] : {std::pair{&file_.footnote_marks, "["}, std::pair{&file_.endnote_marks, "[e"}}) {
      const auto found = std::lower_bound(marks->begin(), marks->end(), at);
      if (found == marks->end() || *found != at) continue;
      const std::string mark = kind + std::to_string(found - marks->begin() + 1) + "]";
      line_.append(mark.begin(), mark.end());
    }
  }

  // What has come together since the last end, as UTF-8.
  std::string take_line() {
    std::string bytes;
    for (const char16_t c : line_) (bytes += static_cast<char>(c & 0xFF)) += static_cast<char>(c >> 8);
    line_.clear();
    return map_private_characters(utf16le_to_utf8(bytes), unknown_characters_);
  }

  void end_paragraph(std::size_t at, char16_t mark) {
    std::erase(field_is_code_, true);  // a code that does not end within its paragraph is damage, and must not hide the rest
    const DocParagraph paragraph = file_.paragraph_at(at);
    const std::string text = take_line();
    if (mark == kCellEnd) {
      const bool ends_row = paragraph.known ? paragraph.ends_row : text.empty() && cell_.empty() && !row_.empty();
      return ends_row ? end_row() : end_cell(text);
    }
    if (paragraph.in_table) {
      cell_ += text + "\n";
      return;
    }
    end_table();
    int level = paragraph.outline_level;
    if (level == 0) level = file_.heading_level_of_style(paragraph.style);
    if (level > 0 && has_letter_or_digit(text)) {
      if (file_.is_title_style(paragraph.style) && title_.empty()) title_ = collapse_white_space(text);
      builder_.heading(level, text);
    } else if (const unsigned list = list_of(paragraph); list != 0 && !trim(text).empty()) {
      builder_.list_item(paragraph.list_level, lists_.next_marker(list, paragraph.list_level), text);
    } else {
      builder_.paragraph(text);
    }
    write_anchored();
  }

  unsigned list_of(const DocParagraph& paragraph) const {
    return paragraph.list != 0 ? paragraph.list : file_.list_of_style(paragraph.style);
  }

  void end_cell(const std::string& text) {
    row_.push_back(cell_ + text);
    cell_.clear();
  }

  void end_row() {
    rows_.push_back(std::move(row_));
    row_.clear();
  }

  void end_table() {
    if (!cell_.empty()) end_cell("");
    if (!row_.empty()) end_row();
    if (rows_.empty()) return;
    const auto rows = std::exchange(rows_, {});
    builder_.table(rows, names_columns(rows));
    write_anchored();
  }

  void notes(const DocFile::Part& part, const std::vector<std::size_t>& starts, const std::string& kind) {
    for (std::size_t i = 0; i + 1 < starts.size(); ++i) {
      const std::size_t begin = std::min(part.begin + starts[i], part.end), end = std::min(part.begin + starts[i + 1], part.end);
      for (std::size_t at = begin; at < end; ++at) {
        const char16_t c = file_.text[at];
        if (c == kParagraphEnd || c == kCellEnd)
          line_ += u' ';
        else
          character(at);
      }
      field_is_code_.clear();
      const std::string text = collapse_white_space(take_line());
      if (!text.empty()) builder_.paragraph(kind + std::to_string(i + 1) + "] " + text);
    }
  }

  const DocFile& file_;
  DocumentBuilder& builder_;
  std::u16string line_;
  std::vector<DocFile::Part> anchored_;
  std::string cell_;
  std::vector<std::string> row_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<bool> field_is_code_;  // one for each field we are in: still in its code, which is not shown
  DocLists lists_ = file_.lists();
  std::string title_;
  std::size_t unknown_characters_ = 0;
};

class Doc final : public Format {
 public:
  std::string name() const override { return "doc"; }
  std::vector<std::string> media_types() const override { return {"application/msword"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const CompoundFile file(bytes, "DOC");
    const std::string main = file.read("WordDocument");
    const std::string table = file.read(DocFile::name_of_table(main));
    DocumentBuilder builder;
    read_summary_information(file, "\005SummaryInformation", builder);
    const DocFile doc(main, table, warnings);
    Reader reader(doc, builder);
    reader.body();
    if (!has_letter_or_digit(builder.title)) builder.title = reader.title();
    if (reader.unknown_characters() > 0)
      warnings.push_back(std::to_string(reader.unknown_characters()) + " characters are known only to certain fonts and kept as they are");
    return builder.finish("a DOC without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_doc_format() { return std::make_unique<Doc>(); }

}  // namespace rag
