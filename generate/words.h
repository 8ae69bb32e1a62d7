#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

enum class WordKind { Latin, Number, Hangul, Han, Kana };

// A run of letters or digits of one script.
struct Word {
  std::string text;  // NFKC, case kept
  WordKind kind = WordKind::Latin;
  bool starts_sentence = false;  // first of the text, or after a full stop, a colon, a bullet, an opening quote or bracket
};

// Numbers lose their thousands commas ("1,500" is "1500"); letters and digits written together ("Q3", "B12") are one Latin word.
std::vector<Word> words_of(std::string_view text);

bool is_stop_word(std::string_view folded);

// Words that say what form the answer has rather than what it is about: "key aspects", "process", "년도", "이유".
bool is_frame_word(std::string_view folded);

// "휴가는" -> "휴가", "신청하려면" -> "신청"; "" where only grammar is left ("있나요").
std::string strip_korean(const std::string& word);

}  // namespace rag
