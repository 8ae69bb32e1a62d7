// HWP 5, Hangul's own format: a compound file whose sections are trees of records.  As in HWPX, page headers and footers, memos
// and hidden comments are left out.
#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "core/text.h"
#include "ingest/compound_file.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/hangul_writer.h"
#include "ingest/hwp_records.h"
#include "ingest/inflate.h"
#include "ingest/little_endian.h"
#include "ingest/summary_information.h"
#include "ingest/utf16.h"

namespace rag {
namespace {

using namespace little_endian;

// "tbl ", "gso ", "fn  ": four letters, the last one first in the file.
std::string control_id(std::string_view data) {
  std::string id(slice(data, 0, 4));
  std::reverse(id.begin(), id.end());
  return id;
}

// A length in characters, then as many of UTF-16.
std::string counted_string(std::string_view data, std::size_t& at) {
  const std::size_t size = std::size_t{2} * u16(data, at);
  const std::string text = utf16le_to_utf8(slice(data, at + 2, size));
  at += 2 + size;
  return text;
}

class Reader {
 public:
  Reader(HangulWriter& writer, const HwpStyles& styles, HangulCounters& counters, const std::vector<HwpRecord>& records)
      : writer_(writer), styles_(styles), counters_(counters), records_(records) {}

  void section() { paragraphs(0, records_.size()); }

 private:
  // Every paragraph in [begin, end) that does not lie in another one: those of a section, a cell, a box, a group of boxes.
  void paragraphs(std::size_t begin, std::size_t end) {
    if (depth_ >= HangulWriter::kMaxDepth) return writer_.left_out_as_too_deep();
    ++depth_;
    for (std::size_t i = begin; i < end;) {
      const bool is_paragraph = records_[i].tag == HwpRecord::ParaHeader;
      const std::size_t next = is_paragraph ? end_of_children(i, end) : i + 1;
      if (is_paragraph) paragraph(i, next);
      i = next;
    }
    --depth_;
  }

  std::size_t end_of_children(std::size_t parent, std::size_t end) const {
    std::size_t at = parent + 1;
    while (at < end && records_[at].level > records_[parent].level) ++at;
    return at;
  }

  struct Range {
    std::size_t begin = 0, end = 0;  // the first is the control's own record
  };

  // A paragraph's own words, then what is anchored in it as blocks of their own.
  void paragraph(std::size_t begin, std::size_t end) {
    std::vector<std::string_view> texts;
    std::vector<Range> controls;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (records_[i].level != records_[begin].level + 1) continue;
      if (records_[i].tag == HwpRecord::ParaText) texts.push_back(records_[i].data);
      if (records_[i].tag == HwpRecord::CtrlHeader) controls.push_back({i, end_of_children(i, end)});
    }
    std::string text;
    std::vector<Range> anchored;
    std::size_t next_control = 0;
    const auto take_control = [&] {
      if (next_control < controls.size()) control(controls[next_control++], text, anchored);
    };
    for (const std::string_view characters : texts) append_characters(characters, text, take_control);
    while (next_control < controls.size()) take_control();  // those the text does not mention

    const std::string_view header = records_[begin].data;
    const std::size_t shape = u16(header, 8);
    const int level = styles_.outline_level(shape, u8(header, 10));
    const int bullet = styles_.bullet_depth(shape);
    const HangulHead head = styles_.head(shape);
    const std::string number = counters_.next(head);
    if (level == 0 && (bullet >= 0 || !number.empty()))
      writer_.list_item(std::max(bullet, head.level), text, number);
    else
      writer_.paragraph(level, text, number);
    for (const Range& object : anchored) anchored_object(object);
  }

  // UTF-16 with control characters; most of these take the room of eight characters, and those that stand for something outside
  // of the text have a record of their own, in the same order.
  template <typename TakeControl>
  static void append_characters(std::string_view data, std::string& text, const TakeControl& take_control) {
    constexpr std::size_t kControlBytes = 16;
    std::size_t plain = 0, at = 0;
    const auto flush = [&](std::size_t resume) {
      text += utf16le_to_utf8(data.substr(plain, at - plain));
      plain = at = resume;
    };
    while (at + 1 < data.size()) {
      const unsigned c = u16(data, at);
      if (c >= 32) {
        at += 2;
        continue;
      }
      const bool is_single = c == 0 || c == 10 || c == 13 || c >= 24;
      flush(std::min(at + (is_single ? 2 : kControlBytes), data.size()));
      const bool is_inline = (c >= 4 && c <= 9) || c == 19 || c == 20;
      if (c == 9)
        text += '\t';
      else if (c == 10)
        text += '\n';
      else if (c == 24)
        text += '-';
      else if (c == 30 || c == 31)
        text += ' ';
      else if (!is_single && !is_inline)
        take_control();
    }
    flush(data.size());
  }

