#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rag {

// The lines of an open file, one after the other in constant memory, whatever their length.
class LineSource {
 public:
  struct Line {
    std::string_view text;  // without its line feed; valid until the next call.  Empty where it is too long.
    bool too_long = false;
    bool ended = true;      // false: a piece of a line that is too long, which goes on
  };

  // Reads on from where `file` stands; it must outlive this.
  LineSource(int file, std::size_t max_line_bytes);

  // The next line, or the next piece of one that is too long; nothing behind the last.  Throws Error(Io) where reading fails.
  std::optional<Line> next();

  std::uint64_t bytes() const { return bytes_; }  // taken so far, line feeds included

 private:
  bool fill();

  int file_;
  std::size_t max_line_bytes_;
  std::uint64_t bytes_ = 0;
  std::string buffer_;       // of the file, from at_ on not yet taken
  std::size_t at_ = 0;
  std::string beginning_;    // of a line that began in an earlier buffer
  bool in_long_line_ = false;
};

}  // namespace rag
