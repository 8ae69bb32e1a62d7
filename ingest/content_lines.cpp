#include "ingest/content_lines.h"

#include <algorithm>

#include "core/text.h"
#include "ingest/charset.h"

namespace rag {
namespace {

std::string ascii_upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return upper;
}

int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

std::string undo_quoted_printable(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    bytes += coded ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return bytes;
}

// The first `mark` outside of double quotes.
std::size_t find_unquoted(std::string_view text, std::string_view marks, std::size_t from) {
  bool quoted = false;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && marks.find(text[i]) != std::string_view::npos) return i;
  }
  return std::string_view::npos;
}

void add_parameter(std::string_view text, ContentLine& line) {
  const std::size_t equals = text.find('=');
  std::string value(equals == std::string_view::npos ? text : text.substr(equals + 1));
  std::erase(value, '"');
  line.parameters.emplace_back(equals == std::string_view::npos ? "TYPE" : ascii_upper(text.substr(0, equals)), std::move(value));
}

bool is_quoted_printable(const ContentLine& line) {
  return std::any_of(line.parameters.begin(), line.parameters.end(), [](const auto& parameter) { return ascii_upper(parameter.second) == "QUOTED-PRINTABLE"; });
}

bool parse(std::string_view text, ContentLine& line) {
  std::size_t at = text.find_first_of(";:");
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view name = text.substr(0, at);
  line.name = ascii_upper(name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1));
  while (text[at] == ';') {
    const std::size_t end = find_unquoted(text, ";:", at + 1);
    if (end == std::string_view::npos) return false;
    add_parameter(text.substr(at + 1, end - at - 1), line);
    at = end;
  }
  line.value = text.substr(at + 1);
  return true;
}

}  // namespace

std::string ContentLine::parameter(std::string_view of) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& it) { return it.first == of; });
  return found == parameters.end() ? "" : found->second;
}

std::vector<std::string> ContentLine::parameter_values(std::string_view of) const {
  std::vector<std::string> values;
  for (const auto& [key, list] : parameters)
    if (key == of)
      for (std::string& part : content_fields(list, ',')) values.push_back(std::move(part));
  return values;
}

void each_content_line(std::string_view text, const std::function<void(const ContentLine&)>& use) {
  const auto line_at = [&](std::size_t at) { return text.substr(at, std::min(text.find('\n', at), text.size()) - at); };
  const auto without_return = [](std::string_view line) { return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line; };
  for (std::size_t at = 0; at < text.size();) {
    std::string_view raw = line_at(at);
    std::string whole(without_return(raw));
    at += raw.size() + 1;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) {
      raw = line_at(at);
      whole += without_return(raw).substr(1);
      at += raw.size() + 1;
    }
    ContentLine line;
    if (!parse(whole, line)) continue;
    if (is_quoted_printable(line)) {
      // Folded its own way: a '=' at the end.
      while (line.value.ends_with('=') && at < text.size()) {
        raw = line_at(at);
        line.value.pop_back();
        line.value += without_return(raw);
        at += raw.size() + 1;
      }
      line.value = decode_text(undo_quoted_printable(line.value), line.parameter("CHARSET")).text;
    }
    use(line);
  }
}

std::string content_text(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    ++i;
    text += value[i] == 'n' || value[i] == 'N' ? '\n' : value[i];
  }
  return text;
}

std::vector<std::string> content_fields(std::string_view value, char separator) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i + 1 < value.size() && value[i] == '\\') {
      ++i;
      continue;
    }
    if (i < value.size() && value[i] != separator) continue;
    fields.push_back(content_text(value.substr(begin, std::min(i, value.size()) - begin)));
    begin = i + 1;
  }
  return fields;
}

}  // namespace rag
