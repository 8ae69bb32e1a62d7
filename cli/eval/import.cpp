#include <fmt/format.h>

#include <iostream>

#include "cli/eval/verbs.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/import/first_sign.h"
#include "pipelines/eval/import/foreign_run.h"
#include "pipelines/eval/import/import.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval import KorQuAD_v1.0_dev.json --out DIR          SQuAD and KorQuAD, 1 and 2\n"
    "  rag eval import faq.csv --out DIR                        question, answer, source (질문, 답변, 출처) over an index of yours\n"
    "  rag eval import --topics F --qrels F --corpus F --out DIR   TREC, MIRACL, BEIR, MS MARCO\n"
    "  rag eval import --run answers.json --queries F --out FILE   a ranking of Elasticsearch, LlamaIndex, LangChain ... as TREC's six columns\n\n"
    "What was left out, and why, is said; nothing is passed over in silence.\n";

std::string text_of(const po::variables_map& values, const char* option) { return values.count(option) ? values[option].as<std::string>() : ""; }

void refuse(const po::variables_map& values, std::initializer_list<const char*> options, const std::string& beside) {
  for (const char* option : options)
    if (values.count(option)) throw Error(ErrorKind::Usage, fmt::format("rag eval import: --{} means nothing beside {}", option, beside));
}

int import_run(const po::variables_map& values, const std::string& format) {
  refuse(values, {"file", "topics", "qrels", "corpus"}, "--run");
  ForeignRunOptions options{.queries = {}, .query_id = text_of(values, "query-id"), .document_field = text_of(values, "document-field")};
  if (values.count("queries")) options.queries = read_queries(values["queries"].as<std::string>());
  const ForeignRun read = read_foreign_run(values["run"].as<std::string>(), options);
  std::size_t documents = 0;
  for (const auto& [query, found] : read.run) documents += found.size();
  Run ranked = read.run;
  for (auto& [query, found] : ranked) found = trec_order(std::move(found));
  write_run(values["out"].as<std::string>(), ranked, "imported");
  if (format == "json")
    std::cout << import_json({.documents = documents, .queries = read.run.size(), .notes = read.notes}) << '\n';
  else
    std::cout << (user_reads_korean() ? fmt::format("질문 {}개, 찾은 문서 {}개\n", read.run.size(), documents)
                                      : counted(read.run.size(), "question") + ", " + counted(documents, "document") + " found\n");
  for (const Wording& note : read.notes) std::cerr << escape_for_terminal(note.in(user_reads_korean())) << '\n';
  return 0;
}

int import_collection(const po::variables_map& values, const std::string& format) {
  refuse(values, {"queries", "query-id", "document-field"}, "a collection; they belong to --run");
  const auto progress = make_progress_bar();
  const std::filesystem::path folder = values["out"].as<std::string>();
  CollectionWriter out(folder, values["split"].as<std::string>());
  std::string about;
  if (values.count("file")) {
    refuse(values, {"topics", "qrels", "corpus"}, "FILE");
    const std::filesystem::path file = values["file"].as<std::string>();
    if (!std::filesystem::is_regular_file(file)) throw Error(ErrorKind::Usage, file.string() + ": no such file");
    about = "imported from " + file.filename().string();
    if (looks_like_json(file))
      import_squad(file, out);
    else
      import_table(file, out);
  } else {
    if (!values.count("topics") || !values.count("qrels"))
      throw Error(ErrorKind::Usage, "rag eval import: name a FILE (SQuAD's JSON, a table), or --topics and --qrels, or --run");
    TopicFiles files{.topics = text_of(values, "topics"), .qrels = text_of(values, "qrels"), .corpus = {}, .field = values["field"].as<std::string>()};
    if (values.count("corpus"))
      for (const std::string& path : values["corpus"].as<std::vector<std::string>>()) files.corpus.emplace_back(path);
    about = "imported from " + files.topics.filename().string();
    import_topics(files, out, *progress);
  }
  const std::string name = text_of(values, "name");
  const ImportReport report = out.finish(name.empty() ? std::filesystem::absolute(folder / "x").parent_path().filename().string() : name, about);
  if (format == "json") {
    std::cout << import_json(report) << '\n';
    return 0;
  }
  const bool korean = user_reads_korean();
  if (korean)
    std::cout << fmt::format("문서 {}개, 질문 {}개, 판정 {}개, 답이 있는 질문 {}개, 답할 수 없는 질문 {}개, 구간 {}개\n", report.documents, report.queries, report.judgements, report.answers,
                             report.unanswerable, report.spans);
  else
    std::cout << counted(report.documents, "document") << ", " << counted(report.queries, "question") << ", " << counted(report.judgements, "judgement") << ", answers of "
              << report.answers << ", " << report.unanswerable << " unanswerable, " << counted(report.spans, "span") << '\n';
  for (const Wording& note : report.notes) std::cerr << escape_for_terminal(note.in(korean)) << '\n';
  if (report.documents == 0)
    std::cerr << tr("no documents: ask these questions of an index, with --queries and --qrels\n", "문서 없음: --queries와 --qrels로 색인에 이 질문들을 물으세요\n");
  return 0;
}

}  // namespace

int eval_import(const Globals&, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  const auto file = [] { return po::value<std::string>()->value_name("FILE"); };
  options.add_options()("file", file(), "SQuAD's or KorQuAD's JSON, or a table")("out", po::value<std::string>()->value_name("PATH"), "the folder to make; with --run, the file")(
      "split", po::value<std::string>()->value_name("NAME")->default_value("test"), "writes qrels/NAME.tsv")(
      "name", po::value<std::string>()->value_name("NAME"), "of the collection; default: the folder's")("topics", file(), "questions: TREC's <top> blocks or XML, id TAB text, or JSON Lines")(
      "qrels", file(), "judgements: TSV (query-id, corpus-id, score) or TREC's four columns")(
      "corpus", po::value<std::vector<std::string>>()->value_name("PATH")->composing(), "documents: JSON Lines, id TAB text, or a folder of these; repeatable")(
      "field", po::value<std::string>()->value_name("F")->default_value("title"), "of a TREC topic: title, desc, narr, or title+desc")("run", file(), "a ranking of another engine, JSON or JSON Lines")(
      "queries", file(), "with --run: the questions, where the answers bear no ids")("query-id", po::value<std::string>()->value_name("ID"), "with --run: of the one answer in it")(
      "document-field", po::value<std::string>()->value_name("NAME"), "with --run: what names a document, such as metadata.source");
  add_format_options(options, "text or json");
  po::positional_options_description positional;
  positional.add("file", 1);
  const auto values = parse_options("eval import", "eval import FILE --out DIR | --topics FILE --qrels FILE --out DIR | --run FILE --out FILE", options, positional, arguments, kEpilogue);
  const std::string format = output_format(values, {"text", "json"});
  if (!values.count("out")) throw Error(ErrorKind::Usage, "rag eval import: wants --out: the folder to make, or with --run the file");
  return values.count("run") ? import_run(values, format) : import_collection(values, format);
}

}  // namespace rag::cli
