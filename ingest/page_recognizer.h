#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/document.h"
#include "ingest/ocr.h"
#include "ingest/sandbox.h"

namespace rag {

// Recognises the pages of one file that have no text of their own, within the file's share of time, and knows what is to be told about it.
class PageRecognizer {
 public:
  // `what`: warnings call a page so.
  explicit PageRecognizer(const ParseLimits& limits, std::string what = "page") : limits_(limits), what_(std::move(what)) {}

  // What page `number` says: lines end in a line feed, paragraphs are separated by an empty line.  "" where nothing is recognised, is
  // believable, or may be read any more.  `picture` is asked for the page only where it is going to be looked at.
  std::string read(int number, const std::function<GreyImage()>& picture);

  // The recogniser itself, to decode an image file with; nullptr where recognition is off or something is missing for it.
  Recognizer* recognizer();

  // Whether time is left for another page.  Where it is not, read() only counts the pages.
  bool has_time() const { return spent_ < static_cast<double>(limits_.ocr.max_cpu.count()); }

  // Why pages without text are without: "nothing was recognised in them either", "install tesseract-ocr-kor to have them recognised".
  std::string reason() const;

  // Pages that read() gave no text for although there was time to look at them, in order.
  const std::vector<int>& empty_pages() const { return empty_; }

  // "ocr_pages", "ocr_confidence" (mean over all letters), "ocr_page_confidence" ("3:91 4:88"); nothing where no page was recognised.
  void describe(Metadata& metadata) const;

  // Pages that were not reached, not finished, or recognised with little confidence.
  void warn(std::vector<std::string>& warnings) const;

 private:
  struct Confidence {
    int page;
    double value;
    std::size_t letters;
  };

  std::string named(const std::vector<int>& pages) const;

  const ParseLimits& limits_;
  const std::string what_;
  std::unique_ptr<Recognizer> recognizer_;
  bool looked_ = false;  // for a recogniser
  std::string problem_;
  double spent_ = 0;  // processor time, seconds
  std::vector<Confidence> recognized_;
  std::vector<int> empty_, unreached_, unfinished_;
};

// "3", "2-5, 9"; of more than a dozen stretches the first ones and how many pages are left.
std::string page_list(const std::vector<int>& pages);

}  // namespace rag
