#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/number_format.h"

namespace rag {

// A record of an Excel 97-2003 workbook ([MS-XLS], "BIFF8"); what has no room in it stands in records that continue it.
struct XlsRecord {
  enum Type : unsigned {
    Formula = 0x06,
    EndOfFile = 0x0A,
    Epoch1904 = 0x22,
    Password = 0x2F,
    Continue = 0x3C,
    Sheet = 0x85,
    Numbers = 0xBD,
    RichText = 0xD6,
    CellFormat = 0xE0,
    Merged = 0xE5,
    SharedStrings = 0xFC,
    SharedString = 0xFD,
    Number = 0x203,
    Text = 0x204,
    Boolean = 0x205,
    FormulaText = 0x207,
    SmallNumber = 0x27E,
    NumberFormatCode = 0x41E,
    BeginOfFile = 0x809,
  };
  unsigned type = 0;
  std::vector<std::string_view> parts;  // its own bytes first; never empty

  std::string_view data() const { return parts[0]; }
};

// The records of a stream, one after the other.
class XlsRecords {
 public:
  XlsRecords(std::string_view stream, std::size_t at) : stream_(stream), at_(at) {}
  bool next(XlsRecord& record);  // false at the end, or where a record is cut short

 private:
  std::string_view stream_;
  std::size_t at_;
};

// The characters of a record's string at `at` of its own bytes, UTF-8.  `wide_length`: its length takes two bytes, else one.
std::string xls_string(const XlsRecord& record, std::size_t at, bool wide_length = true);

// What holds for all sheets of a workbook.
class XlsWorkbook {
 public:
  struct Sheet {
    std::size_t offset = 0;  // of its records in the stream
    unsigned kind = 0;       // 0 for cells
    bool hidden = false;
    std::string name;
  };

  // Throws Error(Ingest) for what is encrypted, older than Excel 97, or no workbook.
  explicit XlsWorkbook(std::string_view stream);

  std::vector<Sheet> sheets;
  std::size_t lost_strings = 0;  // shared strings that the file claims to have and has not

  std::string_view string(std::size_t index) const;               // "" for one that does not exist
  std::string show(double value, std::size_t cell_format) const;  // as the cell shows it
  std::string show(std::string_view text, std::size_t cell_format) const;

 private:
  void read_strings(const XlsRecord& record);

  bool epoch_1904_ = false;
  std::string pool_;
  std::vector<std::size_t> ends_;
  std::vector<NumberFormat> formats_;
  std::vector<std::size_t> format_of_cell_;  // by cell format, an index into formats_
};

}  // namespace rag
