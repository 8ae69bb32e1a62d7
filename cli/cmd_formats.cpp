#include <fmt/format.h>

#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "ingest/format_list.h"
#include "pipelines/json_output.h"

namespace rag::cli {
namespace {

std::string state_of(const FormatInfo& format) { return format.installed ? tr("yes", "예") : std::string(tr("no: ", "아니요: ")) + format.install; }

void print_text(const std::vector<FormatInfo>& readable, const std::vector<FormatInfo>& unread) {
  std::cout << padded(tr("format", "형식"), 11) << padded(tr("files", "파일"), 32) << padded(tr("reader", "읽는 도구"), 28) << padded(tr("installed", "설치됨"), 11)
            << tr("extensions", "확장자") << '\n';
  for (const FormatInfo& format : readable)
    std::cout << padded(format.name, 11) << padded(format.title, 32) << padded(format.reader, 28) << padded(state_of(format), 11) << joined(format.extensions, " ") << '\n';
  std::cout << '\n' << tr("recognised, but not read (such files are skipped and named):", "알아보지만 읽지 않음 (건너뛰고 이름과 이유를 남김):") << '\n';
  for (const FormatInfo& format : unread) {
    const std::string extensions = joined(format.extensions, " ");
    std::cout << "  " << padded(format.name, 56) << (format.install.empty() ? extensions : padded(extensions, 8) + format.install) << '\n';
  }
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
