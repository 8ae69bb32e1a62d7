#pragma once

#include <cstddef>
#include <string_view>

namespace rag {

// A piece of an RTF file.
struct RtfToken {
  enum class Kind {
    Open,    // {
    Close,   // }
    Word,    // \word or \word-12
    Symbol,  // \~ and the like: `text` is the character
    Byte,    // \'e9: `number` is the byte
    Text,    // what stands there, line ends left out
    End,
  };
  Kind kind = Kind::End;
  std::string_view text;
  int number = 0;
  bool has_number = false;
};

// Cuts RTF into tokens, one call each.  Never fails: what makes no sense is passed over; the data of \bin is.
class RtfTokens {
 public:
  explicit RtfTokens(std::string_view bytes) : bytes_(bytes) {}
  RtfToken next();

 private:
  RtfToken control();

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace rag
