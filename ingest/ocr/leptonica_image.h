#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "ingest/ocr.h"

// Private to ingest/ocr/: images as leptonica holds them.
struct Pix;

namespace rag::ocr {

struct PixDeleter {
  void operator()(Pix* pix) const;
};
using PixPtr = std::unique_ptr<Pix, PixDeleter>;

PixPtr to_pix(const GreyImage& image);

// Each page of an image file in turn, decoded to grey; pages that cannot be decoded come with the problem.  `take` returns false to end.
void decode_pages(std::string_view file, const std::function<bool(DecodedImage)>& take);

// Turned by the few degrees a sheet lies askew in a scanner, where that can be told; the page itself otherwise.
PixPtr straightened(PixPtr page);

PixPtr turned(const Pix& page, int quarters);  // clockwise, 1 to 3

// Whether text stands in more than one column.  The page should be straight.
bool has_columns(const Pix& page);

}  // namespace rag::ocr
