#include "ingest/pdf_hidden_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/text.h"
#include "ingest/document_builder.h"

namespace rag {
namespace {

constexpr double kDotsPerInch = 108;  // a letter that an eye could read has several dots

// Suspects that are drawn together.
struct Stretch {
  PdfArea area;
  std::vector<const PdfWord*> words;
};

// The part of a word that lies on the sheet; where none does, right <= left or bottom <= top.  What is no number is 0.
PdfArea on_sheet(const PdfWord& word, const PdfPageText& page) {
  const auto within = [](double value, double most) { return value > 0 ? std::min(value, most) : 0; };
  return {within(word.left, page.width), within(word.top, page.height), within(word.right, page.width), within(word.bottom, page.height)};
}

void widen(PdfArea& area, const PdfArea& by) {
  area = {std::min(area.left, by.left), std::min(area.top, by.top), std::max(area.right, by.right), std::max(area.bottom, by.bottom)};
}

// Headers and footers apart, so that what stands between them need not be drawn; of many stretches one, since each goes through the whole page.
std::vector<Stretch> stretches_of(const PdfPageText& page) {
  constexpr double kApart = 72;  // points
  constexpr std::size_t kMost = 3;
  std::vector<const PdfWord*> suspects;
  for (const PdfWord& word : page.words)
    if (word.pale) suspects.push_back(&word);
  std::stable_sort(suspects.begin(), suspects.end(), [](const PdfWord* a, const PdfWord* b) { return a->top < b->top; });
  std::vector<Stretch> stretches;
  for (const PdfWord* word : suspects) {
    const PdfArea area = on_sheet(*word, page);
    if (stretches.empty() || area.top > stretches.back().area.bottom + kApart) stretches.push_back({area, {}});
    widen(stretches.back().area, area);
    stretches.back().words.push_back(word);
  }
  while (stretches.size() > kMost) {
    Stretch& before = stretches[stretches.size() - 2];
    widen(before.area, stretches.back().area);
    before.words.insert(before.words.end(), stretches.back().words.begin(), stretches.back().words.end());
    stretches.pop_back();
  }
  return stretches;
}

// `picture` shows `drawn`.
bool shows_something(const GreyImage& picture, const PdfArea& drawn, const PdfArea& word) {
  constexpr int kContrast = 24;  // of 255
  const double scale = picture.dots_per_inch / 72.0;
  const int first_x = static_cast<int>(drawn.left * scale), first_y = static_cast<int>(drawn.top * scale);
  const int left = static_cast<int>(word.left * scale) - first_x, top = static_cast<int>(word.top * scale) - first_y;
  const int right = std::min(static_cast<int>(std::ceil(word.right * scale)) - first_x, picture.width);
  const int bottom = std::min(static_cast<int>(std::ceil(word.bottom * scale)) - first_y, picture.height);
  int darkest = 255, lightest = 0;
  for (int y = top; y < bottom; ++y) {
    const unsigned char* row = picture.pixels.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
    for (int x = left; x < right; ++x) {
      darkest = std::min<int>(darkest, row[x]);
      lightest = std::max<int>(lightest, row[x]);
    }
  }
  return lightest - darkest >= kContrast;
}

}  // namespace

void HiddenTextCounter::look_at(int page, const PdfPageText& text) {
  constexpr std::clock_t kMost = 5 * CLOCKS_PER_SEC;
  const std::clock_t begin = std::clock();
  for (const Stretch& stretch : stretches_of(text)) {
    if (spent_ + (std::clock() - begin) >= kMost) break;
    const bool beside = stretch.area.left >= stretch.area.right || stretch.area.top >= stretch.area.bottom;
    const GreyImage picture = beside ? GreyImage{} : file_.draw(page, kDotsPerInch, stretch.area);
    if (!beside && picture.pixels.empty()) continue;
    for (const PdfWord* word : stretch.words)
      if (beside || !shows_something(picture, stretch.area, on_sheet(*word, text))) letters_ += count_letters_and_digits(word->text);
  }
  spent_ += std::clock() - begin;
}

}  // namespace rag
