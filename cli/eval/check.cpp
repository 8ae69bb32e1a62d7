#include <fmt/format.h>

#include <iostream>

#include "cli/eval/collection_index.h"
#include "cli/eval/hygiene.h"
#include "cli/eval/verbs.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/eval/measure_gold.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval check --dataset DIR                   a collection in the BEIR layout, by its files\n"
    "  rag eval check --queries F --qrels F           questions and judgements over an index you have (--index);\n"
    "                                                 without --qrels what the questions' own lines say\n\n"
    "Looks for what makes figures say less than they seem to: relevant documents that are not there, copies, questions that stand word for word in\n"
    "a document, answers in file names, queries asked twice, gaps.  With --strict any of it is exit code 3, else the code is 0.\n";

}  // namespace

int eval_check(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_collection_options(options);
  options.add_options()("answers", po::value<std::string>()->value_name("FILE"), "answers, as 'rag eval answers' reads them: JSON Lines with _id and answers");
  add_hygiene_options(options);
  add_format_options(options, "text or json");
  const auto values = parse_options("eval check", "eval check --dataset DIR | --queries FILE --qrels FILE [OPTIONS]", options, {}, arguments, kEpilogue);
  const std::string format = output_format(values, {"text", "json"});
  const auto progress = make_progress_bar();
  CollectionReport report;
  if (values.count("dataset")) {
    for (const char* other : {"queries", "qrels"})
      if (values.count(other)) throw Error(ErrorKind::Usage, fmt::format("rag eval check: --{} beside --dataset; name one or the other", other));
    BeirDataset dataset = open_beir_dataset(values["dataset"].as<std::string>(), values["split"].as<std::string>());
    if (values.count("answers")) dataset.answers = values["answers"].as<std::string>();
    report = check_collection(dataset, *progress);
  } else {
    if (!values.count("queries")) throw Error(ErrorKind::Usage, "rag eval check: name a collection with --dataset DIR, or files with --queries and --qrels");
    const std::string questions = values["queries"].as<std::string>();
    const Qrels qrels = values.count("qrels") ? read_qrels(values["qrels"].as<std::string>()) : qrels_of(gold_in_questions(questions));
    if (qrels.empty()) throw Error(ErrorKind::Usage, questions + ": says of no question what answers it (\"evidence\", \"spans\" or \"documents\"); give --qrels as well");
    const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
    const std::vector<EvalQuery> queries = read_queries(questions);
    const std::string answers = values.count("answers") ? values["answers"].as<std::string>() : "";
    report = check_collection(*index, queries, qrels, read_expected_answers(answers, queries), *progress);
  }
  leave_out(ignored_kinds(values), report);
  if (format == "json") {
    std::cout << check_json(report) << '\n';
  } else {
    const bool korean = user_reads_korean();
    if (korean)
      std::cout << fmt::format("문서 {}개, 질문 {}개, 판정 {}개\n", report.documents, report.queries, report.judgements);
    else
      std::cout << counted(report.documents, "document") << ", " << counted(report.queries, "question") << ", " << counted(report.judgements, "judgement") << '\n';
    for (const Finding& finding : report.findings) std::cout << escape_for_terminal(line_of(finding).in(korean)) << '\n';
    for (const Wording& note : report.notes) std::cout << escape_for_terminal(note.in(korean)) << '\n';
    if (report.findings.empty() && report.notes.empty()) std::cout << tr("nothing to find fault with\n", "흠잡을 것이 없습니다\n");
  }
  return values["strict"].as<bool>() && is_blemished(report) ? kGateFailed : 0;
}

}  // namespace rag::cli
