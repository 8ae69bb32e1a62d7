#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "cli/options.h"
#include "cli/source_names.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "pipelines/index_folder.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"
#include "pipelines/source_access.h"
#include "pipelines/source_plan.h"
#include "pipelines/source_rules.h"

namespace rag::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEpilogue =
    "  rag sources                    the folders and files the index is made of, with their settings\n"
    "  rag sources add PATH           one more, or other settings for one that is there: what is not given goes back to the default\n"
    "  rag sources remove PATH        take it out of the index with all its documents; the files stay where they are\n\n"
    "Nothing is read until 'rag sync' or 'rag index PATH'; both obey the settings.  Changed metadata or language come to the documents with\n"
    "the next of them, without embedding anything again; a changed access list holds at once.\n\n"
    "Examples:\n"
    "  rag sources add /srv/company --include '*.pdf' --include '*.hwp' --exclude 'drafts/'\n"
    "  rag sources add /srv/company --metadata 'dept = path segment 1' --metadata 'owner = 인사팀'\n"
    "  rag search \"annual leave\" --filter dept=hr\n\n"
    "A metadata rule is KEY = path segment N, the Nth folder below PATH (1 for the first, -1 for the last), or KEY = TEXT.\n"
    "Chunking and encoder are the whole index's, never one source's: 'rag index --rebuild' changes them.\n";

std::vector<std::string> list_of(const po::variables_map& values, const char* option) {
  return values.count(option) ? values[option].as<std::vector<std::string>>() : std::vector<std::string>{};
}

SourceSettings settings_from(const po::variables_map& values, const std::string& source) {
  SourceSettings settings{.source = source,
                          .include = list_of(values, "include"),
                          .exclude = list_of(values, "exclude"),
                          .metadata = list_of(values, "metadata"),
                          .access = list_of(values, "access"),
                          .language = values.count("language") ? values["language"].as<std::string>() : "",
                          .hidden = values["hidden"].as<bool>(),
                          .ignore_files = !values["no-ignore"].as<bool>()};
  for (const auto* list : {&settings.include, &settings.exclude, &settings.access})
    for (const std::string& text : *list) {
      if (trim(text).empty() || text.find('\n') != std::string::npos || find_invalid_utf8(text))
        throw Error(ErrorKind::Usage, "rag sources add: an empty pattern or name, or one with a line break in it; give it in one line");
    }
  for (const std::string& rule : settings.metadata) parse_metadata_rule(rule);
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool is_code = settings.language.size() == 2 && std::all_of(settings.language.begin(), settings.language.end(), lower);
  if (!settings.language.empty() && !is_code) throw Error(ErrorKind::Usage, "--language " + settings.language + ": expected two letters, for instance ko or en");
  return settings;
}

// Chunks cut by different rules share one index badly: their scores cannot be compared, and the index remembers one chunker for all.
void refuse_chunking_of_its_own(const po::variables_map& values, const Config& config, const IndexReader& index) {
  const bool asked = values.count("chunker") || values.count("max-tokens") || values.count("overlap-tokens") || values["one-chunk"].as<bool>();
  if (!asked) return;
  IndexFolderOptions wanted, stored;
  read_chunk_options(values, config, wanted);
  adopt_chunker(index.settings().chunker, stored);
  const bool same = wanted.one_chunk == stored.one_chunk &&
                    (wanted.one_chunk || (wanted.chunk.max_tokens == stored.chunk.max_tokens && wanted.chunk.overlap_tokens == stored.chunk.overlap_tokens));
  if (same) return;
  throw Error(ErrorKind::Usage, index.directory().string() + ": all of it is cut as \"" + index.settings().chunker +
                                    "\", one source cannot be cut otherwise (longer and shorter chunks score differently and would be ranked wrongly against each "
                                    "other); 'rag index --rebuild' with these options cuts all sources anew, or give this one an index of its own with --index");
}

// A new index wants an encoder; where there is one it stays.
std::unique_ptr<IndexWriter> open_writer(const fs::path& directory, const po::variables_map& values, const Config& config) {
  std::error_code error;
  if (fs::exists(directory / "catalog.sqlite", error)) {
    if (values.count("model")) open_model_of_index(open_index_reader(directory)->settings(), directory.string(), values["model"].as<std::string>());
    return open_existing_index_writer(directory);
  }
  const std::string model = pick<std::string>(values, "model", config.model, kDefaultModel);
  const auto embedder = open_model(model, embedder_options(values, config));
  IndexFolderOptions options;
  read_chunk_options(values, config, options);
  return open_index_writer(directory, settings_for(model, *embedder, options));
}

