#pragma once

#include <functional>
#include <string>
#include <vector>

struct Pix;
namespace tesseract {
class TessBaseAPI;
}

namespace rag::ocr {

// The words of a page in reading order, as tesseract gave them after Recognize().
class WordList {
 public:
  // `first`: the language in which most words are expected.
  WordList(tesseract::TessBaseAPI& tesseract, const std::string& first);

  // Lines end in a line feed, paragraphs are separated by an empty line.
  std::string text() const;

  double confidence() const;  // 0 to 100: the mean over words; 0 where there are none
  double weight() const;      // letters times confidence: which of two readings of one page is the better one

  // Where two languages compete, a word now and then goes to the wrong one: "BARS" for 보험료를.  Doubtful are words of a later language
  // that the recogniser is not sure of, on a page that is mostly in the first one.
  bool has_doubtful() const;

  // Asks one that knows only the first language about them; what it is surer of replaces the word.
  void read_doubtful_again(tesseract::TessBaseAPI& first_alone, Pix& page, const std::function<bool()>& out_of_time);

 private:
  struct Word {
    std::string text;
    double confidence = 0;
    int left = 0, top = 0, right = 0, bottom = 0;
    bool blank_before = true, begins_line = false, begins_paragraph = false;
    bool in_first_language = true;
  };
  bool is_doubtful(const Word& word) const;

  std::vector<Word> words_;
  bool mostly_first_ = false;
};

}  // namespace rag::ocr
