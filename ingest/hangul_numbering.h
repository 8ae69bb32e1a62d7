#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace rag {

// 3 as HWPX names its formats: "HANGUL_SYLLABLE" ("다"), "CIRCLED_DIGIT" ("③"), "ROMAN_SMALL" ("iii") ...; digits for a name that is not known and
// beyond what a format's characters count.
std::string hangul_number(int number, std::string_view format);

// How Hangul numbers the paragraphs of an outline or list.
struct HangulNumbering {
  static constexpr std::size_t kLevels = 10;
  struct Level {
    std::string text;              // "^1.^2)": ^1 to ^9 stand for the numbers of levels, ^n for those of all up to its own; "" where it has no number
    std::string format = "DIGIT";  // of its numbers
    int first = 1;
  };
  std::array<Level, kLevels> levels;
};

// What a paragraph's shape says of the number before it.
struct HangulHead {
  std::size_t numbering = 0;  // its id; 0 for that of the section's outline
  int level = -1;             // from 0; -1 where it has none
};

// Counts the numbered paragraphs of a document, in its order.
class HangulCounters {
 public:
  // The numberings of a document by id, from 1; must outlive the object.
  explicit HangulCounters(const std::map<std::size_t, HangulNumbering>& numberings) : numberings_(numberings) {}

  // The outline of the section that begins.
  void start_section(std::size_t outline) { outline_ = outline; }

  // The number as it is shown before the next paragraph of that shape, "1.", "나)"; "" where there is none.
  std::string next(const HangulHead& head);

 private:
  const std::map<std::size_t, HangulNumbering>& numberings_;
  std::map<std::size_t, std::array<int, HangulNumbering::kLevels>> counts_;  // by numbering; below a level's first number: none so far
  std::size_t outline_ = 1;
};

}  // namespace rag
