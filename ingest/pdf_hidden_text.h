#pragma once

#include <cstddef>
#include <ctime>

#include "ingest/pdf_file.h"

namespace rag {

// Counts the letters of one PDF that its readers do not see: white on white, in next to no ink, or in none.
//
// Only ink that looks like it is suspected (PdfWord::pale); then the paper around those words is drawn, which decides.  Drawing takes longer than
// reading, so a file gets a few seconds of processor time for it: a scan with a text layer has such words on every page.
class HiddenTextCounter {
 public:
  explicit HiddenTextCounter(const PdfFile& file) : file_(file) {}

  void look_at(int page, const PdfPageText& text);
  std::size_t letters() const { return letters_; }

 private:
  const PdfFile& file_;
  std::clock_t spent_ = 0;
  std::size_t letters_ = 0;
};

}  // namespace rag
