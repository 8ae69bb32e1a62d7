#include "cli/toml_edit.h"

#include <toml++/toml.h>

#include <sstream>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace rag::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// "[search]" -> "search"; of "[[list]]" and the like the whole line, which is no table of ours.
std::string table_of(const std::string& line) {
  const std::string bare(trim(line.substr(0, line.find('#'))));
  return bare.size() > 2 && bare.back() == ']' && bare[1] != '[' ? std::string(trim(bare.substr(1, bare.size() - 2))) : bare;
}

bool sets(const std::string& line, const std::string& key) {
  const std::size_t equals = line.find('=');
  return equals != std::string::npos && trim(line.substr(0, equals)) == key;
}

// Where the comment behind a plain value begins, the blanks before it included; the line's end where there is none.
std::size_t comment_of(const std::string& line) {
  char quote = 0;
  for (std::size_t i = line.find('=') + 1; i < line.size(); ++i) {
    if (quote == 0 && line[i] == '#') return line.find_last_not_of(" \t", i - 1) + 1;
    if (quote == 0 && (line[i] == '"' || line[i] == '\'')) quote = line[i];
    else if (line[i] == quote) quote = 0;
    else if (quote == '"' && line[i] == '\\') ++i;
  }
  return line.size();
}

void set(std::vector<std::string>& lines, const std::string& table, const std::string& key, const std::string& value) {
  std::string here;
  std::size_t behind = table.empty() ? 0 : lines.size();  // where a new line of that table goes
  bool found = table.empty();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool is_header = trim(lines[i]).starts_with('[');
    if (is_header) here = table_of(lines[i]);
    if (here != table || (is_header && table.empty())) continue;
    if (!is_header && sets(lines[i], key)) {
      const std::string begin = lines[i].substr(0, lines[i].find('=') + 1), rest = lines[i].substr(comment_of(lines[i]));
      lines[i] = begin + " " + value + rest;
      return;
    }
    if (!trim(lines[i]).empty()) behind = i + 1;
    found = true;
  }
  if (!found) {
    if (!lines.empty() && !trim(lines.back()).empty()) lines.emplace_back();
    lines.push_back("[" + table + "]");
    behind = lines.size();
  }
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(behind), key + " = " + value);
}

toml::table parsed(const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& trouble) {
    throw Error(ErrorKind::Usage, "line " + std::to_string(trouble.source().begin.line) + ": not TOML: " + std::string(trouble.description()));
  }
}

std::string printed(const toml::table& table, const std::string& key) {
  std::ostringstream out;
  if (const auto node = table.at_path(key)) node.visit([&](const auto& value) { out << value; });
  return out.str();
}

}  // namespace

std::string with_settings(const std::string& toml, const std::map<std::string, std::string>& settings) {
  parsed(toml);
  std::vector<std::string> lines = lines_of(toml);
  for (const auto& [name, value] : settings) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) set(lines, "", name, value);
    else set(lines, name.substr(0, dot), name.substr(dot + 1), value);
  }
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  // Dotted keys, inline tables and strings of several lines are read otherwise than they look: then better nothing than half of it.
  const std::string problem = "a setting stands in another form than \"key = value\" below its table; change it by hand";
  toml::table changed;
  try {
    changed = parsed(text);
  } catch (const Error&) {
    throw Error(ErrorKind::Usage, problem);
  }
  for (const auto& [name, value] : settings)
    if (printed(changed, name) != printed(parsed("x = " + value), "x")) throw Error(ErrorKind::Usage, problem);
  return text;
}

}  // namespace rag::cli
