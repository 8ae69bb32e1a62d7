#include "ingest/front_matter.h"

#include "core/text.h"

namespace rag {
namespace {

std::string unquote(std::string_view value) {
  value = trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front())
    value = value.substr(1, value.size() - 2);
  return std::string(trim(value));
}

bool is_key(std::string_view key) {
  if (key.empty() || key.size() > 64) return false;
  for (std::size_t i = 0; i < key.size();) {
    const char32_t c = next_code_point(key, i);
    if (!is_letter(c) && !is_digit(c) && c != '_' && c != '-' && c != '.') return false;
  }
  return true;
}

void add_values(std::string_view value, std::vector<std::string>& values) {
  value = trim(value);
  if (value.starts_with('[') && value.ends_with(']')) {
    value = value.substr(1, value.size() - 2);
    while (!value.empty()) {
      const std::size_t comma = std::min(value.find(','), value.size());
      if (std::string item = unquote(value.substr(0, comma)); !item.empty()) values.push_back(std::move(item));
      value.remove_prefix(std::min(comma + 1, value.size()));
    }
  } else if (std::string item = unquote(value); !item.empty() && item != "|" && item != ">" && item != "null" && item != "~") {
    values.push_back(std::move(item));
  }
}

}  // namespace

FrontMatter read_front_matter(std::string_view text) {
  FrontMatter front;
  const std::string_view fence = text.substr(0, 3);
  if ((fence != "---" && fence != "+++") || text.size() < 4) return front;
  const std::size_t first_end = text.find('\n');
  if (first_end == std::string_view::npos || !trim(text.substr(3, first_end - 3)).empty()) return front;
  const char separator = fence == "---" ? ':' : '=';
  std::string key;
  for (std::size_t at = first_end + 1; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = std::min(end + 1, text.size());
    if (trim(line) == fence) {
      front.end = at;
      break;
    }
    const std::string_view bare = trim(line);
    if (bare.empty() || bare[0] == '#') continue;
    if (bare.starts_with("- ") && !key.empty()) {
      add_values(bare.substr(2), front.metadata[key]);
      continue;
    }
    const std::size_t colon = line.find(separator);
    if (line[0] == ' ' || line[0] == '\t' || colon == std::string_view::npos) continue;
    key = std::string(trim(line.substr(0, colon)));
    if (!is_key(key))
      key.clear();
    else
      add_values(line.substr(colon + 1), front.metadata[key]);
  }
  if (front.end == 0) return {};  // a ruler at the beginning, not front matter
  std::erase_if(front.metadata, [](const auto& entry) { return entry.second.empty(); });
  if (const auto title = front.metadata.find("title"); title != front.metadata.end()) {
    front.title = title->second[0];
    front.metadata.erase(title);
  }
  return front;
}

}  // namespace rag
