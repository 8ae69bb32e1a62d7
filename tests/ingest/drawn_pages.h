#pragma once

#include <string>
#include <vector>

namespace rag::test {

// What these draw can be read by a recogniser.  Without leptonica the tests that need it skip themselves: can_draw_pages().
bool can_draw_pages();

struct DrawnPage {
  std::vector<std::string> lines;         // ASCII; an empty one leaves a line's height free
  std::vector<std::string> second_column;
  double turned_degrees = 0;              // clockwise
  int scale_percent = 100;
  bool white_on_black = false;
  double noise = 0;  // share of pixels that are black by chance, the same each time
};

// One page in a serif face of about 14 points at 300 dots an inch, as a file: "png", "jpg", "tif", "bmp", "webp" or "gif".
std::string draw_page(const DrawnPage& page, const std::string& format);
std::string draw_tiff(const std::vector<DrawnPage>& pages);

// "가나다라" in strokes of even width, as a PNG.
std::string draw_hangul();

// A PDF of such pages as pictures that fill them; for an empty `lines` a page with nothing on it.
std::string draw_pdf(const std::vector<DrawnPage>& pages);

}  // namespace rag::test