int add(const fs::path& directory, const po::variables_map& values, const Config& config, const std::string& path) {
  std::error_code error;
  std::vector<std::string> sources;
  if (fs::exists(directory / "catalog.sqlite", error)) {
    const auto index = open_index_reader(directory);
    refuse_chunking_of_its_own(values, config, *index);
    sources = index->sources();
  }
  const SourceScope scope = scope_of(path, sources);
  if (!scope.prefix.empty())
    throw Error(ErrorKind::Usage, path + ": lies in " + scope.source + ", which is a source already; give that one the settings, or remove it first");
  SourceSettings settings = settings_from(values, scope.source);
  if (!sources.empty()) {
    const auto index = open_index_reader(directory);
    refuse_overlap(scope.source, sources);
    for (const SourceSettings& before : index->source_settings())
      if (before.source == scope.source) settings.applied = before.applied;
  }
  const auto writer = open_writer(directory, values, config);
  writer->add_source(scope.source);
  writer->put_source_settings(settings);
  if (!sources.empty()) bring_access(settings, *open_index_reader(directory), *writer);
  writer->commit();
  std::cerr << escape_for_terminal(scope.source) << tr(": added to ", ": 추가함, 색인 ") << escape_for_terminal(directory.string())
            << tr("; 'rag sync' reads it\n", ". 'rag sync'가 읽습니다\n");
  return 0;
}

struct Content {
  std::size_t documents = 0, skipped = 0;
};

std::map<std::string, Content> contents_of(const IndexReader& index) {
  std::map<std::string, Content> contents;
  for (const std::string& source : index.sources()) contents[source].documents = index.count_documents_of(source);
  index.for_each_file([&](const FileRecord& file) { contents[file.source].skipped += !file.skipped.empty(); });
  return contents;
}

SourceSettings settings_of(const IndexReader& index, const std::string& source) {
  for (SourceSettings& settings : index.source_settings())
    if (settings.source == source) return std::move(settings);
  return {.source = source};
}

void print_list(const char* english, const char* korean, const std::vector<std::string>& values) {
  for (const std::string& value : values) std::cout << "  " << padded(tr(english, korean), 12) << escape_for_terminal(value) << '\n';
}

void print_source(const SourceSettings& settings, const Content& content) {
  std::error_code error;
  std::cout << bold(escape_for_terminal(settings.source));
  if (fs::path(settings.source).is_absolute() && !fs::exists(settings.source, error)) std::cout << tr("  (is not there)", "  (없음)");
  std::cout << '\n' << "  " << padded(tr("documents", "문서"), 12) << content.documents << '\n';
  if (content.skipped > 0) std::cout << "  " << padded(tr("skipped", "건너뜀"), 12) << content.skipped << "  ('rag skipped')\n";
  print_list("include", "포함", settings.include);
  print_list("exclude", "제외", settings.exclude);
  print_list("metadata", "메타데이터", settings.metadata);
  print_list("access", "접근 권한", settings.access);
  if (!settings.language.empty()) print_list("language", "언어", {settings.language});
  if (settings.hidden) print_list("hidden", "숨김 파일", {tr("also read", "읽음")});
  if (!settings.ignore_files) print_list("ignore files", "제외 파일", {tr("not obeyed", "따르지 않음")});
  if (settings.applied != SourceRules(settings).name()) print_list("to do", "할 일", {tr("'rag sync' brings these settings to its documents", "'rag sync'가 이 설정을 문서에 적용합니다")});
}

