#include "retrieve/eval/lines.h"

#include <fstream>

#include "core/error.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";

std::string_view strip(std::string_view field) {
  const std::size_t begin = field.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

void fail_at_line(const std::filesystem::path& file, std::size_t number, const std::string& problem) {
  throw Error(ErrorKind::Usage, file.string() + ":" + std::to_string(number) + ": " + problem);
}

void for_each_line(const std::filesystem::path& file, const std::function<void(std::string_view, std::size_t)>& visit) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error(ErrorKind::Usage, file.string() + ": a folder, expected a file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::Usage, file.string() + ": no such file, or it cannot be read; check the path");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    std::string_view view = line;
    if (number == 1 && view.starts_with("\xEF\xBB\xBF")) view.remove_prefix(3);
    if (view.ends_with('\r')) view.remove_suffix(1);
    if (strip(view).empty()) continue;
    if (const auto bad = find_invalid_utf8(view))
      fail_at_line(file, number, "invalid UTF-8 at byte " + std::to_string(*bad + 1) + " of the line; save the file as UTF-8");
    visit(view, number);
  }
  if (in.bad()) throw Error(ErrorKind::Io, file.string() + ": reading stopped half-way; check the disk");
}

std::vector<std::string_view> split_tabs(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = 0;;) {
    const std::size_t tab = line.find('\t', begin);
    fields.push_back(strip(line.substr(begin, tab == std::string_view::npos ? tab : tab - begin)));
    if (tab == std::string_view::npos) return fields;
    begin = tab + 1;
  }
}

std::vector<std::string_view> split_white_space(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = line.find_first_not_of(kBlanks); begin != std::string_view::npos;) {
    const std::size_t end = line.find_first_of(kBlanks, begin);
    fields.push_back(line.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) break;
    begin = line.find_first_not_of(kBlanks, end);
  }
  return fields;
}

}  // namespace rag
