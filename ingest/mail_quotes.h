#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// What a mail says itself, and what it quotes of the mail it answers.
struct FoldedMail {
  std::string own;     // short quotes stay between the answers to them; where a longer one stood there is a note of its length
  std::string quoted;  // one level of ">" taken off; "" where there is nothing long to fold, or nothing but a quote
};

// Quotes of up to this many lines stay where they are.
constexpr std::size_t kShortQuoteLines = 4;

// Finds ">" lines with the line that introduces them, and everything below "-----Original Message-----", "Forwarded message" or
// the headers that Outlook puts above a mail it answers (English, Korean, Japanese, Chinese, German, French, Spanish).
// `where` ends the note: "at the end of this message".
FoldedMail fold_quotes(std::string_view text, std::string_view where);

// The same for an HTML body, by the boxes that mail programs put quotes into.  Both parts are HTML.
FoldedMail fold_html_quotes(std::string_view html);

}  // namespace rag
