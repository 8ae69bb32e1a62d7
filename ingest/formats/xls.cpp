// Excel 97 to 2003: a sheet a section under its name, each cell as it is shown, formulas by the value they last had.  Charts,
// comments, headers and footers are left out.
#include <cstring>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/compound_file.h"
#include "ingest/format.h"
#include "ingest/little_endian.h"
#include "ingest/sheet_grid.h"
#include "ingest/summary_information.h"
#include "ingest/xls_workbook.h"

namespace rag {
namespace {

using namespace little_endian;

// Thirty bits of a whole number or the upper ones of a fraction, perhaps a hundredth of it.
double small_number(std::uint32_t bits) {
  double value = 0;
  if (bits & 2) {
    value = static_cast<std::int32_t>(bits) >> 2;
  } else {
    const std::uint64_t wide = std::uint64_t{bits & ~3U} << 32;
    std::memcpy(&value, &wide, sizeof value);
  }
  return bits & 1 ? value / 100 : value;
}

std::string truth_or_error(unsigned value, bool is_error) {
  if (!is_error) return value ? "TRUE" : "FALSE";
  switch (value) {
    case 0x00: return "#NULL!";
    case 0x07: return "#DIV/0!";
    case 0x0F: return "#VALUE!";
    case 0x17: return "#REF!";
    case 0x1D: return "#NAME?";
    case 0x24: return "#NUM!";
    case 0x2A: return "#N/A";
    default: return "";
  }
}

class SheetReader {
 public:
  SheetReader(const XlsWorkbook& workbook, std::string_view stream, std::size_t offset) : workbook_(workbook) {
    XlsRecords records(stream, offset);
    XlsRecord record;
    if (!records.next(record) || record.type != XlsRecord::BeginOfFile)
      throw Error(ErrorKind::Ingest, "nothing that begins like a sheet where the workbook says it is");
    std::size_t inner = 0;  // charts within the sheet have records of their own
    while (records.next(record)) {
      if (record.type == XlsRecord::BeginOfFile) ++inner;
      if (record.type == XlsRecord::EndOfFile && inner-- == 0) return;
      if (inner == 0) take(record);
    }
    is_cut_ = true;
  }

  SheetGrid& grid() { return grid_; }
  bool is_cut() const { return is_cut_; }

 private:
  void take(const XlsRecord& record) {
    const std::string_view data = record.data();
    const unsigned row = u16(data, 0), column = u16(data, 2), format = u16(data, 4);
    switch (record.type) {
      case XlsRecord::SharedString: grid_.set(row, column, workbook_.show(workbook_.string(u32(data, 6)), format)); break;
      case XlsRecord::Text:
      case XlsRecord::RichText: grid_.set(row, column, workbook_.show(xls_string(record, 6), format)); break;
      case XlsRecord::Number: grid_.set(row, column, workbook_.show(f64(data, 6), format)); break;
      case XlsRecord::SmallNumber: grid_.set(row, column, workbook_.show(small_number(u32(data, 6)), format)); break;
      case XlsRecord::Numbers: numbers(row, column, data); break;
      case XlsRecord::Boolean: grid_.set(row, column, truth_or_error(u8(data, 6), u8(data, 7) != 0)); break;
      case XlsRecord::Formula: formula(row, column, format, data); break;
      case XlsRecord::FormulaText:
        if (awaited_) grid_.set(awaited_->first, awaited_->second, xls_string(record, 0));
        awaited_.reset();
        break;
      case XlsRecord::Merged: merged(data); break;
      default: break;
    }
  }

  void numbers(unsigned row, unsigned column, std::string_view data) {
    for (std::size_t at = 4; at + 8 <= data.size(); at += 6)
      grid_.set(row, column++, workbook_.show(small_number(u32(data, at + 2)), u16(data, at)));
  }

  // Its value, unless the last two bytes say that it is none: text then comes in a record of its own.
  void formula(unsigned row, unsigned column, unsigned format, std::string_view data) {
    enum { kText = 0, kBoolean = 1, kError = 2 };
    if (u16(data, 12) != 0xFFFF) return grid_.set(row, column, workbook_.show(f64(data, 6), format));
    const unsigned kind = u8(data, 6);
    if (kind == kText) awaited_ = {row, column};
    if (kind == kBoolean || kind == kError) grid_.set(row, column, truth_or_error(u8(data, 8), kind == kError));
  }

  void merged(std::string_view data) {
    for (std::size_t at = 2; at + 8 <= data.size(); at += 8)
      grid_.merge(u16(data, at), u16(data, at + 4), u16(data, at + 2), u16(data, at + 6));
  }

  const XlsWorkbook& workbook_;
  SheetGrid grid_;
  std::optional<std::pair<unsigned, unsigned>> awaited_;  // the cell whose formula gives text
  bool is_cut_ = false;
};

class Xls final : public Format {
 public:
  std::string name() const override { return "xls"; }
  std::vector<std::string> media_types() const override { return {"application/vnd.ms-excel"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const CompoundFile file(bytes, "XLS");
    const std::string stream = file.read(file.has("Workbook") || !file.has("Book") ? "Workbook" : "Book");
    const XlsWorkbook workbook(stream);
    DocumentBuilder builder;
    builder.title_from_headings = false;  // a sheet's name is a section's, not the workbook's
    read_summary_information(file, "\005SummaryInformation", builder);
    if (workbook.lost_strings > 0) warnings.push_back(std::to_string(workbook.lost_strings) + " texts of cells are not in the file");
    std::set<std::size_t> starts, seen;
    for (const XlsWorkbook::Sheet& sheet : workbook.sheets) starts.insert(sheet.offset);
    for (const XlsWorkbook::Sheet& sheet : workbook.sheets) {
      enum { kCells = 0 };
      // A list that names one sheet a million times is an attack.
      if (sheet.kind != kCells || !seen.insert(sheet.offset).second) continue;
      const auto next = starts.upper_bound(sheet.offset);  // at the latest there it ends
      const std::string_view records = std::string_view(stream).substr(0, next == starts.end() ? stream.size() : *next);
      add_sheet(workbook, records, sheet, builder, warnings);
    }
    return builder.finish(warnings.empty() ? "a workbook without text" : warnings.front());
  }

 private:
  static void add_sheet(const XlsWorkbook& workbook, std::string_view stream, const XlsWorkbook::Sheet& sheet, DocumentBuilder& builder,
                        std::vector<std::string>& warnings) {
    constexpr std::size_t kMostWarnings = 10;
    const std::string quoted = "sheet \"" + escape_for_terminal(collapse_white_space(sheet.name)) + "\"";
    const auto warn = [&](const std::string& what) {
      if (warnings.size() < kMostWarnings) warnings.push_back(quoted + what);
    };
    try {
      SheetReader reader(workbook, stream, sheet.offset);
      if (reader.is_cut()) warn(" is cut short");
      if (reader.grid().empty()) return;
      builder.heading(1, sheet.name);
      if (sheet.hidden) builder.paragraph("[hidden sheet]");
      reader.grid().add_to(builder);
    } catch (const Error& e) {
      warn(std::string(" is left out: ") + e.what());
    }
  }
};

}  // namespace

std::unique_ptr<Format> make_xls_format() { return std::make_unique<Xls>(); }

}  // namespace rag
