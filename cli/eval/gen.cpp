#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "cli/eval/verbs.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"
#include "generate/chat_endpoint.h"
#include "pipelines/eval/question_corpus.h"
#include "pipelines/eval/question_files.h"
#include "pipelines/eval/question_report.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval gen --out questions                 200 questions from the index above this folder\n"
    "  rag eval retrieval --queries questions/queries.jsonl --gold questions/gold.jsonl\n"
    "  rag eval gen --out set --with-corpus         a collection by itself, without the documents of unanswerable questions\n"
    "  rag eval retrieval --dataset set\n\n"
    "No language model: definitions, abbreviations, quantities, times, persons, places, reasons, duties and table look-ups are turned into "
    "questions, in\n"
    "English and Korean.  A question is kept that finds its source among the first --within chunks, does not hold its own answer, repeats "
    "no long run\n"
    "of its source and is not near to another one.  docs/cli/eval-gen.md says what lies in the folder and what such questions cannot "
    "tell.\n";

double share_option(const po::variables_map& values, const char* option) {
  const double share = values[option].as<double>();
  if (!(share >= 0 && share <= 1)) throw Error(ErrorKind::Usage, fmt::format("--{} {}: expected a share from 0 to 1", option, share));
  return share;
}

// A folder of our own: nothing of somebody else's is written over.
std::filesystem::path output_folder(const po::variables_map& values) {
  if (!values.count("out")) throw Error(ErrorKind::Usage, "rag eval gen: wants --out DIR, a folder for the questions");
  const std::filesystem::path folder = values["out"].as<std::string>();
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_directory(folder, error))
    throw Error(ErrorKind::Usage, folder.string() + ": a file, expected a folder for the questions");
  if (std::filesystem::exists(folder / "queries.jsonl", error) && !values["force"].as<bool>())
    throw Error(ErrorKind::Usage,
                (folder / "queries.jsonl").string() + ": there already; name another folder, or pass --force to write over it");
  if (std::filesystem::exists(folder / "corpus.jsonl", error) && !(values["force"].as<bool>() && values["with-corpus"].as<bool>()))
    throw Error(ErrorKind::Usage, (folder / "corpus.jsonl").string() +
                                      ": documents of other questions; name another folder, or pass --force --with-corpus to write over them");
  return folder;
}

void print_made(const MadeQuestions& made, const MakeQuestionsOptions& options, const std::filesystem::path& folder, std::size_t corpus) {
  const bool korean = user_reads_korean();
  bool first = true;
  for (const std::string& line : made_questions_lines(made, options, korean))
    std::cout << (std::exchange(first, false) ? folder.string() + ": " : "") << escape_for_terminal(line) << '\n';
  if (corpus > 0)
    std::cout << (korean ? fmt::format("  corpus.jsonl에 문서 {}개: 'rag eval retrieval --dataset {}'\n", corpus, folder.string())
                         : fmt::format("  {} in corpus.jsonl: 'rag eval retrieval --dataset {}'\n", counted(corpus, "document"), folder.string()));
}

}  // namespace

int eval_gen(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("out", po::value<std::string>()->value_name("DIR"), "the folder for the questions; it is made")(
      "n,n", po::value<std::size_t>()->value_name("N")->default_value(200), "questions wanted")(
      "seed", po::value<std::uint64_t>()->value_name("S")->default_value(1), "another seed chooses other documents and questions")(
      "within", po::value<std::size_t>()->value_name("K")->default_value(10), "chunks among which a question must find its source")(
      "unanswerable", po::value<double>()->value_name("SHARE")->default_value(0.1, "0.1"),
      "share of questions whose document is to be left out")("max-lexical",
                                                             po::value<double>()->value_name("SHARE")->default_value(0.8, "0.8"),
                                                             "share of questions that words alone may find first")(
      "language", po::value<std::string>()->value_name("L")->default_value(""), "en or ko; default: both")(
      "backend-url", po::value<std::string>()->value_name("URL"),
      "let a language model write the questions: an OpenAI-compatible chat endpoint up to /v1")(
      "backend-model", po::value<std::string>()->value_name("NAME"), "the endpoint's model")(
      "with-corpus", po::bool_switch(), "write the documents as well (corpus.jsonl), so that the folder is a collection by itself")("force", po::bool_switch(),
                                                                                             "write over questions that are there");
  add_search_options(options);
  add_model_options(options);
  add_format_options(options, "text or json");
  const auto values = parse_options("eval gen", "eval gen --out DIR [OPTIONS]", options, {}, arguments, kEpilogue);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const std::filesystem::path folder = output_folder(values);
  MakeQuestionsOptions make{
      .session = session_options(values, globals.config, existing_index(index_option(values, globals), globals.config)),
      .retrieve = retrieve_options(values, globals.config, 10),
      .wanted = values["n"].as<std::size_t>(),
      .seed = values["seed"].as<std::uint64_t>(),
      .within = std::max<std::size_t>(1, values["within"].as<std::size_t>()),
      .unanswerable = share_option(values, "unanswerable"),
      .max_lexical = share_option(values, "max-lexical"),
      .language = values["language"].as<std::string>(),
      .ask = {},
      .plain_names = values["with-corpus"].as<bool>()};
  count_every_copy(values, make.retrieve);
  if (values.count("backend-url")) {
    ChatBackendOptions backend{
        .url = values["backend-url"].as<std::string>(),
        .model = values.count("backend-model") ? values["backend-model"].as<std::string>() : globals.config.backend_model.value_or("")};
    backend.api_key_variable = globals.config.api_key_variable.value_or(backend.api_key_variable);
    make.ask = [endpoint = std::shared_ptr<ChatEndpoint>(open_chat_endpoint(backend))](const std::vector<ChatMessage>& messages) { return whole_reply(*endpoint, messages); };
  }
  if (!make.language.empty()) choice("--language", make.language, {"en", "ko"});
  if (make.wanted == 0 || make.wanted > 100000)
    throw Error(ErrorKind::Usage, fmt::format("--n {}: expected a number from 1 to 100000", make.wanted));
  const auto progress = make_progress_bar();
  MadeQuestions made = make_questions(make, *progress);
  const std::size_t corpus = values["with-corpus"].as<bool>() && !made.questions.empty() ? write_question_corpus(folder, make.session.index, made) : 0;
  for (const std::string& line : unmade_questions_lines(made, make, user_reads_korean())) std::cerr << escape_for_terminal(line) << '\n';
  if (made.questions.empty()) {
    std::cerr << tr("no question could be made: nothing that was looked at can be asked about, or no question found its source again\n",
                    "질문을 만들지 못했습니다: 살펴본 것 가운데 물을 수 있는 것이 없거나, 질문이 근거를 다시 찾지 못했습니다\n");
    return 1;
  }
  write_question_files(folder, made, make, RAG_VERSION, values["with-corpus"].as<bool>());
  if (json)
    std::cout << made_questions_json(made, make, RAG_VERSION);
  else
    print_made(made, make, folder, corpus);
  return 0;
}

}  // namespace rag::cli
