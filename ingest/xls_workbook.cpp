#include "ingest/xls_workbook.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/text.h"
#include "ingest/little_endian.h"
#include "ingest/utf16.h"

namespace rag {

using namespace little_endian;

namespace {

// Reads on from one part of a record into the next.
class Cursor {
 public:
  explicit Cursor(const XlsRecord& record, std::size_t at = 0) : parts_(record.parts), at_(at) { settle(); }

  bool at_end() const { return part_ >= parts_.size(); }

  unsigned byte() {
    const unsigned value = at_end() ? 0 : u8(parts_[part_], at_);
    skip(1);
    return value;
  }
  unsigned word() {
    const unsigned low = byte();
    return low | byte() << 8;
  }
  std::uint32_t dword() {
    const std::uint32_t low = word();
    return low | std::uint32_t{word()} << 16;
  }

  void skip(std::size_t count) {
    while (count > 0 && !at_end()) {
      const std::size_t step = std::min(count, parts_[part_].size() - at_);
      at_ += step;
      count -= step;
      settle();
    }
  }

  // Where a string goes on in another part, that part says anew whether its characters have one byte or two.
  std::string characters(std::size_t count, bool wide) {
    std::string bytes;  // UTF-16
    while (count > 0 && !at_end()) {
      const std::string_view rest = parts_[part_].substr(at_);
      const std::size_t step = std::min(count, wide ? rest.size() / 2 : rest.size());
      for (std::size_t i = 0; i < step; ++i) {
        bytes += wide ? rest[2 * i] : rest[i];
        bytes += wide ? rest[2 * i + 1] : '\0';
      }
      count -= step;
      at_ += step * (wide ? 2 : 1);
      if (count == 0) break;
      ++part_;
      at_ = 0;
      if (!at_end()) wide = byte() & 1;
    }
    settle();
    return utf16le_to_utf8(bytes);
  }

  // Length, flags, how many pieces of rich text and phonetics follow, and the characters.
  std::string string(bool wide_length) {
    enum : unsigned { kWide = 1, kPhonetic = 4, kRich = 8 };
    const std::size_t count = wide_length ? word() : byte();
    const unsigned flags = byte();
    const std::size_t rich = flags & kRich ? word() : 0;
    const std::size_t phonetic = flags & kPhonetic ? dword() : 0;
    std::string text = characters(count, flags & kWide);
    skip(4 * rich);
    skip(phonetic);
    return text;
  }

 private:
  void settle() {
    while (part_ < parts_.size() && at_ >= parts_[part_].size()) {
      ++part_;
      at_ = 0;
    }
  }

  const std::vector<std::string_view>& parts_;
  std::size_t part_ = 0, at_;
};

}  // namespace

bool XlsRecords::next(XlsRecord& record) {
  constexpr std::size_t kHeadBytes = 4;
  record.parts.clear();
  const auto size_here = [&] { return std::size_t{u16(stream_, at_ + 2)}; };
  if (at_ + kHeadBytes > stream_.size() || size_here() > stream_.size() - at_ - kHeadBytes) return false;
  record.type = u16(stream_, at_);
  do {
    record.parts.push_back(stream_.substr(at_ + kHeadBytes, size_here()));
    at_ += kHeadBytes + size_here();
  } while (at_ + kHeadBytes <= stream_.size() && u16(stream_, at_) == XlsRecord::Continue &&
           size_here() <= stream_.size() - at_ - kHeadBytes);
  return true;
}

std::string xls_string(const XlsRecord& record, std::size_t at, bool wide_length) { return Cursor(record, at).string(wide_length); }

XlsWorkbook::XlsWorkbook(std::string_view stream) {
  constexpr unsigned kVersion = 0x0600;
  XlsRecords records(stream, 0);
  XlsRecord record;
  if (!records.next(record) || record.type != XlsRecord::BeginOfFile)
    throw Error(ErrorKind::Ingest, "damaged XLS: its workbook does not begin like one");
  if (u16(record.data(), 0) != kVersion)
    throw Error(ErrorKind::Ingest, "written by Excel 95 or older, this reads Excel 97 to 2003; open it and save it as XLSX");
  std::map<unsigned, std::string> codes;
  std::vector<unsigned> format_ids;
  while (records.next(record) && record.type != XlsRecord::EndOfFile) {
    const std::string_view data = record.data();
    switch (record.type) {
      case XlsRecord::Password: throw Error(ErrorKind::Ingest, "encrypted XLS: it needs a password; save it without one");
      case XlsRecord::Epoch1904: epoch_1904_ = u16(data, 0) == 1; break;
      case XlsRecord::NumberFormatCode: codes[u16(data, 0)] = xls_string(record, 2); break;
      case XlsRecord::CellFormat: format_ids.push_back(u16(data, 2)); break;
      case XlsRecord::SharedStrings: read_strings(record); break;
      case XlsRecord::Sheet: sheets.push_back({u32(data, 0), u8(data, 5), (u8(data, 4) & 3) != 0, xls_string(record, 6, false)}); break;
      default: break;
    }
  }
  std::map<unsigned, std::size_t> known;
  for (const unsigned id : format_ids) {
    const auto [place, fresh] = known.emplace(id, formats_.size());
    const auto code = codes.find(id);
    // Files spell out built-in codes, too: with the currency meant, but with dates as they look where the file comes from.
    const bool is_date_of_a_country = id == 14 || id == 22;
    if (fresh)
      formats_.emplace_back(code == codes.end() || is_date_of_a_country ? NumberFormat::built_in(static_cast<int>(id)) : code->second);
    format_of_cell_.push_back(place->second);
  }
}

void XlsWorkbook::read_strings(const XlsRecord& record) {
  Cursor cursor(record);
  cursor.dword();
  const std::uint32_t claimed = cursor.dword();
  while (ends_.size() < claimed && !cursor.at_end()) {
    pool_ += cursor.string(true);
    ends_.push_back(pool_.size());
  }
  lost_strings = claimed - ends_.size();
}

std::string_view XlsWorkbook::string(std::size_t index) const {
  if (index >= ends_.size()) return {};
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(pool_).substr(begin, ends_[index] - begin);
}

std::string XlsWorkbook::show(double value, std::size_t cell_format) const {
  return cell_format < format_of_cell_.size() ? formats_[format_of_cell_[cell_format]].show(value, epoch_1904_) : show_general(value);
}

std::string XlsWorkbook::show(std::string_view text, std::size_t cell_format) const {
  return cell_format < format_of_cell_.size() ? formats_[format_of_cell_[cell_format]].show_text(text) : std::string(text);
}

}  // namespace rag
