#include "ingest/rtf_tokens.h"

#include <algorithm>

namespace rag {
namespace {

bool is_letter_of_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_decimal(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

RtfToken RtfTokens::next() {
  while (at_ < bytes_.size() && (bytes_[at_] == '\r' || bytes_[at_] == '\n' || bytes_[at_] == '\0')) ++at_;
  if (at_ >= bytes_.size()) return {};
  const char c = bytes_[at_];
  if (c == '{' || c == '}') return {c == '{' ? RtfToken::Kind::Open : RtfToken::Kind::Close, bytes_.substr(at_++, 1)};
  if (c == '\\') {
    ++at_;
    return control();
  }
  const std::size_t end = std::min(bytes_.find_first_of(std::string_view("{}\\\r\n\0", 6), at_), bytes_.size());
  const std::string_view text = bytes_.substr(at_, end - at_);
  at_ = end;
  return {RtfToken::Kind::Text, text};
}

RtfToken RtfTokens::control() {
  if (at_ >= bytes_.size()) return {};
  const std::size_t begin = at_;
  if (bytes_[at_] == '\'') {
    const int high = at_ + 1 < bytes_.size() ? hex_value(bytes_[at_ + 1]) : -1,
              low = at_ + 2 < bytes_.size() ? hex_value(bytes_[at_ + 2]) : -1;
    if (high < 0 || low < 0) {
      ++at_;
      return {RtfToken::Kind::Symbol, bytes_.substr(begin, 1)};
    }
    at_ += 3;
    return {RtfToken::Kind::Byte, bytes_.substr(begin, 3), high * 16 + low, true};
  }
  if (!is_letter_of_word(bytes_[at_])) return {RtfToken::Kind::Symbol, bytes_.substr(at_++, 1)};
  while (at_ < bytes_.size() && is_letter_of_word(bytes_[at_])) ++at_;
  RtfToken word{RtfToken::Kind::Word, bytes_.substr(begin, at_ - begin)};
  const bool negative = at_ + 1 < bytes_.size() && bytes_[at_] == '-' && is_decimal(bytes_[at_ + 1]);
  if (negative) ++at_;
  for (; at_ < bytes_.size() && is_decimal(bytes_[at_]); ++at_) {
    word.has_number = true;
    if (word.number < 100'000'000) word.number = word.number * 10 + (bytes_[at_] - '0');
  }
  if (negative) word.number = -word.number;
  if (at_ < bytes_.size() && bytes_[at_] == ' ') ++at_;
  if (word.text == "bin" && word.number > 0) at_ += std::min(static_cast<std::size_t>(word.number), bytes_.size() - at_);
  return word;
}

}  // namespace rag
