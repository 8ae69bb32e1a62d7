#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// UTF-8 of a mail's text part.  A mail is often too short to guess from, so what it says of itself counts for more than in
// decode_text(); bytes that contradict it still win.  Never throws: bytes that mean nothing become U+FFFD and are counted.
std::string decode_mail_text(std::string_view bytes, const std::string& declared, std::size_t& replaced);

// A header's raw value as UTF-8 with its encoded words still in place, their charsets named as iconv wants them (mail says
// "ks_c_5601-1987" and means CP949).
std::string prepare_mail_header(std::string_view raw);

}  // namespace rag