int list(const fs::path& directory, bool json) {
  const auto index = open_index_reader(directory);
  const auto contents = contents_of(*index);
  const std::vector<std::string> sources = index->sources();
  std::string joined;
  for (const std::string& source : sources) {
    const SourceSettings settings = settings_of(*index, source);
    const auto found = contents.find(source);
    const Content content = found == contents.end() ? Content{} : found->second;
    const bool applied = settings.applied == SourceRules(settings).name();
    if (json) joined += (joined.empty() ? "" : ",") + source_json(settings, content.documents, content.skipped, applied);
    else print_source(settings, content);
  }
  if (json) std::cout << fmt::format("{{\"schema_version\":{},\"sources\":[{}]}}\n", kSchemaVersion, joined);
  else if (sources.empty()) std::cerr << tr("no sources yet; 'rag sources add FOLDER' adds one\n", "아직 원본이 없습니다. 'rag sources add FOLDER'로 추가하세요\n");
  return sources.empty() ? 1 : 0;
}

int remove(const fs::path& directory, const std::string& name, bool yes) {
  const auto index = open_index_reader(directory);
  const std::string source = find_source(*index, name);
  const std::size_t documents = index->count_documents_of(source);
  if (documents > 1 && !yes &&
      !ask_yes_no(fmt::format(fmt::runtime(tr("Remove {0} and its {1} documents from the index?", "{0}과(와) 그 문서 {1}개를 색인에서 지울까요?")), source, documents)))
    throw Error(ErrorKind::Usage, fmt::format("{}: has {} documents in the index; nothing was removed; pass --yes to remove them", source, documents));
  const auto writer = open_existing_index_writer(directory);
  // The reader goes on with the index as it was, so what it tells of can be removed meanwhile; Ctrl-C removes nothing.
  index->for_each_document([&](const DocumentRecord& document) {
    throw_if_interrupted();
    if (document.source == source) writer->remove(document.id);
  });
  index->for_each_file([&](const FileRecord& file) {
    if (file.source == source) writer->remove_file(file.source, file.uri);
  });
  writer->remove_source(source);
  writer->commit();
  std::cerr << fmt::format(fmt::runtime(tr("{0}: removed with {1}\n", "{0}: 문서 {2}개와 함께 지웠습니다\n")), escape_for_terminal(source),
                           counted(documents, "document"), documents);
  return 0;
}

po::options_description options_of() {
  po::options_description options("Options");
  add_index_option(options);
  using Texts = std::vector<std::string>;
  options.add_options()("include", po::value<Texts>()->value_name("PATTERN")->composing(), "add: only files that fit, git's syntax (repeatable)")(
      "exclude", po::value<Texts>()->value_name("PATTERN")->composing(), "add: leave out, as a line in .ragignore would (repeatable)")(
      "metadata", po::value<Texts>()->value_name("RULE")->composing(), "add: put metadata on its documents: 'dept = path segment 1' (repeatable)")(
      "access", po::value<Texts>()->value_name("GROUP")->composing(), "add: the groups that may read its documents (repeatable)")(
      "language", po::value<std::string>()->value_name("L"), "add: the language of its documents, ko, en ...; default: guessed from each")(
      "hidden", po::bool_switch(), "add: also files and folders whose names begin with a dot")("no-ignore", po::bool_switch(),
                                                                                               "add: do not obey .gitignore and .ragignore")(
      "yes,y", po::bool_switch(), "remove: do not ask")("argument", po::value<Texts>(), "");
  add_model_options(options);
  add_chunk_options(options);
  add_format_options(options, "list: text or json");
  return options;
}

}  // namespace

int run_sources(const Globals& globals, const std::vector<std::string>& arguments) {
  po::positional_options_description positional;
  positional.add("argument", -1);
  const auto values = parse_options("sources", "sources list|add PATH|remove PATH [OPTIONS]", options_of(), positional, arguments, kEpilogue);
  const auto words = values.count("argument") ? values["argument"].as<std::vector<std::string>>() : std::vector<std::string>{"list"};
  const bool json = output_format(values, {"text", "json"}) == "json";
  const std::string verb = choice("rag sources", words[0], {"list", "add", "remove"});
  if (verb == "list") return list(existing_index(index_option(values, globals), globals.config), json);
  if (words.size() != 2) throw Error(ErrorKind::Usage, "rag sources " + verb + ": wants exactly one path; 'rag sources --help' shows examples");
  if (verb == "add") return add(index_to_write(index_option(values, globals), globals.config), values, globals.config, words[1]);
  return remove(existing_index(index_option(values, globals), globals.config), words[1], values["yes"].as<bool>());
}

}  // namespace rag::cli
