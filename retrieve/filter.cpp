#include "retrieve/filter.h"

#include <optional>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "retrieve/excerpt.h"
#include "retrieve/filter_condition.h"

namespace rag {
namespace {

constexpr std::size_t kMaxDepth = 64;  // of parentheses; nobody means more, and the parser calls itself once for each

class All : public Filter {
 public:
  explicit All(std::vector<std::unique_ptr<Filter>> parts) : parts_(std::move(parts)) {}
  bool accepts(const DocumentRecord& document) const override {
    for (const auto& part : parts_)
      if (!part->accepts(document)) return false;
    return true;
  }

 private:
  std::vector<std::unique_ptr<Filter>> parts_;
};

class Any : public Filter {
 public:
  explicit Any(std::vector<std::unique_ptr<Filter>> parts) : parts_(std::move(parts)) {}
  bool accepts(const DocumentRecord& document) const override {
    for (const auto& part : parts_)
      if (part->accepts(document)) return true;
    return false;
  }

 private:
  std::vector<std::unique_ptr<Filter>> parts_;
};

class Not : public Filter {
 public:
  explicit Not(std::unique_ptr<Filter> part) : part_(std::move(part)) {}
  bool accepts(const DocumentRecord& document) const override { return !part_->accepts(document); }

 private:
  std::unique_ptr<Filter> part_;
};

class Condition : public Filter {
 public:
  explicit Condition(FilterCondition condition) : condition_(std::move(condition)) {}
  bool accepts(const DocumentRecord& document) const override { return condition_.accepts(document); }

 private:
  FilterCondition condition_;
};

struct Token {
  enum class Kind { End, Open, Close, Operator, Word, Quoted } kind = Kind::End;
  std::size_t begin = 0;  // byte in the expression
  std::string text;       // of a word, an operator; a quoted text without its quotes
};

class Parser {
 public:
  explicit Parser(std::string_view expression) : expression_(expression) {
    if (const auto bad = find_invalid_utf8(expression)) fail(*bad, "invalid UTF-8, expected text");
    advance();
  }

  std::unique_ptr<Filter> parse() {
    std::unique_ptr<Filter> filter = parse_or();
    if (token_.kind == Token::Kind::Close) fail(token_.begin, "found ')' without its '('");
    if (token_.kind != Token::Kind::End) fail(token_.begin, "found " + shown(token_) + ", expected AND, OR or the end");
    return filter;
  }

 private:
  // Errors count characters from 1, as an editor shows columns.
  [[noreturn]] void fail(std::size_t byte, const std::string& problem) const {
    std::size_t column = 1;
    for (std::size_t i = 0; i < byte && i < expression_.size(); ++i) column += (expression_[i] & 0xC0) != 0x80;
    if (byte < expression_.size() && (expression_[byte] & 0xC0) == 0x80 && column > 1) --column;
    throw Error(ErrorKind::Usage, "filter, column " + std::to_string(column) + ": " + problem +
                                      "; write it like  ext=pdf AND (dept=hr OR dept=\"human resources\") AND year>=2024");
  }

  static std::string shown(const Token& token) {
    if (token.kind == Token::Kind::End) return "the end";
    if (token.kind == Token::Kind::Open) return "'('";
    if (token.kind == Token::Kind::Close) return "')'";
    const char quote = token.kind == Token::Kind::Quoted ? '"' : '\'';
    return quote + excerpt(token.text) + quote;
  }

  static bool is_operator_start(std::string_view rest) {
    return rest[0] == '=' || rest[0] == '<' || rest[0] == '>' || rest[0] == '~' || rest.starts_with("!=");
  }

  void advance() {
    while (at_ < expression_.size()) {
      std::size_t next = at_;
      if (!is_space(next_code_point(expression_, next))) break;
      at_ = next;
    }
    token_ = Token{.begin = at_};
    if (at_ == expression_.size()) return;
    const std::string_view rest = expression_.substr(at_);
    if (rest[0] == '(' || rest[0] == ')') {
      token_.kind = rest[0] == '(' ? Token::Kind::Open : Token::Kind::Close;
      ++at_;
    } else if (is_operator_start(rest)) {
      token_.kind = Token::Kind::Operator;
      const bool two = rest.size() > 1 && rest[1] == '=' && rest[0] != '=' && rest[0] != '~';
      token_.text = rest.substr(0, two ? 2 : 1);
      at_ += token_.text.size();
    } else if (rest[0] == '"' || rest[0] == '\'') {
      read_quoted(rest[0]);
    } else {
      read_word();
    }
  }

  void read_quoted(char quote) {
    token_.kind = Token::Kind::Quoted;
    for (std::size_t i = at_ + 1; i < expression_.size(); ++i) {
      const char c = expression_[i];
      if (c == quote) {
        at_ = i + 1;
        return;
      }
      const char next = i + 1 < expression_.size() ? expression_[i + 1] : '\0';
      if (c == '\\' && (next == '"' || next == '\'' || next == '\\')) ++i;
      token_.text += expression_[i];
    }
    fail(at_, std::string("a quote that is never closed, expected another ") + quote);
  }

