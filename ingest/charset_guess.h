#pragma once

#include <string>
#include <string_view>

namespace rag {

// The charset of bytes that are neither UTF-8 nor marked, or "" where none fits ("binary").  Names are iconv's.
//
// Validity alone decides little: most Korean files are valid in five charsets.  So each candidate decodes a sample and
// is scored by how common its characters are in real text (the 2,350 everyday syllables, the first-level Han
// characters, kana), which tells EUC-KR from GB2312 from Johab even where uchardet is wrong.
std::string guess_legacy_charset(std::string_view bytes, const std::string& declared);

// The name iconv wants for what files and mails write: "CP949" for "ks_c_5601-1987", else the name in capitals.
std::string standard_charset_name(const std::string& declared);

// "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE" for wide text without a byte order mark; "" where it is none.
std::string guess_wide_charset(std::string_view bytes);

}  // namespace rag
