// The module librag_ocr.so: pages read by tesseract.
#include <omp.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <utility>

#include "ingest/ocr.h"
#include "ingest/ocr/leptonica_image.h"
#include "ingest/ocr/word_list.h"

namespace rag::ocr {
namespace {

using tesseract::TessBaseAPI;

// What is read with less is read again, turned by quarters where the sheet lies sideways, or word by word in the first language alone.
constexpr double kSurePage = 70;

double cpu_seconds() {
  std::timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Tesseract's loops are too short for threads of their own: four of them take 1.7 times the processor time for the same page.
class OneThread {
 public:
  OneThread() : levels_(::omp_get_max_active_levels()) { ::omp_set_max_active_levels(0); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { ::omp_set_max_active_levels(levels_); }

 private:
  int levels_;
};

bool past(void* deadline, int) { return cpu_seconds() > *static_cast<double*>(deadline); }

std::string joined(const std::vector<std::string>& languages) {
  std::string all;
  for (const std::string& language : languages) all += (all.empty() ? "" : "+") + language;
  return all;
}

std::string package_of(std::string language) {
  std::replace(language.begin(), language.end(), '_', '-');
  return "tesseract-ocr-" + language;
}

std::unique_ptr<TessBaseAPI> open_tesseract(const std::vector<std::string>& languages) {
  auto tesseract = std::make_unique<TessBaseAPI>();
  // Nothing is written, whatever a language's own settings ask for.
  if (tesseract->Init(nullptr, joined(languages).c_str(), tesseract::OEM_LSTM_ONLY) != 0) return nullptr;
  tesseract->SetVariable("debug_file", "/dev/null");
  // Korean, Chinese and Japanese are written with few blanks or none; without this one stands between any two of their characters.
  tesseract->SetVariable("preserve_interword_spaces", "1");
  return tesseract;
}

class TesseractRecognizer final : public Recognizer {
 public:
  TesseractRecognizer(std::unique_ptr<TessBaseAPI> tesseract, std::vector<std::string> languages)
      : tesseract_(std::move(tesseract)), languages_(std::move(languages)) {}

  void decode(std::string_view file, const std::function<bool(DecodedImage)>& take) const override { decode_pages(file, take); }

  RecognizedPage recognize(const GreyImage& image, double max_seconds) override {
    const OneThread one_thread;
    double deadline = cpu_seconds() + max_seconds;
    PixPtr page = to_pix(image);
    if (!page) return {.problem = "not enough memory for its image"};
    page = straightened(std::move(page));
    WordList words = read(*page, image.dots_per_inch, deadline);
    if (words.confidence() < kSurePage && !past(&deadline, 0)) {
      if (const int quarters = quarters_to_turn(*page)) {
        page = turned(*page, quarters);
        WordList again = read(*page, image.dots_per_inch, deadline);
        if (again.weight() > words.weight()) words = std::move(again);
      }
    }
    return {words.text(), words.confidence(), past(&deadline, 0), ""};
  }

 private:
  WordList read(Pix& page, int dots_per_inch, double& deadline) {
    // Its own look for columns takes the wide blanks of justified Korean lines for gutters and loses what stands between.
    tesseract_->SetPageSegMode(has_columns(page) ? tesseract::PSM_AUTO : tesseract::PSM_SINGLE_COLUMN);
    tesseract_->SetImage(&page);
    if (dots_per_inch >= 70 && dots_per_inch <= 1200) tesseract_->SetSourceResolution(dots_per_inch);
    tesseract::ETEXT_DESC monitor;
    monitor.cancel = past;
    monitor.cancel_this = &deadline;
    tesseract_->Recognize(&monitor);  // what was read when time ran out is kept
    WordList words(*tesseract_, languages_.front());
    if (languages_.size() > 1 && words.has_doubtful()) {
      if (!first_alone_) first_alone_ = open_tesseract({languages_.front()});
      if (first_alone_) words.read_doubtful_again(*first_alone_, page, [&] { return past(&deadline, 0); });
    }
    tesseract_->Clear();
    return words;
  }

  // Clockwise; 0 where the page stands upright, or nobody can tell.
  int quarters_to_turn(Pix& page) {
    if (!orientation_) {
      orientation_ = std::make_unique<TessBaseAPI>();
      if (orientation_->Init(nullptr, "osd", tesseract::OEM_TESSERACT_ONLY) != 0) {
        orientation_.reset();
        return 0;
      }
      orientation_->SetVariable("debug_file", "/dev/null");
    }
    orientation_->SetPageSegMode(tesseract::PSM_OSD_ONLY);
    orientation_->SetImage(&page);
    int degrees = 0;
    float sure = 0, script_sure = 0;
    const char* script = nullptr;
    const bool told = orientation_->DetectOrientationScript(&degrees, &sure, &script, &script_sure);
    orientation_->Clear();
    return told && sure > 1 ? (360 - degrees) / 90 % 4 : 0;  // told is how far it lies turned clockwise
  }

  std::unique_ptr<TessBaseAPI> tesseract_, first_alone_, orientation_;
  std::vector<std::string> languages_;
};

std::string missing_packs(const std::vector<std::string>& languages) {
  std::string missing;
  for (const std::string& language : languages)
    if (!open_tesseract({language})) missing += (missing.empty() ? "" : " ") + package_of(language);
  return missing;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) Recognizer* rag_open_recognizer(const std::vector<std::string>& languages, std::string& problem) {
  auto tesseract = open_tesseract(languages);
  std::vector<std::string> loaded;
  if (tesseract) tesseract->GetLoadedLanguagesAsVector(&loaded);
  // With a pack missing the others would read its language as nonsense, which is worse than nothing.
  const bool whole = std::all_of(languages.begin(), languages.end(), [&](const std::string& language) {
    return std::find(loaded.begin(), loaded.end(), language) != loaded.end();
  });
  if (whole) return new TesseractRecognizer(std::move(tesseract), languages);
  problem = "install " + missing_packs(languages);
  return nullptr;
}

}  // namespace rag::ocr
