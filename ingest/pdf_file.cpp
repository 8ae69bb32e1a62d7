// The only place that knows poppler.  Its C++ interface lays a page out once for its text and once more for its words, so what is used
// here is the library below it (docs/decisions.md).
#include "ingest/pdf_file.h"

#include <poppler/DateInfo.h>
#include <poppler/ErrorCodes.h>
#include <poppler/GfxState.h>
#include <poppler/GlobalParams.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>
#include <poppler/SplashOutputDev.h>
#include <poppler/Stream.h>
#include <poppler/TextOutputDev.h>
#include <poppler/UTF.h>
#include <poppler/splash/SplashBitmap.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <tuple>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"

namespace rag {
namespace {

// Once a process: character maps and names of glyphs are kept from file to file.
void start_poppler() { static const GlobalParamsIniter silent([](ErrorCategory, Goffset, const char*) {}); }

std::string clean_words(std::string_view text) {
  std::string clean = clean_text(text);
  for (std::size_t at = clean.find("\xC2\xAD"); at != std::string::npos; at = clean.find("\xC2\xAD", at))
    clean.replace(at, 2, "-");  // on a page a soft hyphen is a hyphen that shows
  return clean;
}

// A text string of the format: PDFDocEncoding, or UTF-16 with a mark.
std::string text_of(const std::unique_ptr<GooString>& string) {
  if (!string) return "";
  Unicode* characters = nullptr;
  const int count = TextStringToUCS4(string->toStr(), &characters);
  std::string out;
  for (int i = 0; i < count; ++i)
    if (characters[i] != 0) append_utf8(out, characters[i] < 0xD800 || (characters[i] > 0xDFFF && characters[i] < 0x110000) ? characters[i] : 0xFFFD);
  if (count > 0) std::free(characters);
  return out;
}

std::string iso_date(const std::unique_ptr<GooString>& date) {
  const std::time_t time = date ? dateStringToTime(date.get()) : 0;
  std::tm parts{};
  std::array<char, 32> text{};
  if (time <= 0 || !gmtime_r(&time, &parts)) return "";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::pair<double, double> size_of(const Page& page) {
  const bool lies = page.getRotate() == 90 || page.getRotate() == 270;
  return lies ? std::pair(page.getCropHeight(), page.getCropWidth()) : std::pair(page.getCropWidth(), page.getCropHeight());
}

bool is_bold(const GooString* font) {
  const std::string_view name = font ? std::string_view(font->c_str()) : std::string_view();
  return name.find("Bold") != std::string_view::npos || name.find("Black") != std::string_view::npos || name.find("Heavy") != std::string_view::npos;
}

// Lays a page out, and looks at the ink its letters are painted with.  Poppler counts the bytes of all strings of a page and knows of each word
// where it stands among them, so pale letters are found again by counting along.
class PageReader final : public TextOutputDev {
 public:
  explicit PageReader(std::string& text) : TextOutputDev(append, &text, false, 0, false) { setTextPageBreaks(false); }

  bool is_pale(const TextWord& word) const {
    const auto first = std::lower_bound(pale_bytes_.begin(), pale_bytes_.end(), word.getCharPos());
    return first != pale_bytes_.end() && *first < word.getCharPos() + word.getCharLen();
  }

  void drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y, CharCode code, int bytes, const Unicode* unicode,
                int length) override {
    if (length > 0 && *unicode > ' ' && leaves_no_mark(*state)) pale_bytes_.push_back(bytes_);
    bytes_ += bytes;
    TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, unicode, length);
  }
  void incCharCount(int bytes) override {
    bytes_ += bytes;
    TextOutputDev::incCharCount(bytes);
  }
  void restoreState(GfxState* state) override {
    looked_ = false;
    TextOutputDev::restoreState(state);
  }
  void updateFillColorSpace(GfxState*) override { looked_ = false; }
  void updateFillColor(GfxState*) override { looked_ = false; }
  void updateFillOpacity(GfxState*) override { looked_ = false; }

 private:
  static void append(void* text, const char* bytes, int size) { static_cast<std::string*>(text)->append(bytes, static_cast<std::size_t>(size)); }

  bool leaves_no_mark(GfxState& state) {
    if ((state.getRender() & 3) == 3) return true;
    if (!looked_) pale_ = is_pale_ink(state);  // kept until it changes: an ICC profile takes its time
    looked_ = true;
    return pale_;
  }

  static bool is_pale_ink(GfxState& state) {
    constexpr double kWhite = 0.94, kFaint = 0.06;  // what a reader cannot tell from the paper
    if (state.getFillOpacity() < kFaint) return true;
    if (state.getFillColorSpace()->getMode() == csPattern) return false;
    GfxRGB colour{};
    state.getFillRGB(&colour);
    return colToDbl(std::min({colour.r, colour.g, colour.b})) >= kWhite;
  }

  int bytes_ = 0;
  std::vector<int> pale_bytes_;
  bool pale_ = false;    // the ink that is set now
  bool looked_ = false;  // at that
};

}  // namespace

struct PdfFile::Document {
  PDFDoc pdf;
};

