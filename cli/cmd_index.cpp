#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/index_report.h"
#include "cli/options.h"
#include "cli/rebuild.h"
#include "cli/terminal.h"
#include "cli/vector_lists.h"
#include "cli/watch.h"
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
    "notebooks, subtitles, source code, and pictures and scans of text in Korean and English, also in archives and attached to mails;\n"
    "recordings (MP3, M4A, WAV, MP4, MKV ...) where a speech recogniser is installed; obeys .gitignore and .ragignore.\n"
    "Run it again whenever files change: only new and changed ones are embedded, gone ones removed, moved ones recognised.\n\n"
    "Examples:\n"
    "  rag index ~/company-docs\n"
    "  rag --index hr.rag index hr/ --model all-MiniLM-L6-v2\n"
    "  rag index ~/company-docs --exclude 'archive/' --exclude '*.log'\n"
    "  pdftotext report.pdf - | rag index -\n\n"
    "An index remembers its encoder and chunking; other ones need --rebuild.\n"
    "Ctrl-C is safe: what was finished is kept and the next run goes on from there.\n"
    "Exit code 5: some files could not be read (the others were); the table and 'rag skipped' say which and why; with --fail-on-loss also where\n"
    "anything was read in part.  Exit code 1: there is no file to read.  What this run did: 'rag log'.  Settings for each folder: 'rag sources'.\n";

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  add_model_options(options);
  add_chunk_options(options);
  add_speech_options(options);
  add_ocr_options(options);
  add_parse_options(options);
  add_vector_lists_option(options);
  options.add_options()("password-file", po::value<std::string>()->value_name("FILE"), "one password a line, tried in turn on encrypted PDFs and ZIPs")(
      "delete", po::bool_switch(),
      "remove documents whose files are gone even where that is more than a fifth of a folder, or rebuild without what cannot be read again (else: a "
      "question, or without a terminal an error)")(
      "rebuild", po::bool_switch(), "build the index anew from the same folders, with its own encoder or the one --model names")(
      "reread", po::bool_switch(), "compare every file's content, do not trust its time and size; try again what was skipped or removed by hand")(
      "hidden", po::bool_switch(), "also files and folders whose names begin with a dot")("no-ignore", po::bool_switch(),
                                                                                          "do not obey .gitignore and .ragignore")(
      "fail-on-loss", po::bool_switch(), "exit code 5 also where a file was read in part or tokens were cut, in this run or in an earlier one")(
      "watch", po::bool_switch(), "go on and take in what changes, until Ctrl-C")(
      "exclude", po::value<std::vector<std::string>>()->value_name("PATTERN")->composing(), "leave out, as a line in .ragignore would (repeatable)")(
      "path", po::value<std::vector<std::string>>(), "");
  add_format_options(options, "text or json");
  return options;
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

bool ask_before_removal(const RemovalQuestion& question) {
  return ask_yes_no(fmt::format(fmt::runtime(tr("{0}: {1} of {2} documents are gone from there. Remove them from the index?",
                                                "{0}: 문서 {2}개 가운데 {1}개가 사라졌습니다. 색인에서 지울까요?")),
                                question.source, question.gone, question.known));
}

IndexSettings settings_for(const std::string& model, const Embedder& embedder, const IndexFolderOptions& options) {
  return {.model = model == "hash" || !std::filesystem::is_directory(model) ? model : std::filesystem::canonical(model).string(),
          .embedder = embedder.name(),
          .chunker = chunker_name(options, embedder),
          .analyzer = default_analyzer().name(),
          .dimension = embedder.dimension()};
}

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

  const bool watch = values["watch"].as<bool>();
  if (watch && rebuild) throw Error(ErrorKind::Usage, "--watch and --rebuild: one after the other; rebuild first, then watch");
  if (watch && std::find(paths.begin(), paths.end(), "-") != paths.end())
    throw Error(ErrorKind::Usage, "--watch and -: standard input cannot be watched; name folders or files");

  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  read_speech_options(values, globals.config, options.speech);
  read_ocr_options(values, globals.config, options.limits.ocr);
  if (values.count("password-file")) options.limits.passwords = read_passwords(values["password-file"].as<std::string>());
  options.command = rebuild ? "rebuild" : "index";
  options.index = index;
  read_parse_options(values, globals.config, options.limits);
  options.allow_delete = values["delete"].as<bool>();
  options.reread = values["reread"].as<bool>();
  options.walk.include_hidden = values["hidden"].as<bool>();
  options.walk.use_ignore_files = !values["no-ignore"].as<bool>();
  if (values.count("exclude")) options.walk.exclude = values["exclude"].as<std::vector<std::string>>();
  options.confirm_removal = ask_before_removal;
  const VectorSearchOptions vectors = vector_search_options(values, globals.config);

  const std::string model = model_for(index, values, globals.config);
  const auto embedder = open_model(model, embedder_options(values, globals.config));
  if (rebuild) paths = paths_to_rebuild(index, paths, options.allow_delete);
  const IndexSettings settings = settings_for(model, *embedder, options);
  const auto progress = make_progress_bar();
  const BuildIndex build = [&](const std::filesystem::path& directory) {
    const auto writer = open_index_writer(directory, settings);
    return index_paths(*writer, directory, *embedder, paths, options, *progress);
  };
  const IndexFolderReport report = rebuild ? rebuild_index(index, settings, options, build) : build(index);
  if (json) {
    write_index_report_json(std::cout, report), std::cout.flush();
  } else if (!nothing_to_do(report)) {
    print_index_report(report, index);
  }
  print_empty_paths(report);
  make_vector_lists(index, vectors);
  if (watch) return watch_paths({.index = index, .paths = [&](const IndexReader&) { return paths; }, .settings = settings, .embedder = embedder.get(), .options = options, .vectors = vectors, .json = json});
  if (nothing_to_do(report)) return 1;
  const bool lost = values["fail-on-loss"].as<bool>() ? lost_something(report) : !report.skipped.empty();
  return lost ? exit_code(ErrorKind::Ingest) : 0;
}

}  // namespace rag::cli
