#include "ingest/ocr/word_list.h"

#include <tesseract/baseapi.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/text.h"

namespace rag::ocr {
namespace {

constexpr double kSureWord = 85;    // words of a later language above it are what they look like
constexpr double kAtLeast = 20;     // below it a "word" is a smudge, a line or a piece of a picture

bool touches_cjk(const std::string& text, bool at_end) {
  std::size_t offset = at_end ? floor_to_character(text, text.size() - 1) : 0;
  return is_cjk(next_code_point(text, offset));
}

std::string taken(char* text) {
  const std::unique_ptr<char[]> owned(text);
  return owned ? replace_invalid_utf8(trim(owned.get())) : "";
}

}  // namespace

WordList::WordList(tesseract::TessBaseAPI& tesseract, const std::string& first) {
  const std::unique_ptr<tesseract::ResultIterator> at(tesseract.GetIterator());
  if (!at) return;
  bool begins_line = true, begins_paragraph = true;
  std::size_t letters = 0, letters_in_first = 0;
  do {
    // Remembered until a word comes that is kept.
    begins_paragraph = begins_paragraph || at->IsAtBeginningOf(tesseract::RIL_PARA) || at->IsAtBeginningOf(tesseract::RIL_BLOCK);
    begins_line = begins_line || begins_paragraph || at->IsAtBeginningOf(tesseract::RIL_TEXTLINE);
    Word word{.text = taken(at->GetUTF8Text(tesseract::RIL_WORD)), .confidence = at->Confidence(tesseract::RIL_WORD)};
    if (word.text.empty() || word.confidence < kAtLeast) continue;
    at->BoundingBox(tesseract::RIL_WORD, &word.left, &word.top, &word.right, &word.bottom);
    word.blank_before = at->BlanksBeforeWord() > 0;
    word.begins_line = std::exchange(begins_line, false);
    word.begins_paragraph = std::exchange(begins_paragraph, false);
    const char* language = at->WordRecognitionLanguage();
    word.in_first_language = !language || first == language;
    letters += word.text.size();
    letters_in_first += word.in_first_language ? word.text.size() : 0;
    words_.push_back(std::move(word));
  } while (at->Next(tesseract::RIL_WORD));
  mostly_first_ = letters_in_first * 2 > letters;
}

std::string WordList::text() const {
  std::string text;
  for (const Word& word : words_) {
    if (text.empty())
      text = word.text;
    else if (word.begins_line)
      text += (word.begins_paragraph ? "\n\n" : "\n") + word.text;
    else if (word.blank_before || (!touches_cjk(text, true) && !touches_cjk(word.text, false)))
      text += " " + word.text;
    else
      text += word.text;
  }
  return text;
}

double WordList::confidence() const {
  double sum = 0;
  for (const Word& word : words_) sum += word.confidence;
  return words_.empty() ? 0 : sum / static_cast<double>(words_.size());
}

double WordList::weight() const {
  double sum = 0;
  for (const Word& word : words_) sum += word.confidence * static_cast<double>(word.text.size());
  return sum;
}

bool WordList::is_doubtful(const Word& word) const { return mostly_first_ && !word.in_first_language && word.confidence < kSureWord; }

bool WordList::has_doubtful() const {
  return std::any_of(words_.begin(), words_.end(), [this](const Word& word) { return is_doubtful(word); });
}

void WordList::read_doubtful_again(tesseract::TessBaseAPI& first_alone, Pix& page, const std::function<bool()>& out_of_time) {
  first_alone.SetPageSegMode(tesseract::PSM_SINGLE_LINE);
  first_alone.SetImage(&page);
  for (Word& word : words_) {
    if (!is_doubtful(word)) continue;
    if (out_of_time()) break;
    const int margin = std::max(2, (word.bottom - word.top) / 5);
    first_alone.SetRectangle(std::max(0, word.left - margin), std::max(0, word.top - margin), word.right - word.left + 2 * margin,
                             word.bottom - word.top + 2 * margin);
    if (first_alone.Recognize(nullptr) != 0) continue;
    std::string text = taken(first_alone.GetUTF8Text());
    const double confidence = first_alone.MeanTextConf();
    if (text.empty() || confidence <= word.confidence || text.find('\n') != std::string::npos) continue;
    word.text = std::move(text);
    word.confidence = confidence;
    word.in_first_language = true;
  }
  first_alone.Clear();
}

}  // namespace rag::ocr
