#include "ingest/pdf_paint.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace rag {
namespace {

struct TextState {
  bool white = false;
  bool unmarked = false;
};

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }
bool is_delimiter(char c) { return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos; }

// Reads operands and operators; strings and names count as operands whose value does not matter.
class Operators {
 public:
  explicit Operators(std::string_view content) : content_(content) {}

  // The next operator, its operands in operands(); "" at the end.
  std::string_view next() {
    operands_.clear();
    while (at_ < content_.size()) {
      const char c = content_[at_];
      if (is_space(c))
        ++at_;
      else if (c == '%')
        at_ = std::min(content_.find_first_of("\r\n", at_), content_.size());
      else if (c == '(')
        skip_string();
      else if (is_delimiter(c))
        skip_delimited(c);
      else if (const std::string_view word = take_word(); !is_number(word))
        return word;
      else if (operands_.size() < 8)
        operands_.emplace_back(word);
    }
    return "";
  }
  const std::vector<std::string_view>& operands() const { return operands_; }

  // Behind ID stands the picture's data, up to EI between white space.
  void skip_inline_picture() {
    while ((at_ = content_.find("EI", at_)) != std::string_view::npos) {
      const bool begins = at_ > 0 && is_space(content_[at_ - 1]);
      at_ += 2;
      if (begins && (at_ >= content_.size() || is_space(content_[at_]))) return;
    }
    at_ = content_.size();
  }

 private:
  void skip_string() {
    int depth = 0;
    for (; at_ < content_.size(); ++at_) {
      const char c = content_[at_];
      if (c == '\\')
        ++at_;
      else if (c == '(')
        ++depth;
      else if (c == ')' && --depth == 0)
        break;
    }
    ++at_;
  }
  void skip_delimited(char c) {
    ++at_;
    if (c == '<' && (at_ >= content_.size() || content_[at_] != '<')) at_ = std::min(content_.find('>', at_), content_.size());
    if (c == '/') take_word();
  }
  std::string_view take_word() {
    const std::size_t begin = at_;
    while (at_ < content_.size() && !is_space(content_[at_]) && !is_delimiter(content_[at_])) ++at_;
    return content_.substr(begin, at_ - begin);
  }
  static bool is_number(std::string_view word) { return !word.empty() && word.find_first_not_of("0123456789+-.") == std::string_view::npos; }

  std::string_view content_;
  std::size_t at_ = 0;
  std::vector<std::string_view> operands_;
};

double number(std::string_view word) {
  try {
    return std::stod(std::string(word));
  } catch (const std::exception&) {
    return 0;
  }
}

bool all(const std::vector<std::string_view>& operands, std::size_t count, double low, double high) {
  return operands.size() == count &&
         std::all_of(operands.begin(), operands.end(), [&](std::string_view word) { return number(word) >= low && number(word) <= high; });
}

}  // namespace

bool may_hide_text(std::string_view content) {
  constexpr double kWhite = 0.94, kNoInk = 0.06;  // what a reader cannot tell from the paper
  constexpr std::size_t kDeepest = 256;
  TextState state;
  std::vector<TextState> saved;
  Operators operators(content);
  for (std::string_view name = operators.next(); !name.empty(); name = operators.next()) {
    const auto& operands = operators.operands();
    if (name == "q" && saved.size() < kDeepest) {
      saved.push_back(state);
    } else if (name == "Q" && !saved.empty()) {
      state = saved.back();
      saved.pop_back();
    } else if (name == "Tr") {
      state.unmarked = all(operands, 1, 3, 3) || all(operands, 1, 7, 7);
    } else if (name == "g") {
      state.white = all(operands, 1, kWhite, 1);
    } else if (name == "rg") {
      state.white = all(operands, 3, kWhite, 1);
    } else if (name == "k") {
      state.white = all(operands, 4, 0, kNoInk);
    } else if (name == "sc" || name == "scn") {
      // Its colour space is named elsewhere: grey or RGB by the count; four are inks.
      state.white = all(operands, 1, kWhite, 1) || all(operands, 3, kWhite, 1) || all(operands, 4, 0, kNoInk);
    } else if (name == "ID") {
      operators.skip_inline_picture();
    } else if ((state.white || state.unmarked) && (name == "Tj" || name == "TJ" || name == "'" || name == "\"")) {
      return true;
    }
  }
  return false;
}

}  // namespace rag
