// The only place that knows how leptonica decodes, turns and measures images.
#include "ingest/ocr/leptonica_image.h"

#include <leptonica/allheaders.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace rag::ocr {
namespace {

constexpr int kMostTiffPages = 1000;

const l_uint8* data_of(std::string_view file) { return reinterpret_cast<const l_uint8*>(file.data()); }

std::string size_problem(long width, long height) {
  if (width <= 0 || height <= 0) return "damaged image: its size makes no sense";
  if (height <= kMaxOcrPixels / width) return "";
  return "image of " + std::to_string(width) + " x " + std::to_string(height) + " pixels, at most " + std::to_string(kMaxOcrPixels / 1'000'000) +
         " million are read";
}

// White paper under what is transparent, no colours.
PixPtr to_grey(PixPtr pix) {
  if (pix && pixGetDepth(pix.get()) == 32 && pixGetSpp(pix.get()) == 4) pix.reset(pixAlphaBlendUniform(pix.get(), 0xffffff00));
  return PixPtr(pix ? pixConvertTo8(pix.get(), 0) : nullptr);
}

DecodedImage to_image(PixPtr decoded) {
  const PixPtr pix = to_grey(std::move(decoded));
  if (!pix) return {{}, "damaged image: it cannot be decoded"};
  GreyImage image{pixGetWidth(pix.get()), pixGetHeight(pix.get()), pixGetXRes(pix.get()), {}};
  image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
  const l_uint32* words = pixGetData(pix.get());
  const int words_a_row = pixGetWpl(pix.get());
  for (int y = 0; y < image.height; ++y) {
    const l_uint32* row = words + static_cast<std::ptrdiff_t>(y) * words_a_row;
    for (int x = 0; x < image.width; ++x)
      image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)] =
          static_cast<unsigned char>(GET_DATA_BYTE(row, x));
  }
  return {std::move(image), ""};
}

std::string header_problem(std::string_view file) {
  l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, has_map = 0;
  if (pixReadHeaderMem(data_of(file), file.size(), &format, &width, &height, &bits, &samples, &has_map) != 0)
    return "damaged image: its header cannot be read";
  return size_problem(width, height);
}

// Black and white, the longer side a thousand pixels.
PixPtr thousand_pixels(const Pix& page) {
  Pix* const pix = const_cast<Pix*>(&page);  // leptonica knows no const
  const float scale = 1000.0F / static_cast<float>(std::max({pixGetWidth(pix), pixGetHeight(pix), 1}));
  const PixPtr small(scale < 1 ? pixScaleAreaMap(pix, scale, scale) : pixClone(pix));
  return PixPtr(small ? pixThresholdToBinary(small.get(), 170) : nullptr);
}

void decode_tiff(std::string_view file, const std::function<bool(DecodedImage)>& take) {
  std::size_t offset = 0;
  for (int page = 0;; ++page) {
    l_int32 width = 0, height = 0, bits = 0, samples = 0, resolution = 0, has_map = 0, format = 0;
    if (readHeaderMemTiff(data_of(file), file.size(), page, &width, &height, &bits, &samples, &resolution, &has_map, &format) != 0) {
      if (page == 0) take({{}, "damaged TIFF: its first page cannot be read"});
      return;
    }
    if (page == kMostTiffPages) {
      take({{}, "TIFF of more than " + std::to_string(kMostTiffPages) + " pages; the rest is left out"});
      return;
    }
    if (const std::string problem = size_problem(width, height); !problem.empty()) {
      take({{}, problem});
      return;  // the next page's place is known only once this one is decoded
    }
    PixPtr pix(pixReadMemFromMultipageTiff(data_of(file), file.size(), &offset));
    if (!pix) {
      take({{}, "damaged TIFF: this page and those behind it cannot be decoded"});
      return;
    }
    if (!take(to_image(std::move(pix))) || offset == 0) return;
  }
}

}  // namespace

void PixDeleter::operator()(Pix* pix) const { pixDestroy(&pix); }

PixPtr to_pix(const GreyImage& image) {
  PixPtr pix(pixCreate(image.width, image.height, 8));
  if (!pix) return nullptr;
  l_uint32* words = pixGetData(pix.get());
  const int words_a_row = pixGetWpl(pix.get());
  for (int y = 0; y < image.height; ++y) {
    l_uint32* row = words + static_cast<std::ptrdiff_t>(y) * words_a_row;
    for (int x = 0; x < image.width; ++x)
      SET_DATA_BYTE(row, x, image.pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)]);
  }
  pixSetResolution(pix.get(), image.dots_per_inch, image.dots_per_inch);
  return pix;
}

void decode_pages(std::string_view file, const std::function<bool(DecodedImage)>& take) {
  setMsgSeverity(L_SEVERITY_NONE);
  l_int32 format = 0;
  if (findFileFormatBuffer(data_of(file), &format) == 0 && format >= IFF_TIFF && format <= IFF_TIFF_ZIP) return decode_tiff(file, take);
  if (std::string problem = header_problem(file); !problem.empty()) {
    take({{}, std::move(problem)});
    return;
  }
  take(to_image(PixPtr(pixReadMem(data_of(file), file.size()))));
}

PixPtr straightened(PixPtr page) {
  PixPtr straight(pixDeskew(page.get(), 0));
  return straight ? std::move(straight) : std::move(page);
}

PixPtr turned(const Pix& page, int quarters) { return PixPtr(pixRotateOrth(const_cast<Pix*>(&page), quarters)); }

bool has_columns(const Pix& page) {
  constexpr int kGutter = 9;        // of a page of a thousand pixels: two and a half millimetres of an A4 sheet
  constexpr int kLineHeight = 13;   // so far lines grow towards their neighbours: text becomes blocks, in which only gutters stay white
  constexpr double kShareOfText = 0.5;
  const PixPtr small = thousand_pixels(page);
  const PixPtr blocks(small ? pixDilateBrick(nullptr, small.get(), 1, kLineHeight) : nullptr);
  if (!blocks) return false;
  const int width = pixGetWidth(blocks.get()), height = pixGetHeight(blocks.get());
  std::vector<int> white_between(static_cast<std::size_t>(width), 0);  // rows in which a gutter could run there, text on both its sides
  int rows = 0;
  for (int y = 0; y < height; ++y) {
    int ink = -1;  // the last one to the left
    for (int x = 0; x < width; ++x) {
      l_uint32 dark = 0;
      pixGetPixel(blocks.get(), x, y, &dark);
      if (!dark) continue;
      if (ink >= 0 && x - ink > kGutter)
        for (int gap = ink + kGutter / 2 + 1; gap <= x - kGutter / 2 - 1; ++gap) ++white_between[static_cast<std::size_t>(gap)];
      ink = x;
    }
    rows += ink >= 0;
  }
  return *std::max_element(white_between.begin(), white_between.end()) > kShareOfText * rows;
}

}  // namespace rag::ocr
