// PowerPoint 97 to 2003: a slide a page, with tables, groups and notes.  As in PPTX, headers, footers, slide numbers, what the
// masters say, and comments are left out.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/compound_file.h"
#include "ingest/format.h"
#include "ingest/hangul_characters.h"
#include "ingest/little_endian.h"
#include "ingest/ppt_file.h"
#include "ingest/slide.h"
#include "ingest/summary_information.h"
#include "ingest/table_grid.h"

namespace rag {
namespace {

using namespace little_endian;

constexpr int kMaxDepth = 64;  // of groups in groups

bool is_title(const PptText& text) { return text.kind == PptText::Title || text.kind == PptText::CenteredTitle; }
bool is_list(const PptText& text) {
  return text.kind == PptText::Body || text.kind == PptText::HalfBody || text.kind == PptText::QuarterBody;
}

struct Shape {
  std::vector<PptText> texts;
  bool is_furniture = false;  // a date, a number, a header or footer
  std::size_t row = 0, column = 0;
};

class SlideReader {
 public:
  SlideReader(const PptFile::Entry& entry, std::size_t& unknown_characters) : outline_(entry.outline), unknown_(unknown_characters) {
    for (const PptRecord& record : ppt_records(entry.content)) {
      constexpr unsigned kHidden = 4;
      if (record.type == PptRecord::SlideShow) slide_.is_hidden = (u16(record.data, 10) & kHidden) != 0;
      if (record.type != PptRecord::Drawing) continue;
      for (const PptRecord& drawing : ppt_records(record.data))
        if (drawing.type == PptRecord::DrawingContainer) group(drawing.data, 0);
    }
    for (std::size_t i = 0; i < outline_.size(); ++i)  // what no shape refers to
      if (!shown_[i]) add(outline_[i]);
  }

  Slide take() { return std::move(slide_); }
  std::size_t too_deep() const { return too_deep_; }

 private:
  void group(std::string_view data, int depth) {
    if (depth > kMaxDepth) {
      ++too_deep_;
      return;
    }
    const std::vector<PptRecord> records = ppt_records(data);
    if (!records.empty() && records[0].type == PptRecord::Shape && is_table(records[0].data)) return table(records);
    for (const PptRecord& record : records) {
      if (record.type == PptRecord::Group) group(record.data, depth + 1);
      if (record.type != PptRecord::Shape) continue;
      const Shape shape = read_shape(record.data);
      if (shape.is_furniture) continue;
      for (const PptText& text : shape.texts) add(text);
    }
  }

  // A table is a group whose first shape says so; its cells are known by where they stand.
  static bool is_table(std::string_view shape) {
    constexpr unsigned kTableProperties = 0x39F;
    for (const PptRecord& record : ppt_records(shape)) {
      if (record.type != PptRecord::MoreProperties) continue;
      for (std::size_t i = 0; i < record.instance && 6 * i + 6 <= record.data.size(); ++i)
        if ((u16(record.data, 6 * i) & 0x3FFF) == kTableProperties) return true;
    }
    return false;
  }

  void table(const std::vector<PptRecord>& records) {
    TableGrid grid;
    for (const PptRecord& record : records) {
      if (record.type != PptRecord::Shape) continue;
      const Shape shape = read_shape(record.data);
      std::string cell;
      for (const PptText& text : shape.texts)
        for (const std::string& paragraph : text.paragraphs) cell += (cell.empty() ? "" : "\n") + mapped(paragraph);
      if (!shape.texts.empty()) grid.add(shape.row, shape.column, cell);
    }
    SlideBlock block;
    block.rows = grid.rows();
    block.header_rows = grid.header_rows(0);
    if (!block.rows.empty()) slide_.blocks.push_back(std::move(block));
  }

