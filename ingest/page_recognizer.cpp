#include "ingest/page_recognizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>

#include "ingest/document_builder.h"

namespace rag {
namespace {

// Of 100.  Pages drawn at 60, 75 and 100 dots an inch, confidence and word F1: English 56 .58, 86 .94, 94 .99; Korean 37 .07, 75 .69, 91 .92.  So below
// the first bound every fifth word or more is wrong, below the second nearly all, and what is found are specks and photographs.
constexpr double kLittleConfidence = 80, kNoConfidence = 40;

double cpu_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Next to nothing differs from the paper.  Scanners leave specks; a single letter has more pixels than they do.
bool is_blank(const GreyImage& image) {
  constexpr std::size_t kSpecks = 40;
  constexpr int kDiffers = 48;
  std::array<std::size_t, 256> count{};
  for (const unsigned char grey : image.pixels) ++count[grey];
  const auto paper = static_cast<int>(std::max_element(count.begin(), count.end()) - count.begin());
  std::size_t ink = 0;
  for (int grey = 0; grey < 256; ++grey)
    if (std::abs(grey - paper) > kDiffers) ink += count[static_cast<std::size_t>(grey)];
  return ink < kSpecks;
}

}  // namespace

std::string page_list(const std::vector<int>& pages) {
  constexpr std::size_t kStretches = 12;
  std::string list;
  std::size_t stretches = 0;
  for (std::size_t i = 0; i < pages.size();) {
    if (++stretches > kStretches) return list + " and " + std::to_string(pages.size() - i) + " more";
    std::size_t last = i;
    while (last + 1 < pages.size() && pages[last + 1] == pages[last] + 1) ++last;
    list += (list.empty() ? "" : ", ") + std::to_string(pages[i]);
    if (last > i) list += "-" + std::to_string(pages[last]);
    i = last + 1;
  }
  return list;
}

std::string PageRecognizer::named(const std::vector<int>& pages) const { return what_ + (pages.size() == 1 ? " " : "s ") + page_list(pages); }

Recognizer* PageRecognizer::recognizer() {
  if (!looked_ && limits_.ocr.enabled) recognizer_ = open_recognizer(ocr_languages(limits_.ocr.languages), problem_);
  looked_ = true;
  return recognizer_.get();
}

std::string PageRecognizer::read(int number, const std::function<GreyImage()>& picture) {
  if (!has_time()) {
    unreached_.push_back(number);
    return "";
  }
  if (!recognizer()) {
    empty_.push_back(number);
    return "";
  }
  if (limits_.grant_more_time) limits_.grant_more_time();
  const double begin = cpu_seconds();
  const GreyImage image = picture();
  RecognizedPage page;
  if (!image.pixels.empty() && !is_blank(image)) {
    // A page ends by itself before the limits of the process would end all of them.
    const double left = std::min(0.75 * static_cast<double>(limits_.max_cpu.count()), static_cast<double>(limits_.ocr.max_cpu.count()) - spent_);
    page = recognizer_->recognize(image, left);
  }
  spent_ += cpu_seconds() - begin;
  if (page.out_of_time) unfinished_.push_back(number);
  if (page.confidence < kNoConfidence || !has_letter_or_digit(page.text)) {
    if (!page.out_of_time) empty_.push_back(number);
    return "";
  }
  recognized_.push_back({number, page.confidence, page.text.size()});
  return std::move(page.text);
}

std::string PageRecognizer::reason() const {
  if (!limits_.ocr.enabled) return "scanned, perhaps; text recognition is off";
  if (!problem_.empty()) return "scanned, perhaps; to have them recognised, " + problem_;
  return "nothing was recognised in what they show";
}

void PageRecognizer::describe(Metadata& metadata) const {
  if (recognized_.empty()) return;
  double sum = 0, letters = 0;
  std::string pages;
  for (const Confidence& page : recognized_) {
    sum += page.value * static_cast<double>(page.letters);
    letters += static_cast<double>(page.letters);
    pages += (pages.empty() ? "" : " ") + std::to_string(page.page) + ":" + std::to_string(std::lround(page.value));
  }
  metadata["ocr_pages"] = {std::to_string(recognized_.size())};
  metadata["ocr_confidence"] = {std::to_string(std::lround(sum / letters))};
  metadata["ocr_page_confidence"] = {pages};
}

void PageRecognizer::warn(std::vector<std::string>& warnings) const {
  std::vector<int> unsure;
  double least = 100;
  for (const Confidence& page : recognized_) {
    if (page.value >= kLittleConfidence) continue;
    unsure.push_back(page.page);
    least = std::min(least, page.value);
  }
  if (!unsure.empty())
    warnings.push_back(named(unsure) + ": recognised with little confidence (" + (unsure.size() > 1 ? "down to " : "") +
                       std::to_string(std::lround(least)) + " of 100); words may be wrong");
  if (!unfinished_.empty()) warnings.push_back(named(unfinished_) + ": took too long to recognise; part of the text is missing");
  if (!unreached_.empty())
    warnings.push_back(named(unreached_) + ": not recognised, the file's " + std::to_string(limits_.ocr.max_cpu.count()) +
                       " s of processor time are spent; --ocr-seconds N allows more");
}

}  // namespace rag