  void control(const Range& range, std::string& text, std::vector<Range>& anchored) {
    const std::string_view data = records_[range.begin].data;
    const std::string id = control_id(data);
    if (id == "fn  " || id == "en  ") {
      text += writer_.note(id == "fn  " ? HangulWriter::Note::Footnote : HangulWriter::Note::Endnote,
                           [&] { paragraphs(range.begin + 1, range.end); });
    } else if (id == "secd") {
      counters_.start_section(u16(data, 18));
    } else if (id == "atno") {
      // "표 1": numbers of tables, figures and equations are part of their captions; those of pages and notes are not.
      if ((u32(data, 4) & 15) >= 3) text += std::to_string(u16(data, 8));
    } else if (id == "eqed") {
      for (std::size_t i = range.begin + 1; i < range.end; ++i) {
        std::size_t at = 4;
        if (records_[i].tag == HwpRecord::Equation) text += " " + counted_string(records_[i].data, at) + " ";
      }
    } else if (id == "tcps" || id == "tdut") {  // characters on top of one another, ruby
      std::size_t at = 4;
      text += counted_string(data, at);
      if (id == "tdut") text += "(" + counted_string(data, at) + ")";
    } else if (id == "tbl " || id == "gso ") {
      anchored.push_back(range);
    }
  }

  void anchored_object(const Range& range) {
    if (control_id(records_[range.begin].data) == "tbl ")
      table(range);
    else
      paragraphs(range.begin + 1, range.end);
  }

  // Lists stand below the control: first the caption's, if there is one, then the record of the table, then a list for each cell.
  void table(const Range& range) {
    struct Cell {
      Range content;
      std::size_t row = 0, column = 0, columns = 1, rows = 1;
    };
    std::vector<Cell> cells;
    Range caption;
    bool caption_first = false, inside = false;
    for (std::size_t i = range.begin + 1; i < range.end; ++i) {
      const HwpRecord& record = records_[i];
      if (record.level != records_[range.begin].level + 1) continue;
      if (record.tag == HwpRecord::Table) inside = true;
      if (record.tag != HwpRecord::ListHeader) continue;
      const Range content{i + 1, end_of_list(i, range.end)};
      if (inside) {
        cells.push_back({content, u16(record.data, 10), u16(record.data, 8), u16(record.data, 12), u16(record.data, 14)});
      } else {
        caption = content;
        caption_first = (u32(record.data, 8) & 3) == 0 || (u32(record.data, 8) & 3) == 2;  // on the left, above
      }
    }
    if (caption_first) paragraphs(caption.begin, caption.end);
    write_cells(cells);
    if (!caption_first && caption.end > 0) paragraphs(caption.begin, caption.end);
  }

  template <typename Cells>
  void write_cells(const Cells& cells) {
    // A single column is a box around text, not data.
    if (std::all_of(cells.begin(), cells.end(), [&](const auto& cell) { return cell.column == cells[0].column; })) {
      for (const auto& cell : cells) paragraphs(cell.content.begin, cell.content.end);
      return;
    }
    TableGrid grid;
    for (const auto& cell : cells)
      grid.add(cell.row, cell.column, writer_.captured([&] { paragraphs(cell.content.begin, cell.content.end); }), cell.columns, cell.rows);
    writer_.table(grid, 0);
  }

  // A list's paragraphs are not its children but follow it.
  std::size_t end_of_list(std::size_t list, std::size_t end) const {
    std::size_t at = list + 1;
    while (at < end && records_[at].level >= records_[list].level &&
           !(records_[at].level == records_[list].level && records_[at].tag == HwpRecord::ListHeader))
      ++at;
    return at;
  }

