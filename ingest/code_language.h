#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// As much of a programming language as is needed to find its functions and classes: what is comment or string, and what a definition
// looks like.
struct CodeLanguage {
  // Braces: a header before `{`.  Lines: a line that begins with one of `openers`, nested by indentation.
  enum class Shape { Braces, Lines };

  struct Quote {
    std::string_view open;
    std::string_view close;
    bool many_lines = false;
    bool escapes = true;  // a backslash takes the meaning from what follows
  };

  Shape shape = Shape::Braces;
  std::vector<std::string_view> line_comments;
  std::vector<Quote> block_comments;
  std::vector<Quote> strings;                // the longest opener first
  std::vector<std::string_view> openers;     // Lines: what a definition's line begins with, with the blank behind it where one must follow
  std::vector<std::string_view> containers;  // words (Braces) or openers (Lines) of what may hold further definitions, as functions may not
  bool semicolons = true;                    // Braces: a statement ends with one, so a header may have many lines
  bool preprocessor = false;                 // lines that begin with # are no code
  bool raw_strings = false;                  // C++: R"x(...)x"
  bool lifetimes = false;                    // Rust: ' may begin something that has no end
  bool regexes = false;                      // JavaScript: /.../ where a value may stand
};

// Null where the language's shape is not known.
const CodeLanguage* find_code_language(const std::string& media_type);

}  // namespace rag
