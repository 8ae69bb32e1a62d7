#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "cli/options.h"
#include "cli/rebuild.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/text.h"
#include "index/analyzer.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "pipelines/index_folder.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "PATH is a folder, a file, a JSON Lines corpus (_id, title, text, metadata), or - for a text on standard input.\n"
    "Reads text, Markdown, HTML, PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, OpenDocument, RTF, HWP, HWPX, EPUB, mail, CSV, JSON, XML,\n"
    "notebooks, subtitles and source code; obeys .gitignore and .ragignore.\n"
    "Run it again whenever files change: only new and changed ones are embedded, gone ones removed, moved ones recognised.\n\n"
    "Examples:\n"
    "  rag index ~/company-docs\n"
    "  rag --index hr.rag index hr/ --model all-MiniLM-L6-v2\n"
    "  rag index ~/company-docs --exclude 'archive/' --exclude '*.log'\n"
    "  pdftotext report.pdf - | rag index -\n\n"
    "An index remembers its encoder and chunking; other ones need --rebuild.\n"
    "Ctrl-C is safe: what was finished is kept and the next run goes on from there.\n"
    "Exit code 5: some files could not be read (the others were); the table says which and why.  Exit code 1: there is no file to read.\n";

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  add_model_options(options);
  add_chunk_options(options);
  add_parse_options(options);
  options.add_options()(
      "delete", po::bool_switch(),
      "remove documents whose files are gone even where that is more than a fifth of a folder, or rebuild without what cannot be read again (else: a "
      "question, or without a terminal an error)")(
      "rebuild", po::bool_switch(), "build the index anew from the same folders, with its own encoder or the one --model names")(
      "reread", po::bool_switch(), "compare every file's content, do not trust its time and size; try again what was skipped or removed by hand")(
      "hidden", po::bool_switch(), "also files and folders whose names begin with a dot")("no-ignore", po::bool_switch(),
                                                                                          "do not obey .gitignore and .ragignore")(
      "exclude", po::value<std::vector<std::string>>()->value_name("PATTERN")->composing(), "leave out, as a line in .ragignore would (repeatable)")(
      "path", po::value<std::vector<std::string>>(), "");
  add_format_options(options, "text or json");
  return options;
}

void print_row(const char* english, const char* korean, std::size_t count) {
  std::cerr << "  " << padded(tr(english, korean), 12) << count << '\n';
}

// Many files skipped for one reason are one line: a folder of pictures should not bury the one broken contract.
void print_reasons(const std::vector<SkipReason>& reasons) {
  constexpr std::size_t kShown = 5;
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const SkipReason& skip : reasons) by_reason[skip.reason].push_back(skip.uri);
  for (const auto& [reason, uris] : by_reason) {
    if (uris.size() <= 2) {
      for (const std::string& uri : uris) std::cerr << "    " << escape_for_terminal(uri) << ": " << escape_for_terminal(reason) << '\n';
      continue;
    }
    std::cerr << "    " << escape_for_terminal(reason) << ": " << uris.size() << " files (";
    for (std::size_t i = 0; i < std::min(kShown, uris.size()); ++i) std::cerr << (i ? ", " : "") << escape_for_terminal(uris[i]);
    std::cerr << (uris.size() > kShown ? ", ...)\n" : ")\n");
  }
}

void print_table(const IndexFolderReport& report, const std::filesystem::path& index) {
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
  print_row("tokens cut", "잘린 토큰", report.cut_tokens);
  if (!report.warnings.empty()) {
    std::cerr << tr("  read with loss:\n", "  일부만 읽음:\n");
    print_reasons(report.warnings);
  }
  std::cerr << fmt::format(fmt::runtime(tr("{}: {} embedded, {:.1f} s, generation {}\n", "{}: 청크 {} 임베딩, {:.1f}초, 세대 {}\n")), index.string(),
                           user_reads_korean() ? std::to_string(report.chunks_embedded) + "개" : counted(report.chunks_embedded, "chunk"), report.seconds, report.generation);
}

bool nothing_to_do(const IndexFolderReport& report) {
  return !report.empty_paths.empty() && report.added + report.changed + report.unchanged + report.moved + report.removed + report.skipped.size() == 0;
}