  Shape read_shape(std::string_view data) {
    Shape shape;
    for (const PptRecord& record : ppt_records(data)) {
      if (record.type == PptRecord::TextBox) shape.texts = texts_of(ppt_records(record.data));
      if (record.type == PptRecord::ChildAnchor) {
        shape.column = u32(record.data, 0) ^ 0x80000000U;  // signed; the order is what counts
        shape.row = u32(record.data, 4) ^ 0x80000000U;
      }
      if (record.type != PptRecord::ClientData) continue;
      for (const PptRecord& client : ppt_records(record.data)) {
        enum : unsigned { kDate = 7, kHeader = 10, kSlideImage = 5 };
        if (client.type != PptRecord::Placeholder && client.type != PptRecord::NewerPlaceholder) continue;
        const unsigned placeholder = u8(client.data, client.type == PptRecord::Placeholder ? 4 : 0);
        if ((placeholder >= kDate && placeholder <= kHeader) || placeholder == kSlideImage) shape.is_furniture = true;
      }
    }
    return shape;
  }

  std::vector<PptText> texts_of(const std::vector<PptRecord>& records) {
    std::vector<PptText> texts = ppt_texts(records);
    for (const PptRecord& record : records) {
      const std::size_t index = u32(record.data, 0);
      if (record.type != PptRecord::OutlineText || index >= outline_.size()) continue;
      shown_[index] = true;
      texts.push_back(outline_[index]);
    }
    return texts;
  }

  void add(const PptText& text) {
    if (is_title(text) && slide_.title.empty()) {
      for (const std::string& paragraph : text.paragraphs) slide_.title += (slide_.title.empty() ? "" : " ") + mapped(paragraph);
      return;
    }
    for (std::size_t i = 0; i < text.paragraphs.size(); ++i) {
      if (trim(text.paragraphs[i]).empty()) continue;
      SlideBlock block;
      block.text = mapped(text.paragraphs[i]);
      block.marker = is_list(text) ? "- " : "";
      block.depth = i < text.depths.size() ? text.depths[i] : 0;
      slide_.blocks.push_back(std::move(block));
    }
  }

  std::string mapped(const std::string& text) { return clean_text(map_private_characters(text, unknown_)); }

  const std::vector<PptText>& outline_;
  std::vector<bool> shown_ = std::vector<bool>(outline_.size());
  Slide slide_;
  std::size_t& unknown_;
  std::size_t too_deep_ = 0;
};

class Ppt final : public Format {
 public:
  std::string name() const override { return "ppt"; }
  std::vector<std::string> media_types() const override { return {"application/vnd.ms-powerpoint"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const CompoundFile file(bytes, "PPT");
    const std::string stream = file.read("PowerPoint Document");
    const PptFile ppt(stream, file.has("Current User") ? file.read("Current User") : "");
    DocumentBuilder builder;
    builder.title_from_headings = false;  // "Slide 1" says less than the file's name
    read_summary_information(file, "\005SummaryInformation", builder);
    if (is_placeholder_title(builder.title)) builder.title.clear();
    std::map<std::uint32_t, const PptFile::Entry*> notes_of;
    for (const PptFile::Entry& entry : ppt.notes) notes_of.emplace(entry.id, &entry);
    std::size_t unknown = 0, lost = 0, too_deep = 0;
    int number = 0;
    for (const PptFile::Entry& entry : ppt.slides) {
      SlideReader reader(entry, unknown);
      Slide slide = reader.take();
      too_deep += reader.too_deep();
      if (entry.content.empty()) ++lost;
      if (const auto notes = notes_of.find(entry.id); notes != notes_of.end()) slide.notes = notes_text(*notes->second, unknown);
      add_slide(builder, ++number, slide);
    }
    const auto warn = [&](std::size_t count, const char* what) {
      if (count > 0) warnings.push_back(std::to_string(count) + what);
    };
    warn(lost, " slides are named in the file but not in it");
    warn(too_deep, " groups too deep within one another are left out");
    warn(unknown, " characters are known only to certain fonts and kept as they are");
    return builder.finish("a presentation without text");
  }

 private:
  static std::vector<std::string> notes_text(const PptFile::Entry& entry, std::size_t& unknown) {
    std::vector<std::string> notes;
    for (const SlideBlock& block : SlideReader(entry, unknown).take().blocks)
      if (block.rows.empty()) notes.push_back(block.text);
    return notes;
  }
};

}  // namespace

std::unique_ptr<Format> make_ppt_format() { return std::make_unique<Ppt>(); }

}  // namespace rag
