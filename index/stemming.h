#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace rag {

// One of 33 English function words ("the", "of", "with" ...), in lower case.
bool is_index_stop_word(std::string_view word);

// English stems (Snowball's Porter).  Remembers the words it met, because few words make up most of a text.
// Not safe to share between threads.
class Stemmer {
 public:
  Stemmer();
  ~Stemmer();
  // `word` is lower-case ASCII letters.  Valid until the next call.
  std::string_view stem(std::string_view word);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rag