PdfFile::PdfFile(std::string_view bytes, const std::vector<std::string>& passwords) {
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    throw Error(ErrorKind::Ingest, "not a PDF file: no \"%PDF-\" at its beginning");
  start_poppler();
  const auto open = [&](const std::string& password) {
    auto* const stream = new MemStream(bytes.data(), 0, static_cast<Goffset>(bytes.size()), Object(objNull));  // the PDFDoc's to delete
    document_.reset(new Document{PDFDoc(stream, GooString(password), GooString(password))});
    return document_->pdf.isOk();
  };
  bool is_open = open("");
  const bool encrypted = !is_open && document_->pdf.getErrorCode() == errEncrypted;
  if (!is_open && !encrypted) throw Error(ErrorKind::Ingest, "damaged PDF: no page tree to be found; open and save it again");
  for (auto password = passwords.begin(); !is_open && password != passwords.end(); ++password)
    if ((is_open = open(*password))) password_ = *password;
  if (!is_open)
    throw Error(ErrorKind::Ingest, passwords.empty() ? "encrypted PDF: it needs a password; put it in a --password-file, or save it without one"
                                                     : "encrypted PDF: no password of the --password-file opens it");
  if (page_count() <= 0) throw Error(ErrorKind::Ingest, "damaged PDF: no pages");
}

PdfFile::~PdfFile() = default;

int PdfFile::page_count() const { return document_->pdf.getNumPages(); }

PdfProperties PdfFile::properties() const {
  PDFDoc& pdf = document_->pdf;
  return {.title = text_of(pdf.getDocInfoTitle()),
          .author = text_of(pdf.getDocInfoAuthor()),
          .keywords = text_of(pdf.getDocInfoKeywords()),
          .created = iso_date(pdf.getDocInfoCreatDate()),
          .modified = iso_date(pdf.getDocInfoModDate())};
}

PdfPageText PdfFile::read(int index) const {
  PdfPageText page;
  const Page* const found = document_->pdf.getPage(index + 1);
  if (!found) return page;
  std::tie(page.width, page.height) = size_of(*found);
  std::string text;
  PageReader reader(text);
  document_->pdf.displayPage(&reader, index + 1, 72, 72, 0, false, true, false);
  page.text = clean_words(text);
  const std::unique_ptr<TextWordList> words = reader.makeWordList();
  page.words.reserve(static_cast<std::size_t>(words ? words->getLength() : 0));
  for (int i = 0; words && i < words->getLength(); ++i) {
    const TextWord& laid = *words->get(i);
    page.turned |= laid.getRotation() != 0;
    const std::unique_ptr<GooString> letters(laid.getText());
    PdfWord word{.font_size = laid.getFontSize(), .bold = is_bold(laid.getFontName(0)), .text = clean_words(letters->toStr()), .pale = reader.is_pale(laid)};
    laid.getBBox(&word.left, &word.top, &word.right, &word.bottom);
    if (!word.text.empty()) page.words.push_back(std::move(word));
  }
  return page;
}

GreyImage PdfFile::draw(int index, double dots) const {
  const Page* const page = document_->pdf.getPage(index + 1);
  if (!page) return {};
  const auto [width, height] = size_of(*page);
  return draw(index, dots, {0, 0, width, height});
}

GreyImage PdfFile::draw(int index, double dots, const PdfArea& area) const {
  constexpr double kMostPixels = 36e6;  // A2 at 300 dots an inch
  constexpr double kLongestSide = 1e5;  // pixels
  PDFDoc& pdf = document_->pdf;
  const Page* const page = pdf.getPage(index + 1);
  const auto [width, height] = page ? size_of(*page) : std::pair(0.0, 0.0);
  if (!(width > 0 && height > 0)) return {};
  dots = std::floor(std::min({dots, 72 * std::sqrt(kMostPixels / width / height), 72 * kLongestSide / std::max(width, height)}));
  if (dots < 1) return {};
  const int left = static_cast<int>(area.left * dots / 72), right = static_cast<int>(std::ceil(area.right * dots / 72));
  const int top = static_cast<int>(area.top * dots / 72), bottom = static_cast<int>(std::ceil(area.bottom * dots / 72));
  if (left >= right || top >= bottom) return {};
  SplashColor paper{255, 255, 255};
  SplashOutputDev device(splashModeMono8, 4, false, paper);
  device.setFontAntialias(true);
  device.setVectorAntialias(true);
  device.setFreeTypeHinting(false, false);
  device.startDoc(&pdf);
  pdf.displayPageSlice(&device, index + 1, dots, dots, 0, false, true, false, left, top, right - left, bottom - top);
  const SplashBitmap* const bitmap = device.getBitmap();
  if (!bitmap || !bitmap->getDataPtr() || bitmap->getWidth() <= 0 || bitmap->getHeight() <= 0) return {};
  GreyImage picture{bitmap->getWidth(), bitmap->getHeight(), static_cast<int>(dots), {}};
  const auto columns = static_cast<std::size_t>(picture.width);
  picture.pixels.reserve(columns * static_cast<std::size_t>(picture.height));
  for (int y = 0; y < picture.height; ++y) {
    const unsigned char* const row = bitmap->getDataPtr() + static_cast<std::ptrdiff_t>(y) * bitmap->getRowSize();
    picture.pixels.insert(picture.pixels.end(), row, row + columns);
  }
  return picture;
}

}  // namespace rag