  HangulWriter& writer_;
  const HwpStyles& styles_;
  HangulCounters& counters_;
  const std::vector<HwpRecord>& records_;
  int depth_ = 0;
};

class Hwp final : public Format {
 public:
  std::string name() const override { return "hwp"; }
  std::vector<std::string> media_types() const override { return {"application/x-hwp", "application/x-hwpml+xml"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    refuse_other_formats(bytes);
    const CompoundFile file(bytes, "HWP");
    const bool packed = read_header(file.read("FileHeader"));
    DocumentBuilder builder;
    read_summary_information(file, "\005HwpSummaryInformation", builder);
    const HwpStyles styles = read_styles(file, packed, warnings);
    HangulWriter writer(builder);
    HangulCounters counters(styles.numberings());
    const std::vector<std::string> sections = sections_of(file);
    if (sections.empty()) warnings.push_back("no section of text in BodyText");
    for (const std::string& section : sections) {
      const Inflated content = unpack(file, section, packed);
      const HwpRecords records = read_hwp_records(content.bytes);
      if (!content.complete || !records.complete) warnings.push_back(section + " is damaged; what comes before the damage is read");
      Reader(writer, styles, counters, records.records).section();
    }
    writer.write_notes();
    writer.report(warnings);
    if (!has_letter_or_digit(builder.text()) && !warnings.empty()) read_preview(file, builder, warnings);
    return builder.finish("an HWP without text");
  }

 private:
  static void refuse_other_formats(std::string_view bytes) {
    if (bytes.starts_with("HWP Document File V"))
      throw Error(ErrorKind::Ingest, "written by Hangul 3.0 or older, this reads HWP 5 and HWPX; open it in Hangul and save it as HWPX");
    if (bytes.substr(0, 4096).find("<HWPML") != std::string_view::npos)
      throw Error(ErrorKind::Ingest, "an HWPML file, this reads HWP 5 and HWPX; open it in Hangul and save it as HWPX");
  }

  // True where the streams are packed.  Throws for what cannot be read.
  static bool read_header(std::string_view header) {
    enum : std::uint32_t { kPacked = 1, kPassword = 2, kDistribution = 4, kDrm = 16, kCertificate = 256, kCertificateDrm = 1024 };
    if (!header.starts_with("HWP Document File") || header.size() < 40)
      throw Error(ErrorKind::Ingest, "damaged HWP: no \"HWP Document File\" in its FileHeader");
    const unsigned version = u8(header, 35);
    const std::uint32_t flags = u32(header, 36);
    if (version != 5) throw Error(ErrorKind::Ingest, "HWP version " + std::to_string(version) + ", this reads version 5");
    if (flags & kPassword) throw Error(ErrorKind::Ingest, "encrypted HWP: it needs a password; save it without one");
    if (flags & (kDrm | kCertificate | kCertificateDrm))
      throw Error(ErrorKind::Ingest, "HWP encrypted for certain readers (DRM); save it without protection");
    if (flags & kDistribution)
      throw Error(ErrorKind::Ingest,
                  "HWP for distribution: its text is scrambled so that it can only be viewed; ask its author for the original");
    return flags & kPacked;
  }

  static Inflated unpack(const CompoundFile& file, const std::string& stream, bool packed) {
    std::string content = file.read(stream);
    return packed ? inflate_raw(content) : Inflated{std::move(content)};
  }

  static HwpStyles read_styles(const CompoundFile& file, bool packed, std::vector<std::string>& warnings) {
    try {
      const Inflated content = unpack(file, "DocInfo", packed);
      if (!content.complete) warnings.push_back("DocInfo is damaged; some headings may be missed");
      return HwpStyles(content.bytes);
    } catch (const Error& e) {
      warnings.push_back(std::string(e.what()) + "; headings are not known");
      return {};
    }
  }

  static std::vector<std::string> sections_of(const CompoundFile& file) {
    constexpr std::string_view kPrefix = "BodyText/Section";
    std::vector<std::string> sections = file.streams("BodyText");
    std::erase_if(sections, [&](const std::string& name) { return !name.starts_with(kPrefix); });
    const auto number = [&](const std::string& name) { return std::atoi(name.c_str() + kPrefix.size()); };
    std::stable_sort(sections.begin(), sections.end(), [&](const auto& a, const auto& b) { return number(a) < number(b); });
    return sections;
  }

  // The first page or so as plain text, which Hangul keeps for file managers.
  static void read_preview(const CompoundFile& file, DocumentBuilder& builder, std::vector<std::string>& warnings) {
    if (!file.has("PrvText")) return;
    builder.paragraph(utf16le_to_utf8(file.read("PrvText")));
    warnings.push_back("nothing of the body can be read; this is the preview of its first page only");
  }
};

}  // namespace

std::unique_ptr<Format> make_hwp_format() { return std::make_unique<Hwp>(); }

}  // namespace rag
