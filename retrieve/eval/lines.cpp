#include "retrieve/eval/lines.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::string_view kBlanks = " \t\v\f\r";

std::string_view strip(std::string_view field) {
  const std::size_t begin = field.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return field.substr(begin, field.find_last_not_of(kBlanks) - begin + 1);
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); }

// A pipe is read to its end, so that `--run <(zcat FILE)` works.
std::string bytes_of(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw Error(ErrorKind::Usage, file.string() + ": a folder, expected a file");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Error(ErrorKind::Usage, file.string() + ": no such file, or it cannot be read; check the path");
  std::string bytes;
  if (std::filesystem::is_regular_file(file, ignored)) {
    bytes = read_file(file);
  } else {
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    if (in.bad()) throw Error(ErrorKind::Io, file.string() + ": reading stopped half-way; check the disk");
  }
  if (bytes.starts_with("\x1F\x8B"))
    throw Error(ErrorKind::Usage, file.string() + ": packed by gzip, expected text; name it as <(zcat " + file.filename().string() + ")");
  return bytes;
}

}  // namespace

void fail_at_line(const std::filesystem::path& file, std::size_t number, const std::string& problem) {
  throw Error(ErrorKind::Usage, file.string() + ":" + std::to_string(number) + ": " + problem);
}

void for_each_line(const std::filesystem::path& file, const std::function<void(std::string_view, std::size_t)>& visit) {
  const std::string bytes = bytes_of(file);
  std::size_t number = 1;
  for (std::size_t begin = 0; begin < bytes.size(); ++number) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view line = std::string_view(bytes).substr(begin, end - begin);
    begin = end + 1;
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(kBlanks) == std::string_view::npos) continue;
    if (const auto bad = find_invalid_utf8(line))
      fail_at_line(file, number, "invalid UTF-8 at byte " + std::to_string(*bad + 1) + " of the line; save the file as UTF-8");
    visit(line, number);
  }
}

std::size_t split_tabs(std::string_view line, std::span<std::string_view> fields) {
  for (std::size_t begin = 0, count = 0;; ++count) {
    const std::size_t tab = std::min(line.find('\t', begin), line.size());
    if (count < fields.size()) fields[count] = strip(line.substr(begin, tab - begin));
    if (tab == line.size()) return count + 1;
    begin = tab + 1;
  }
}

std::size_t split_white_space(std::string_view line, std::span<std::string_view> fields) {
  std::size_t count = 0;
  for (std::size_t begin = 0;; ++count) {
    while (begin < line.size() && is_blank(line[begin])) ++begin;
    if (begin == line.size()) return count;
    std::size_t end = begin;
    while (end < line.size() && !is_blank(line[end])) ++end;
    if (count < fields.size()) fields[count] = line.substr(begin, end - begin);
    begin = end;
  }
}

}  // namespace rag
