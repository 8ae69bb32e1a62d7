#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct OcrOptions {
  bool enabled = true;

  // Tesseract's names, the most frequent one first, joined by '+'.  Each costs time on every word; a page in a language that is not named
  // comes out as nonsense in one that is.
  std::string languages = "kor+eng";

  // Processor time for all pages of one file; those it does not suffice for are named.  An ordinary page takes two to five seconds.
  std::chrono::seconds max_cpu{1800};
};

// The languages of `joined`, each once, in order.  Throws Error(Usage) for what cannot be a language's name: they become file names.
std::vector<std::string> ocr_languages(const std::string& joined);

// A page as grey pixels, row by row from the top, 0 is black.
struct GreyImage {
  int width = 0, height = 0;
  int dots_per_inch = 0;  // 0 where unknown
  std::vector<unsigned char> pixels;
};

// One page of an image file, decoded; or why there is none.
struct DecodedImage {
  GreyImage image;
  std::string problem;
};

// What was recognised on a page.  Lines end in a line feed, paragraphs are separated by an empty line, in reading order.
struct RecognizedPage {
  std::string text;
  double confidence = 0;  // 0 to 100, mean over its words; how sure the recogniser was, not how many words are right
  bool out_of_time = false;
  std::string problem;  // why nothing could be recognised; "" where it could, also where there was nothing to see
};

// Reads text off images.  Not to be shared between threads; several may work side by side.
//
// Nothing throws for what an image holds: the recogniser lives in a module of its own (librag_ocr.so, which alone knows tesseract and
// leptonica) that is loaded when the first page needs it.
class Recognizer {
 public:
  virtual ~Recognizer() = default;

  // Hands over each page of an image file (several in a TIFF), decoded, until `take` returns false.  What has more than kMaxOcrPixels is
  // refused before it is decoded.
  virtual void decode(std::string_view file, const std::function<bool(DecodedImage)>& take) const = 0;

  // Straightens the page and reads it.  Ends early, with what it has lost named, after `max_seconds` of processor time.
  virtual RecognizedPage recognize(const GreyImage& page, double max_seconds) = 0;
};

inline constexpr long kMaxOcrPixels = 50'000'000;  // A2 at 300 dots an inch has 35 million

// The recogniser, or nullptr and in `problem` what is missing and what to install: "install tesseract-ocr-kor".
std::unique_ptr<Recognizer> open_recognizer(const std::vector<std::string>& languages, std::string& problem);

// Loads the module, with all its libraries, now: for a process that is about to give up opening files.  Does nothing where it is not there.
void preload_recognizer();

// What the module exports under kOcrFactory; of the caller's to delete.
using OcrFactory = Recognizer* (*)(const std::vector<std::string>& languages, std::string& problem);
inline constexpr char kOcrModule[] = "librag_ocr.so";
inline constexpr char kOcrFactory[] = "rag_open_recognizer";

}  // namespace rag
