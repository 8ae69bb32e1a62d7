#include "ingest/code_mask.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace rag {
namespace {

using Quote = CodeLanguage::Quote;

class Masker {
 public:
  Masker(std::string_view text, const CodeLanguage& language) : text_(text), language_(language), mask_{std::string(text), std::string(text)} {}

  CodeMask run() {
    while (at_ < text_.size()) {
      if (!comment() && !directive() && !raw_string() && !string() && !regex()) ++at_;
    }
    return std::move(mask_);
  }

 private:
  bool begins(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  std::size_t line_end() const { return std::min(text_.find('\n', at_), text_.size()); }

  void blank(std::string& where, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      if (where[i] != '\n') where[i] = ' ';
  }
  bool skip_comment(std::size_t end) {
    blank(mask_.code, at_, end);
    blank(mask_.uncommented, at_, end);
    at_ = end;
    return true;
  }
  bool skip_string(std::size_t inner, std::size_t inner_end, std::size_t end) {
    blank(mask_.code, inner, inner_end);
    at_ = end;
    return true;
  }

  bool comment() {
    for (const Quote& block : language_.block_comments)
      if (begins(block.open)) {
        const std::size_t close = text_.find(block.close, at_ + block.open.size());
        return skip_comment(close == std::string_view::npos ? text_.size() : close + block.close.size());
      }
    for (const std::string_view opener : language_.line_comments)
      if (begins(opener) && (opener != "#" || at_ == 0 || std::isspace(static_cast<unsigned char>(text_[at_ - 1])))) {  // shell: $#, ${x#y}
        if (opener == "#" && begins("#[")) return false;                                                               // PHP: an attribute
        return skip_comment(line_end());
      }
    return false;
  }

  // #define and the like, with the lines they are continued on.
  bool directive() {
    if (!language_.preprocessor || text_[at_] != '#') return false;
    for (std::size_t i = at_; i > 0 && text_[i - 1] != '\n'; --i)
      if (text_[i - 1] != ' ' && text_[i - 1] != '\t') return false;
    std::size_t end = line_end();
    while (end < text_.size() && text_[end - 1] == '\\') end = std::min(text_.find('\n', end + 1), text_.size());
    return skip_string(at_, end, end);
  }

  bool raw_string() {
    if (!language_.raw_strings || !begins("R\"")) return false;
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos || open > at_ + 18) return false;
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const std::size_t found = text_.find(close, open);
    const std::size_t end = found == std::string_view::npos ? text_.size() : found;
    return skip_string(open, end, std::min(end + close.size(), text_.size()));
  }

  bool string() {
    for (const Quote& quote : language_.strings)
      if (begins(quote.open)) {
        if (language_.lifetimes && quote.open == "'" && !is_character()) return false;
        const std::size_t inner = at_ + quote.open.size();
        std::size_t i = inner;
        while (i < text_.size() && !text_.substr(i).starts_with(quote.close) && (quote.many_lines || text_[i] != '\n')) i += quote.escapes && text_[i] == '\\' ? 2 : 1;
        i = std::min(i, text_.size());
        return skip_string(inner, i, i < text_.size() && text_[i] != '\n' ? i + quote.close.size() : i);
      }
    return false;
  }

  // Rust: 'a' and '\n', and not the lifetime 'a.
  bool is_character() const {
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '\\') return true;
    const std::size_t close = text_.find('\'', at_ + 1);
    return close != std::string_view::npos && close > at_ + 1 && close - at_ <= 5 && (static_cast<unsigned char>(text_[at_ + 1]) >= 0x80 || close == at_ + 2);
  }

  // A slash where a value is expected: behind an operator or an opening bracket.
  bool regex() {
    if (!language_.regexes || text_[at_] != '/') return false;
    std::size_t before = at_;
    while (before > 0 && (text_[before - 1] == ' ' || text_[before - 1] == '\t')) --before;
    if (before > 0 && std::string_view("(,=:[!&|?{};\n").find(text_[before - 1]) == std::string_view::npos) return false;
    bool in_class = false;
    for (std::size_t i = at_ + 1; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == '[')
        in_class = true;
      else if (text_[i] == ']')
        in_class = false;
      else if (text_[i] == '/' && !in_class)
        return skip_string(at_ + 1, i, i + 1);
    }
    return false;
  }

  std::string_view text_;
  const CodeLanguage& language_;
  CodeMask mask_;
  std::size_t at_ = 0;
};

}  // namespace

CodeMask mask_code(std::string_view text, const CodeLanguage& language) { return Masker(text, language).run(); }

}  // namespace rag
