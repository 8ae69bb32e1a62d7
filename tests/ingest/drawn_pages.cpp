#include "drawn_pages.h"

#include <gtest/gtest.h>

#include "support.h"

#ifdef RAG_HAS_LEPTONICA
#include <leptonica/allheaders.h>

#include <algorithm>
#include <map>
#include <memory>
#include <numbers>
#include <random>

namespace rag::test {
namespace {

struct DestroyPix {
  void operator()(Pix* pix) const { pixDestroy(&pix); }
};
using PixPtr = std::unique_ptr<Pix, DestroyPix>;

constexpr int kLineHeight = 80, kMargin = 120, kColumn = 1100;

void draw_lines(Pix* page, L_Bmf* font, const std::vector<std::string>& lines, int left) {
  int y = kMargin + kLineHeight;
  for (const std::string& line : lines) {
    if (!line.empty()) pixSetTextline(page, font, line.c_str(), 0, left, y, nullptr, nullptr);
    y += kLineHeight;
  }
}

PixPtr drawn(const DrawnPage& drawing) {
  const auto lines = static_cast<int>(std::max(drawing.lines.size(), drawing.second_column.size()));
  PixPtr page(pixCreate(2 * kMargin + (drawing.second_column.empty() ? 1 : 2) * kColumn, 2 * kMargin + lines * kLineHeight, 8));
  pixSetAllArbitrary(page.get(), 255);
  L_Bmf* font = bmfCreate(nullptr, 14);
  draw_lines(page.get(), font, drawing.lines, kMargin);
  draw_lines(page.get(), font, drawing.second_column, kMargin + kColumn);
  bmfDestroy(&font);
  std::mt19937 random(7);
  const auto pixels = static_cast<double>(pixGetWidth(page.get())) * pixGetHeight(page.get());
  for (int specks = static_cast<int>(drawing.noise * pixels); specks > 0; --specks)
    pixSetPixel(page.get(), static_cast<int>(random() % static_cast<unsigned>(pixGetWidth(page.get()))),
                static_cast<int>(random() % static_cast<unsigned>(pixGetHeight(page.get()))), 0);
  if (drawing.turned_degrees != 0) {
    const auto quarters = static_cast<int>(drawing.turned_degrees / 90);
    if (quarters * 90 == drawing.turned_degrees)
      page.reset(pixRotateOrth(page.get(), quarters));
    else
      page.reset(pixRotate(page.get(), static_cast<float>(drawing.turned_degrees * std::numbers::pi / 180), L_ROTATE_AREA_MAP,
                           L_BRING_IN_WHITE, 0, 0));
  }
  if (drawing.scale_percent != 100) page.reset(pixScale(page.get(), drawing.scale_percent / 100.0F, drawing.scale_percent / 100.0F));
  if (drawing.white_on_black) pixInvert(page.get(), page.get());
  pixSetResolution(page.get(), 300 * drawing.scale_percent / 100, 300 * drawing.scale_percent / 100);
  return page;
}

std::string bytes_of(Pix* page, int format) {
  l_uint8* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(pixWriteMem(&data, &size, page, format), 0);
  std::string bytes(reinterpret_cast<char*>(data), size);
  lept_free(data);
  return bytes;
}

}  // namespace

bool can_draw_pages() { return true; }

std::string draw_page(const DrawnPage& page, const std::string& format) {
  static const std::map<std::string, int> formats{{"png", IFF_PNG}, {"jpg", IFF_JFIF_JPEG}, {"tif", IFF_TIFF_ZIP},
                                                  {"bmp", IFF_BMP}, {"webp", IFF_WEBP},     {"gif", IFF_GIF}};
  return bytes_of(drawn(page).get(), formats.at(format));
}

std::string draw_tiff(const std::vector<DrawnPage>& pages) {
  Pixa* all = pixaCreate(0);
  for (const DrawnPage& page : pages) pixaAddPix(all, drawn(page).release(), L_INSERT);
  l_uint8* data = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(pixaWriteMemMultipageTiff(&data, &size, all), 0);
  pixaDestroy(&all);
  std::string bytes(reinterpret_cast<char*>(data), size);
  lept_free(data);
  return bytes;
}

std::string draw_hangul() {
  PixPtr page(pixCreate(700, 300, 8));
  pixSetAllArbitrary(page.get(), 255);
  int left = 100;
  const auto stroke = [&](int x1, int y1, int x2, int y2) { pixRenderLine(page.get(), left + x1, 100 + y1, left + x2, 100 + y2, 8, L_CLEAR_PIXELS); };
  const auto vowel_a = [&] {
    stroke(66, 0, 66, 100);
    stroke(66, 48, 90, 48);
  };
  stroke(5, 15, 45, 15), stroke(45, 15, 40, 45), stroke(40, 45, 8, 85), vowel_a();  // 가
  left += 120;
  stroke(10, 15, 10, 78), stroke(10, 78, 52, 70), vowel_a();  // 나
  left += 120;
  stroke(8, 18, 48, 18), stroke(8, 18, 8, 76), stroke(8, 76, 52, 70), vowel_a();  // 다
  left += 120;
  stroke(8, 15, 45, 15), stroke(45, 15, 45, 46), stroke(45, 46, 8, 46), stroke(8, 46, 8, 80), stroke(8, 80, 52, 74), vowel_a();  // 라
  pixSetResolution(page.get(), 300, 300);
  return bytes_of(page.get(), IFF_PNG);
}

std::string draw_pdf(const std::vector<DrawnPage>& pages) {
  std::vector<PdfPicture> pictures;
  for (const DrawnPage& page : pages) {
    const PixPtr pix = drawn(page);
    pictures.push_back({page.lines.empty() ? "" : bytes_of(pix.get(), IFF_JFIF_JPEG), pixGetWidth(pix.get()), pixGetHeight(pix.get())});
  }
  return make_picture_pdf(pictures);
}

}  // namespace rag::test

#else

namespace rag::test {

bool can_draw_pages() { return false; }
std::string draw_page(const DrawnPage&, const std::string&) { return ""; }
std::string draw_tiff(const std::vector<DrawnPage>&) { return ""; }
std::string draw_hangul() { return ""; }
std::string draw_pdf(const std::vector<DrawnPage>&) { return ""; }

}  // namespace rag::test

#endif
