#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/number_format_section.h"

namespace rag {

// A spreadsheet's number format, such as "#,##0.00;[Red]-#,##0.00" or "yyyy-mm-dd", applied the way a cell shows its number.
class NumberFormat {
 public:
  NumberFormat() = default;                      // General
  explicit NumberFormat(std::string_view code);  // one of more than 1000 bytes counts as General

  // Never fails: a date before 1900 or after 9999, where a program shows "####", comes as a plain number.  Names of days and months
  // are in the language the code names, else English; an empty section shows nothing.
  // `epoch_1904`: days count from 1904-01-01, as in files that began their life on a Macintosh.
  std::string show(double value, bool epoch_1904 = false) const;

  // A cell's text, with what the code puts around it: "@ \"귀하\"" makes "김 귀하" of "김".
  std::string show_text(std::string_view text) const;

  // The code of a built-in format id, "" for General.  Ids whose look depends on the reader's country (14, 22, 27-36, 50-58) are
  // ISO dates here: those nobody can misread.
  static std::string_view built_in(int id);

 private:
  std::vector<NumberFormatSection> sections_;  // for numbers
  NumberFormatSection text_section_;           // has_text where there is one
};

// A number as an unformatted cell shows it: whole numbers in full, others with ten digits.
std::string show_general(double value);

}  // namespace rag
