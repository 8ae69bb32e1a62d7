#include "ingest/code_outline.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include "core/text.h"
#include "ingest/code_shapes.h"

namespace rag {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

// Behind the bracket that closes the one at `at`, or the end.
std::size_t behind_bracket(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    depth += (text[at] == '(' || text[at] == '[') - (text[at] == ')' || text[at] == ']');
    if (depth == 0) return at + 1;
  }
  return at;
}

// @Override, @app.route("/x"), #[derive(Debug)], [Test]
std::string_view without_attributes(std::string_view header) {
  for (;;) {
    while (!header.empty() && is_space(header.front())) header.remove_prefix(1);
    std::size_t end = 0;
    if (header.starts_with("@")) {
      end = 1;
      while (end < header.size() && !is_space(header[end]) && header[end] != '(') ++end;
      if (end < header.size() && header[end] == '(') end = behind_bracket(header, end);
    } else if (header.starts_with("#[") || header.starts_with("[")) {
      end = behind_bracket(header, header.find('['));
    }
    if (end == 0 || end >= header.size()) return header;  // [section] of an INI file is all there is
    header.remove_prefix(end);
  }
}

std::string on_one_line(std::string_view header) {
  std::string text;
  for (const char c : without_attributes(header)) {
    if (!is_space(c))
      text += c;
    else if (!text.empty() && text.back() != ' ')
      text += ' ';
    if (text.size() > kMaxCodeHeading + 4) break;
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == ':' || text.back() == '{' || text.back() == '\\')) text.pop_back();
  if (text.size() <= kMaxCodeHeading) return text;
  text.resize(floor_to_character(text, kMaxCodeHeading));
  return text + "...";
}

// Up over the lines of comment and the decorators that stand directly above.
std::size_t with_comment_above(std::string_view text, std::string_view code, std::size_t begin, std::size_t floor) {
  std::size_t line = begin;
  while (line > 0 && text[line - 1] != '\n') --line;
  if (code.find_first_not_of(" \t", line) < begin) return begin;  // something else stands before it on the line
  while (line > floor) {
    std::size_t above = line - 1;
    while (above > floor && text[above - 1] != '\n') --above;
    const std::string_view words = text.substr(above, line - 1 - above);
    const std::size_t first = words.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) break;
    const std::size_t first_of_code = code.substr(above, line - 1 - above).find_first_not_of(" \t\r");
    if (first_of_code != std::string_view::npos && words[first] != '@' && !words.substr(first).starts_with("#[")) break;
    line = above;
  }
  return std::max(line, floor);
}

}  // namespace

std::vector<Heading> outline_of_code(std::string_view text, const std::string& media_type) {
  const CodeLanguage* language = find_code_language(media_type);
  if (!language) return {};
  const CodeMask mask = mask_code(text, *language);
  std::vector<Heading> headings;
  std::size_t floor = 0;
  for (const Definition& found : language->shape == CodeLanguage::Shape::Braces ? definitions_by_braces(mask, *language) : definitions_by_lines(mask, *language)) {
    std::string name = on_one_line(std::string_view(mask.uncommented).substr(found.header.begin, found.header.size()));
    if (name.empty()) continue;
    headings.push_back({with_comment_above(text, mask.code, found.header.begin, floor), found.level, std::move(name)});
    floor = found.header.end;
  }
  return headings;
}

}  // namespace rag