  // A quote in the middle of a word is an apostrophe.
  void read_word() {
    token_.kind = Token::Kind::Word;
    std::size_t end = at_;
    while (end < expression_.size()) {
      const std::string_view rest = expression_.substr(end);
      if (rest[0] == '(' || rest[0] == ')' || is_operator_start(rest)) break;
      std::size_t next = end;
      if (is_space(next_code_point(expression_, next))) break;
      end = next;
    }
    token_.text = expression_.substr(at_, end - at_);
    at_ = end;
  }

  bool is_keyword(std::string_view keyword) const {
    if (token_.kind != Token::Kind::Word || token_.text.size() != keyword.size()) return false;
    for (std::size_t i = 0; i < keyword.size(); ++i)
      if ((token_.text[i] & ~0x20) != keyword[i]) return false;
    return true;
  }
  bool is_any_keyword() const { return is_keyword("AND") || is_keyword("OR") || is_keyword("NOT"); }

  std::unique_ptr<Filter> parse_or() {
    std::vector<std::unique_ptr<Filter>> parts;
    parts.push_back(parse_and());
    while (is_keyword("OR")) {
      advance();
      parts.push_back(parse_and());
    }
    if (parts.size() == 1) return std::move(parts[0]);
    return std::make_unique<Any>(std::move(parts));
  }

  std::unique_ptr<Filter> parse_and() {
    std::vector<std::unique_ptr<Filter>> parts;
    parts.push_back(parse_not());
    while (is_keyword("AND")) {
      advance();
      parts.push_back(parse_not());
    }
    if (parts.size() == 1) return std::move(parts[0]);
    return std::make_unique<All>(std::move(parts));
  }

  // A loop, so that a row of thousands of NOTs needs no stack.
  std::unique_ptr<Filter> parse_not() {
    bool negated = false;
    for (; is_keyword("NOT"); advance()) negated = !negated;
    std::unique_ptr<Filter> part = token_.kind == Token::Kind::Open ? parse_group() : parse_condition();
    if (!negated) return part;
    return std::make_unique<Not>(std::move(part));
  }

  std::unique_ptr<Filter> parse_group() {
    const std::size_t open = token_.begin;
    if (++depth_ > kMaxDepth) fail(open, "more than " + std::to_string(kMaxDepth) + " parentheses inside one another");
    advance();
    std::unique_ptr<Filter> inside = parse_or();
    if (token_.kind == Token::Kind::End) fail(open, "found '(' without its ')'");
    if (token_.kind != Token::Kind::Close) fail(token_.begin, "found " + shown(token_) + ", expected AND, OR or ')'");
    --depth_;
    advance();
    return inside;
  }

  std::unique_ptr<Filter> parse_condition() {
    const bool named = token_.kind == Token::Kind::Quoted || (token_.kind == Token::Kind::Word && !is_any_keyword());
    if (!named || token_.text.empty()) fail(token_.begin, "found " + shown(token_) + ", expected a key such as ext, path or dept");
    const Token key = std::exchange(token_, {});
    advance();
    if (token_.kind != Token::Kind::Operator)
      fail(token_.begin, "found " + shown(token_) + " after " + shown(key) + ", expected one of = != < <= > >= ~");
    const Token comparison = std::exchange(token_, {});
    advance();
    if (is_any_keyword())
      fail(token_.begin,
           "found " + shown(token_) + ", expected a value after " + comparison.text + " (in quotes where that word is the value)");
    if (token_.kind != Token::Kind::Word && token_.kind != Token::Kind::Quoted)
      fail(token_.begin,
           "found " + shown(token_) + ", expected a value after " + comparison.text + " (in quotes where it holds operators)");
    FilterCondition condition = make_condition(key.text, comparison.text);
    advance();
    return std::make_unique<Condition>(std::move(condition));
  }

  FilterCondition make_condition(const std::string& key, const std::string& comparison) const {
    const Comparison kind = comparison == "="    ? Comparison::Equal
                            : comparison == "!=" ? Comparison::NotEqual
                            : comparison == "<"  ? Comparison::Less
                            : comparison == "<=" ? Comparison::LessEqual
                            : comparison == ">"  ? Comparison::Greater
                            : comparison == ">=" ? Comparison::GreaterEqual
                                                 : Comparison::Matches;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < token_.text.size(); ++characters) next_code_point(token_.text, i);
    if (kind == Comparison::Matches && characters > kMaxPatternCharacters)
      fail(token_.begin,
           "a pattern of " + std::to_string(characters) + " characters, expected at most " + std::to_string(kMaxPatternCharacters));
    return FilterCondition(key, kind, token_.text);
  }

  std::string_view expression_;
  std::size_t at_ = 0;  // behind token_
  Token token_;
  std::size_t depth_ = 0;
};

}  // namespace

std::unique_ptr<Filter> parse_filter(std::string_view expression) {
  if (!find_invalid_utf8(expression) && trim(expression).empty()) return nullptr;
  return Parser(expression).parse();
}

}  // namespace rag
