#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "ingest/format_list.h"
#include "pipelines/json_output.h"

namespace rag::cli {
namespace {

// Lines of cells, each column as wide as its widest cell and two blanks; the last one ends where its text ends.
void print_columns(const std::vector<std::vector<std::string>>& lines, const std::string& indent) {
  std::vector<std::size_t> widths(lines.at(0).size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], columns_of(line[i]) + 2);
  for (const auto& line : lines) {
    std::cout << indent;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) std::cout << padded(line[i], widths[i]);
    std::cout << line.back() << '\n';
  }
}

void print_text(const std::vector<FormatInfo>& readable, const std::vector<FormatInfo>& unread) {
  std::vector<std::vector<std::string>> lines = {{tr("format", "형식"), tr("files", "파일"), tr("reader", "읽는 도구"), tr("installed", "설치됨"), tr("extensions", "확장자")}};
  for (const FormatInfo& format : readable)
    lines.push_back({format.name, format.title, format.reader, format.installed ? tr("yes", "예") : tr("no", "아니요"), joined(format.extensions, " ")});
  print_columns(lines, "");
  bool first = true;
  for (const FormatInfo& format : readable) {
    if (format.installed) continue;
    std::cout << (first ? tr("\nnot installed:\n", "\n설치되지 않음:\n") : "") << "  " << format.name << ": " << format.install << '\n';
    first = false;
  }
  std::cout << '\n' << tr("recognised, but not read (such files are skipped and named):", "알아보지만 읽지 않음 (건너뛰고 이름과 이유를 남김):") << '\n';
  lines.clear();
  for (const FormatInfo& format : unread) lines.push_back({format.name, joined(format.extensions, " "), format.install});
  print_columns(lines, "  ");
}

void print_markdown(const std::vector<FormatInfo>& readable) {
  std::cout << "| format | files | extensions | reader | installed |\n|---|---|---|---|---|\n";
  for (const FormatInfo& format : readable)
    std::cout << fmt::format("| {} | {} | {} | {} | {} |\n", format.name, format.title, joined(format.extensions, " "), format.reader,
                             format.installed ? "yes" : "no: " + format.install);
}

}  // namespace

int run_formats(const Globals&, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_format_options(options, "text, json or md");
  options.add_options()("md", po::bool_switch(), "the same as --format md: a table for a page of documentation");
  const auto values = parse_options("formats", "formats [OPTIONS]", options, {}, arguments,
                                    "What a file is, its content says first, its name second.  \"rag\" as reader means code of its own.\n"
                                    "Which files of an index were skipped, and why: 'rag skipped'.\n");
  std::string format = output_format(values, {"text", "json", "md"});
  if (values["md"].as<bool>()) {
    if (format == "json") throw Error(ErrorKind::Usage, "--md and json: two formats; give one of them");
    format = "md";
  }
  const std::vector<FormatInfo> readable = readable_formats(), unread = unread_formats();
  if (format == "json") std::cout << formats_json(readable, unread) << '\n';
  else if (format == "md") print_markdown(readable);
  else print_text(readable, unread);
  return 0;
}

}  // namespace rag::cli
