#include "cli/index_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "core/listing.h"
#include "core/text.h"

namespace rag::cli {
namespace {

void print_row(const char* english, const char* korean, std::size_t count) {
  std::cerr << "  " << padded(tr(english, korean), 12) << count << '\n';
}

}  // namespace

void print_reasons(const ReasonList& reasons, Reasons which) {
  constexpr std::size_t kShown = 5, kReasons = 1000;
  struct Files {
    std::size_t count = 0;
    std::vector<std::string> first;
  };
  std::map<std::string, Files> by_reason;
  std::size_t others = 0;
  for (ReasonList::Cursor cursor(reasons); auto skip = cursor.next();) {
    if (skip->earlier && which == Reasons::Fresh) continue;
    auto found = by_reason.find(skip->reason);
    if (found == by_reason.end()) {
      if (by_reason.size() == kReasons) {
        ++others;
        continue;
      }
      found = by_reason.emplace(std::move(skip->reason), Files{}).first;
    }
    if (++found->second.count <= kShown) found->second.first.push_back(std::move(skip->uri));
  }
  for (const auto& [reason, files] : by_reason) {
    if (files.count <= 2) {
      for (const std::string& uri : files.first) std::cerr << "    " << escape_for_terminal(uri) << ": " << escape_for_terminal(reason) << '\n';
      continue;
    }
    std::cerr << "    " << escape_for_terminal(reason) << ": " << files.count << " files (";
    for (std::size_t i = 0; i < files.first.size(); ++i) std::cerr << (i ? ", " : "") << escape_for_terminal(files.first[i]);
    std::cerr << (files.count > kShown ? ", ...)\n" : ")\n");
  }
  if (others > 0)
    std::cerr << "    " << fmt::format(fmt::runtime(tr("{} more, for further reasons: 'rag log' has all of them\n", "그 밖의 이유로 {}개 더: 'rag log'에 모두 있습니다\n")), others);
}

void print_index_report(const IndexFolderReport& report, const std::filesystem::path& index) {
  print_row("new", "새로 추가", report.added);
  print_row("changed", "변경됨", report.changed);
  print_row("unchanged", "변경 없음", report.unchanged);
  print_row("moved", "이동됨", report.moved);
  print_row("removed", "삭제됨", report.removed);
  if (report.removed_by_hand > 0)
    std::cerr << "  " << padded(tr("removed by hand", "직접 제외함"), 12) << report.removed_by_hand
              << tr(", left out until they change, or with --reread\n", "개: 바뀌거나 --reread를 줄 때까지 제외\n");
  print_row("skipped", "건너뜀", report.skipped.size());
  print_reasons(report.skipped);
  for (const std::string& refusal : report.refused) std::cerr << "    " << escape_for_terminal(refusal) << '\n';
  print_row("tokens cut", "잘린 토큰", report.cut_tokens);
  if (!report.warnings.empty()) {
    std::cerr << tr("  read with loss:\n", "  일부만 읽음:\n");
    print_reasons(report.warnings);
  }
  const std::string known = report.chunks_known > 0 ? fmt::format(fmt::runtime(tr(" ({} more had a vector already)", " (그 밖의 {}개는 벡터가 이미 있음)")), report.chunks_known) : "";
  std::cerr << fmt::format(fmt::runtime(tr("{}: {} embedded{}, {:.1f} s, generation {}\n", "{}: 청크 {} 임베딩{}, {:.1f}초, 세대 {}\n")), index.string(),
                           user_reads_korean() ? std::to_string(report.chunks_embedded) + "개" : counted(report.chunks_embedded, "chunk"), known, report.seconds, report.generation);
}

bool nothing_to_do(const IndexFolderReport& report) {
  return !report.empty_paths.empty() && report.added + report.changed + report.unchanged + report.moved + report.removed + report.skipped.size() == 0;
}

void print_empty_paths(const IndexFolderReport& report) {
  for (const std::string& path : report.empty_paths)
    std::cerr << fmt::format(fmt::runtime(tr("{}: no file to read in it, expected text, Markdown, HTML, PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, OpenDocument, RTF, HWP, HWPX, EPUB, mail, archives, CSV, JSON, XML, SVG, notebooks, subtitles, source code or pictures of text; "
                                             "check the path, the ignore files and --exclude\n",
                                             "{}: 읽을 파일이 없습니다(텍스트, Markdown, HTML, PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, OpenDocument, RTF, HWP, HWPX, EPUB, 메일, 압축 파일, CSV, JSON, XML, SVG, 노트북, 자막, 소스 코드, 글이 있는 그림). 경로와 제외 규칙을 확인하세요\n")),
                             escape_for_terminal(path));
}

}  // namespace rag::cli
