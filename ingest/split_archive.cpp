#include "ingest/split_archive.h"

#include <algorithm>
#include <string>

#include "ingest/ascii_lower.h"

namespace rag {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view take_extension(std::string_view& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  const std::string_view extension = name.substr(dot + 1);
  name = name.substr(0, dot);
  return extension;
}

}  // namespace

bool is_named_as_part(std::string_view uri) {
  const std::string lower = ascii_lower(uri.substr(uri.rfind('/') + 1));
  std::string_view name = lower;
  const std::string_view last = take_extension(name);
  if (last.size() == 3 && (last[0] == 'z' || last[0] == 'r')) return is_number(last.substr(1));
  const std::string_view before = take_extension(name);
  if (last.size() == 3 && is_number(last))
    return before == "zip" || before == "7z" || before == "rar" || before == "tar" || before == "tgz" || before == "gz" || before == "alz" || before == "egg";
  return last == "rar" && before.starts_with("part") && is_number(before.substr(4));
}

}  // namespace rag
