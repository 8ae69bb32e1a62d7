#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace rag {

// What a character is to the analyzer.
enum class CharacterClass : std::uint8_t {
  Break,   // ends a word
  Letter,  // of a script that puts blanks between words, but for the three below
  Digit,
  Mark,     // combining: belongs to the letter before it
  Ignored,  // soft hyphen, zero-width characters: not there at all
  Hangul,
  Han,       // with kana
  Unspaced,  // Thai, Lao, Khmer, Myanmar: no blanks between words
};

CharacterClass class_of(char32_t c);

// A stretch of letters and digits between connectors.
struct WordPart {
  std::size_t begin = 0;
  std::size_t end = 0;
  char connector = 0;    // in front of it: one of . - _ @ / ' , : & or 0 for the first part
  bool ascii = true;     // letters and digits of ASCII alone
  bool letters = false;  // has some
  bool digits = false;   // has some
};

// A word as it stands in the text: one part mostly; several in "E-4417", "2024-05-01", "in-network", "snake_case".
// Or, where `script` is Hangul, Han or Unspaced, a run of that script (and `parts` is empty).
struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
  CharacterClass script = CharacterClass::Letter;
  std::vector<WordPart> parts;
};

// Walks over the words of a text in NFKC.
class WordScanner {
 public:
  explicit WordScanner(std::string_view text) : text_(text) {}
  // False at the end.  `word` is overwritten, so that its memory is used again.
  bool next(Word& word);

 private:
  CharacterClass peek(std::size_t offset, std::size_t& end) const;
  void read_run(Word& word);
  void read_word(Word& word);
  void read_part(WordPart& part);
  char connector_at(std::size_t offset, std::size_t& end) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace rag