void print_empty_paths(const IndexFolderReport& report) {
  for (const std::string& path : report.empty_paths)
    std::cerr << fmt::format(fmt::runtime(tr("{}: no file to read in it, expected text, Markdown, HTML, PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, OpenDocument, RTF, HWP, HWPX, EPUB, mail, CSV, JSON, XML, notebooks, subtitles or source code; "
                                             "check the path, the ignore files and --exclude\n",
                                             "{}: 읽을 파일이 없습니다(텍스트, Markdown, HTML, PDF, DOCX, PPTX, XLSX, DOC, PPT, XLS, OpenDocument, RTF, HWP, HWPX, EPUB, 메일, CSV, JSON, XML, 노트북, 자막, 소스 코드). 경로와 제외 규칙을 확인하세요\n")),
                             escape_for_terminal(path));
}

// What an existing index was built with stays, also when it is built anew, where the user does not ask for something else.
std::string model_for(const std::filesystem::path& index, const po::variables_map& values, const Config& config) {
  if (values.count("model")) return values["model"].as<std::string>();
  const std::string otherwise = config.model.value_or(kDefaultModel);
  std::error_code error;
  if (!std::filesystem::exists(index / "catalog.sqlite", error)) return otherwise;
  try {
    const std::string stored = open_index_reader(index)->settings().model;
    return stored.empty() ? otherwise : stored;
  } catch (const Error& trouble) {
    const bool unreadable = trouble.kind() == ErrorKind::Corrupt || trouble.kind() == ErrorKind::Mismatch;
    if (!values["rebuild"].as<bool>() || !unreadable) throw;
  }
  std::cerr << fmt::format(fmt::runtime(tr("{0}: damaged, so the encoder it was built with is not known; taking {1} (--model names another)\n",
                                           "{0}: 손상되어 원래 인코더를 알 수 없습니다. {1}을(를) 씁니다 (--model로 바꿀 수 있음)\n")),
                           escape_for_terminal(index.string()), escape_for_terminal(otherwise));
  return otherwise;
}

}  // namespace

int run_index(const Globals& globals, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("path", -1);
  const auto values = parse_options("index", "[--index DIR] index PATH... [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  std::vector<std::filesystem::path> paths;
  if (values.count("path"))
    for (const std::string& path : values["path"].as<std::vector<std::string>>()) paths.emplace_back(path);
  const std::filesystem::path index = index_to_write(index_option(values, globals), globals.config);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const bool rebuild = values["rebuild"].as<bool>();
  for (const auto& path : paths)
    if (path != "-" && !std::filesystem::exists(path)) throw Error(ErrorKind::Usage, path.string() + ": no such file or folder; check the path");
  if (paths.empty() && !rebuild) throw Error(ErrorKind::Usage, "rag index: no folder named; say for instance 'rag index ~/company-docs'");

  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  read_parse_options(values, globals.config, options.limits);
  options.allow_delete = values["delete"].as<bool>();
  options.reread = values["reread"].as<bool>();
  options.walk.include_hidden = values["hidden"].as<bool>();
  options.walk.use_ignore_files = !values["no-ignore"].as<bool>();
  if (values.count("exclude")) options.walk.exclude = values["exclude"].as<std::vector<std::string>>();
  options.confirm_removal = [](const RemovalQuestion& question) {
    return ask_yes_no(fmt::format(fmt::runtime(tr("{0}: {1} of {2} documents are gone from there. Remove them from the index?",
                                                  "{0}: 문서 {2}개 가운데 {1}개가 사라졌습니다. 색인에서 지울까요?")),
                                  question.source, question.gone, question.known));
  };

  const std::string model = model_for(index, values, globals.config);
  const auto embedder = open_model(model, embedder_options(values, globals.config));
  if (rebuild) paths = paths_to_rebuild(index, paths, options.allow_delete);
  const IndexSettings settings{.model = model == "hash" || !std::filesystem::is_directory(model) ? model : std::filesystem::canonical(model).string(),
                               .embedder = embedder->name(),
                               .chunker = chunker_name(options, *embedder),
                               .analyzer = default_analyzer().name(),
                               .dimension = embedder->dimension()};
  const auto progress = make_progress_bar();
  const BuildIndex build = [&](const std::filesystem::path& directory) {
    const auto writer = open_index_writer(directory, settings);
    return index_paths(*writer, directory, *embedder, paths, options, *progress);
  };
  const IndexFolderReport report = rebuild ? rebuild_index(index, settings, options, build) : build(index);
  if (json) {
    std::cout << index_report_json(report) << '\n';
  } else if (!nothing_to_do(report)) {
    print_table(report, index);
  }
  print_empty_paths(report);
  if (nothing_to_do(report)) return 1;
  return report.skipped.empty() ? 0 : exit_code(ErrorKind::Ingest);
}

}  // namespace rag::cli
