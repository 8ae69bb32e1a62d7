#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rag {

// The charsets of an RTF file's bytes: of the file (\ansicpg949) and of its fonts (\fcharset129, \cpg949).
class RtfFonts {
 public:
  void set_default(int code_page);
  void set_charset(int font, int fcharset);
  void set_code_page(int font, int code_page);

  // UTF-8 of bytes set in `font`; counts in `replaced` what means nothing there.
  std::string decode(std::string_view bytes, int font, std::size_t& replaced);

 private:
  std::string default_ = "CP1252";
  std::map<int, std::string> by_font_;

  // Short runs of lossless bytes already decoded in the charset last used: some programs write a word at a time, and opening a
  // decoder takes longer than decoding.
  std::string known_charset_;
  std::unordered_map<std::string, std::string> known_;
};

}  // namespace rag
