#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <span>

#include "cli/options.h"
#include "cli/passage_formats.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/json_output.h"
#include "pipelines/session.h"
#include "retrieve/eval/judgements.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "Examples:\n"
    "  rag search \"error code E-4417\" -k 5\n"
    "  rag search \"육아휴직 기간\" --filter 'path~\"hr/*\" AND lang=ko' --explain\n"
    "  rag search \"travel\" --mode lexical --format json | jq .passages[0].uri\n"
    "  rag search --queries questions.jsonl > found.jsonl       one line of JSON a question, the encoder loaded once\n\n"
    "Exit code 1: nothing was found (with --queries: for none of them).\n";

// Answers a file of questions, each as soon as it is known: with one line of JSON, or the lines of a TREC run.
int search_file(Session& session, const std::filesystem::path& file, const RetrieveOptions& retrieve, bool trec) {
  bool found = false;
  const std::vector<EvalQuery> queries = read_queries(file);
  for (std::size_t begin = 0; begin < queries.size() && std::cout;) {  // until nobody reads on
    throw_if_interrupted();
    const auto some = std::span(queries).subspan(begin, std::min(asked_together(retrieve), queries.size() - begin));
    begin += some.size();
    std::vector<std::string> texts;
    for (const EvalQuery& query : some) texts.push_back(query.text);
    std::vector<RetrieveTimings> timings;
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::vector<Passage>> passages = session.search_many(texts, retrieve, &timings);
    const double total_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(some.size());
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (trec) print_trec_run(std::cout, some[i].id, passages[i]);
      else std::cout << query_json(some[i].id, some[i].text, session.index().generation(), passages[i], timings[i], total_ms) << '\n';
      found = found || !passages[i].empty();
    }
    std::cout.flush();
  }
  return found ? 0 : 1;
}

}  // namespace

int run_search(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_search_options(options);
  add_model_options(options);
  options.add_options()("explain", po::bool_switch(), "show every leg's score, the chunk, its bytes, and where the time went")(
      "queries", po::value<std::string>()->value_name("FILE"),
      "ask every question of a file (JSON Lines with _id and text, or id TAB text); prints JSON Lines, or a run with --format trec")(
      "query-id", po::value<std::string>()->value_name("ID"), "trec: the question's id in the run; default: q")(
      "question", po::value<std::vector<std::string>>(), "");
  add_format_options(options, "text, json, jsonl (a passage a line), csv, md or trec (a run file: one line a document)");
  po::positional_options_description positional;
  positional.add("question", -1);
  const auto values = parse_options("search", "search \"QUESTION\" [OPTIONS]", options, positional, arguments, kEpilogue);
  const bool batch = values.count("queries") > 0;
  if (batch && values.count("question")) throw Error(ErrorKind::Usage, "rag search: a question and --queries; give one of them");
  if (!batch && !values.count("question"))
    throw Error(ErrorKind::Usage, "rag search: no question; say for instance 'rag search \"sick leave\"'");
  const std::string question = batch ? "" : joined(values["question"].as<std::vector<std::string>>(), " ");
  const std::string format = output_format(values, {"text", "json", "jsonl", "csv", "md", "trec"});
  const bool trec = format == "trec";
  if (batch && format != "jsonl" && !trec && !(values["format"].defaulted() && format == "text"))
    throw Error(ErrorKind::Usage, "rag search --queries: prints --format jsonl or trec, not " + format);
  if (values.count("query-id") && (batch || !trec))
    throw Error(ErrorKind::Usage, batch ? "rag search: --query-id and --queries; the queries have ids of their own"
                                        : "rag search: --query-id is for --format trec; leave it out or pass both");
  RetrieveOptions retrieve = retrieve_options(values, globals.config, 5);
  if (trec) {
    retrieve.max_per_document = 1;  // so that -k counts documents
    count_every_copy(values, retrieve);
  }

  Session session(session_options(values, globals.config, existing_index(index_option(values, globals), globals.config)));
  if (batch) return search_file(session, values["queries"].as<std::string>(), retrieve, trec);
  RetrieveTimings timings;
  const std::vector<Passage> passages = session.search(question, retrieve, &timings);
  if (trec) print_trec_run(std::cout, values.count("query-id") ? values["query-id"].as<std::string>() : "q", passages);
  else print_passages(std::cout, format, question, session.index().generation(), passages, values["explain"].as<bool>());
  if (values["explain"].as<bool>())
    std::cerr << fmt::format("embed {:.1f} ms, dense {:.1f} ms, lexical {:.1f} ms, fuse {:.1f} ms, load {:.1f} ms{}\n", timings.embed_ms,
                             timings.dense_ms, timings.lexical_ms, timings.fuse_ms, timings.load_ms,
                             timings.rerank_ms > 0 ? fmt::format(", rerank {:.1f} ms", timings.rerank_ms) : "");
  if (!passages.empty()) return 0;
  if (format != "text") return 1;
  std::cerr << (has_word(question) ? tr("nothing found\n", "찾은 것이 없습니다\n")
                                   : tr("nothing was asked: no letter or digit in the question\n", "질문에 글자나 숫자가 없습니다\n"));
  return 1;
}

}  // namespace rag::cli
