#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

struct DecodedText {
  std::string text;                // UTF-8 in NFC, '\n' line ends, no byte order mark, no NUL
  std::string charset;             // "UTF-8", "EUC-KR", "CP949", "UTF-16LE" ... as iconv writes it
  std::size_t replaced = 0;        // pieces that meant nothing in that charset and became U+FFFD
  std::size_t first_bad_byte = 0;  // where the first of them stands in the input

  bool lossless() const { return replaced == 0; }
};

// Decodes a text whose charset nobody is sure of: byte order mark first, then valid UTF-8, then what the bytes look most like; where only
// some lines are valid UTF-8 and the others look like one other charset, each line in its own ("UTF-8+CP949").
// `declared` is what the file says of itself ("euc-kr" in a <meta>); it tips the scales, but bytes that contradict it win.
// Throws Error(Ingest) "binary data, not text" for what is no text in any charset.
DecodedText decode_text(std::string_view bytes, const std::string& declared = "");

// The same where the charset is known.  Throws Error(Ingest) for a charset this system does not have.
DecodedText decode_as(std::string_view bytes, const std::string& charset);

// NFC, '\n' line ends, no control characters but tab and line feed; what is not valid UTF-8 becomes U+FFFD.
std::string clean_text(std::string_view text);

}  // namespace rag
