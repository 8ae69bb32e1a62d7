#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/number_format.h"

namespace rag {

// The number formats of an Excel workbook's cells.
class XlsxStyles {
 public:
  // `xml`: the styles part, "" where there is none.  What is no XML counts as none: numbers are then shown as they are.
  explicit XlsxStyles(const std::string& xml);

  // `style`: a cell's "s"; one that does not exist is General.
  const NumberFormat& format_of(std::size_t style) const;

 private:
  std::vector<NumberFormat> formats_;        // each once
  std::vector<std::size_t> format_of_cell_;  // by style, an index into formats_
};

// The strings cells share, phonetic guides left out.
class SharedStrings {
 public:
  // Throws Error(Ingest) where `xml` (the part, "" where there is none) is damaged.
  explicit SharedStrings(const std::string& xml);

  std::size_t size() const { return ends_.size(); }
  std::string_view at(std::size_t index) const;  // index < size()

 private:
  std::string pool_;
  std::vector<std::size_t> ends_;
};

}  // namespace rag
