#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "ingest/code_shapes.h"

namespace rag {
namespace {

constexpr std::array<std::string_view, 22> kModifiers = {"public", "private", "protected", "internal", "static",  "abstract", "final",  "sealed",
                                                            "open",   "data",    "partial",   "inline",   "export",  "default",  "const",  "readonly",
                                                            "type",   "typedef", "declare",   "pub",      "unsafe",  "template"};

constexpr std::array<std::string_view, 34> kNoFunctions = {
    "if",    "else",   "for",   "foreach", "while",  "do",     "switch", "case",  "default", "try",    "catch",         "finally",
    "return", "match",  "when",  "with",    "using",  "lock",   "new",    "guard", "defer",   "select", "go",            "loop",
    "throw", "assert", "await", "unless",  "until",  "repeat", "elif",   "elsif", "static_assert", "synchronized"};

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

// The words of a header that stand in no bracket, up to the first `(` or `=` there.
struct HeaderWords {
  std::vector<std::string_view> before;
  bool parenthesis = false;  // there is a `(`
  bool assigned = false;     // a `=` before it
  bool pointer = false;      // a `*` or `&` before it
};

HeaderWords words_of(std::string_view header) {
  HeaderWords words;
  int depth = 0;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const char c = header[i];
    if (c == '(' && depth == 0) {
      words.parenthesis = true;
      break;
    }
    if (c == '[' || c == '<') ++depth;
    if ((c == ']' || c == '>') && depth > 0) --depth;
    if (depth > 0) continue;
    if (c == '=') words.assigned = true;
    if (c == '*' || c == '&') words.pointer = true;
    if (in_name(c) && !words.assigned) {
      const std::size_t begin = i;
      while (i + 1 < header.size() && in_name(header[i + 1])) ++i;
      words.before.push_back(header.substr(begin, i + 1 - begin));
    }
  }
  return words;
}

bool contains(const auto& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

enum class Kind { Block, Function, Container, Transparent };

Kind kind_of(std::string_view header, const CodeLanguage& language) {
  if (header.empty() || std::string_view(",.=)]&|?:+-;").find(header.front()) != std::string_view::npos) return Kind::Block;
  const HeaderWords words = words_of(header);
  const auto container = std::find_if(words.before.begin(), words.before.end(), [&](std::string_view word) { return contains(language.containers, word); });
  if (container != words.before.end() && !words.assigned) {
    const auto is_name = [&](std::string_view word) { return !contains(language.containers, word) && !contains(kModifiers, word); };
    // struct Point* nearest(...) is a function, class Point(x: Int) and class Point : Base(x) are not.
    const bool returned = words.parenthesis && (words.pointer || std::count_if(container, words.before.end(), is_name) > 1) && header.find(':') > header.find('(');
    if (returned) return Kind::Function;
    const bool named = std::any_of(words.before.begin(), words.before.end(), is_name) || header.find('"') != std::string_view::npos;
    return named && *container != "extern" ? Kind::Container : Kind::Transparent;
  }
  if (header.find("operator") != std::string_view::npos) return Kind::Function;
  if (words.before.empty() || contains(kNoFunctions, words.before.front())) return Kind::Block;
  const bool value = header.find("=>") != std::string_view::npos || header.find("function") != std::string_view::npos;  // const add = (a, b) => {
  if (words.assigned) return !language.semicolons && value ? Kind::Function : Kind::Block;
  return words.parenthesis ? Kind::Function : Kind::Block;
}

class BraceScan {
 public:
  BraceScan(const CodeMask& mask, const CodeLanguage& language) : code_(mask.code), language_(language) {}

  std::vector<Definition> run() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      const char c = code_[at_];
      if (c == '(' || c == '[') ++brackets_;
      if ((c == ')' || c == ']') && brackets_ > 0) --brackets_;
      if (c == '{') open();
      if (c == '}') close();
      if (c == ';' && brackets_ == 0) statement_ = at_ + 1;
    }
    return std::move(found_);
  }

 private:
  struct Scope {
    bool container;
    bool named;
    std::size_t brackets;  // round and square ones open around it
  };

  void open() {
    Kind kind = Kind::Block;
    if (brackets_ == 0 && scopes_.size() < kMaxDepth && std::all_of(scopes_.begin(), scopes_.end(), [](const Scope& scope) { return scope.container; })) {
      const Span header = header_before(at_);
      kind = kind_of(std::string_view(code_).substr(header.begin, header.size()), language_);
      if (kind == Kind::Function || kind == Kind::Container)
        found_.push_back({header, 1 + static_cast<int>(std::count_if(scopes_.begin(), scopes_.end(), [](const Scope& scope) { return scope.named; }))});
    }
    if (scopes_.size() < kMaxDepth)
      scopes_.push_back({kind == Kind::Container || kind == Kind::Transparent, kind == Kind::Container, brackets_});
    else
      ++deeper_;
    brackets_ = 0;
    statement_ = at_ + 1;
  }

  void close() {
    statement_ = at_ + 1;
    brackets_ = 0;
    if (deeper_ > 0) {
      --deeper_;
    } else if (!scopes_.empty()) {
      brackets_ = scopes_.back().brackets;
      scopes_.pop_back();
    }
  }

  // Back to the statement before; where nothing says where that ends, the line, and those above that open its brackets.
  Span header_before(std::size_t brace) const {
    std::size_t begin = statement_;
    if (!language_.semicolons) {
      std::size_t line = brace;
      for (int open = 0;;) {
        const std::size_t above = line == 0 ? std::string::npos : code_.rfind('\n', line - 1);
        const std::size_t start = above == std::string::npos ? 0 : above + 1;
        for (std::size_t i = std::max(start, statement_); i < line; ++i) open += (code_[i] == ')') - (code_[i] == '(');
        const bool blank = code_.find_first_not_of(" \t\r", std::max(start, statement_)) >= brace;
        if (start <= statement_) break;
        begin = start;
        if (above == std::string::npos || (open <= 0 && !blank)) break;
        line = above;
      }
      begin = std::max(begin, statement_);
    }
    while (begin < brace && std::isspace(static_cast<unsigned char>(code_[begin]))) ++begin;
    begin = behind_labels(begin, brace);
    std::size_t end = brace;
    while (end > begin && std::isspace(static_cast<unsigned char>(code_[end - 1]))) --end;
    return {begin, end};
  }

  // public: and the like.
  std::size_t behind_labels(std::size_t begin, std::size_t end) const {
    for (;;) {
      std::size_t i = begin;
      while (i < end && (in_name(code_[i]) || code_[i] == ' ')) ++i;
      if (!language_.preprocessor || i == begin || i + 1 >= end || code_[i] != ':' || code_[i + 1] == ':') return begin;
      const std::string_view label(code_.data() + begin, i - begin);
      if (!label.starts_with("public") && !label.starts_with("private") && !label.starts_with("protected") && !label.starts_with("signals")) return begin;
      begin = i + 1;
      while (begin < end && std::isspace(static_cast<unsigned char>(code_[begin]))) ++begin;
    }
  }

  static constexpr std::size_t kMaxDepth = 200;

  const std::string& code_;
  const CodeLanguage& language_;
  std::vector<Definition> found_;
  std::vector<Scope> scopes_;
  std::size_t deeper_ = 0;
  std::size_t brackets_ = 0;
  std::size_t statement_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Definition> definitions_by_braces(const CodeMask& mask, const CodeLanguage& language) { return BraceScan(mask, language).run(); }

}  // namespace rag
