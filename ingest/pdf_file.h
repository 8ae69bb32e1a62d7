#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/ocr.h"
#include "ingest/pdf_layout.h"

namespace rag {

// A part of a page, in points from the left and the top of the page as it is seen.
struct PdfArea {
  double left = 0, top = 0, right = 0, bottom = 0;
};

// One page, read in one pass over what it paints.
struct PdfPageText {
  double width = 0, height = 0;  // points, as it is seen
  std::string text;              // in reading order, clean; lines end in a line feed, blocks are separated by an empty line
  std::vector<PdfWord> words;    // in reading order too, each where it stands
  bool turned = false;           // some of them run upwards, downwards or upside down
};

// What a PDF says of itself; "" for what it does not.
struct PdfProperties {
  std::string title, author, keywords;
  std::string created, modified;  // ISO 8601, UTC
};

// An open PDF.  Not to be shared between threads.
class PdfFile {
 public:
  // `bytes` must outlive it.  Tries the empty password, then `passwords` in turn.  Throws Error(Ingest) for what is no PDF, has no pages or
  // cannot be decrypted.
  PdfFile(std::string_view bytes, const std::vector<std::string>& passwords);
  PdfFile(const PdfFile&) = delete;
  PdfFile& operator=(const PdfFile&) = delete;
  ~PdfFile();

  int page_count() const;
  const std::string& password() const { return password_; }  // that opened it; "" where it needs none
  PdfProperties properties() const;

  // Pages count from 0.  One that is damaged has what could be read of it.
  PdfPageText read(int page) const;

  // The page as it is seen, in grey.  Sheets of unusual size get fewer dots an inch, a whole number.  Empty where it cannot be drawn.
  GreyImage draw(int page, double dots_per_inch) const;
  // The same of a part of it, which lies on the page: pixels that it touches.
  GreyImage draw(int page, double dots_per_inch, const PdfArea& area) const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
  std::string password_;
};

}  // namespace rag
