#include <iostream>

#include "cli/ask_options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "pipelines/json_output.h"
#include "pipelines/session.h"

namespace rag::cli {
namespace {

constexpr std::size_t kPassages = 8;

constexpr const char* kEpilogue =
    "Every citation is checked before it is shown: the passage exists, the quote is in it, and the numbers and names of the sentence occur there.\n"
    "What fails is left out and counted.  Where nothing supports an answer there is none, and the exit code is 1.\n\n"
    "Examples:\n"
    "  rag ask \"휴가는 며칠인가요?\"\n"
    "  rag ask \"How long is parental leave?\" --filter lang=en --format json\n"
    "  rag ask \"Summarise the travel policy\" --backend openai --backend-url http://localhost:11434/v1 --backend-model llama3.2\n\n"
    "An endpoint may be a server of your own (Ollama, llama.cpp, vLLM) or a hosted one (OpenAI, Claude, Gemini): docs/cli/ask.md has their addresses.\n"
    "A key for it is read from OPENAI_API_KEY, or from the variable that api_key_variable in rag.toml names; from nowhere else.\n"
    "With --backend extractive, the default, nothing leaves this machine.\n";

}  // namespace

int run_ask(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_backend_options(options);
  add_search_options(options);
  add_model_options(options);
  add_format_options(options, "text or json");
  options.add_options()("question", po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add("question", -1);
  const auto values = parse_options("ask", "ask \"QUESTION\" [OPTIONS]", options, positional, arguments, kEpilogue);
  if (!values.count("question")) throw Error(ErrorKind::Usage, "rag ask: no question; say for instance 'rag ask \"How many days of leave?\"'");
  const std::string question = joined(values["question"].as<std::vector<std::string>>(), " ");
  const std::string format = output_format(values, {"text", "json"});
  const RetrieveOptions retrieve = retrieve_options(values, globals.config, kPassages);

  Session session(session_options(values, globals.config, existing_index(index_option(values, globals), globals.config)));
  const auto generator = make_generator(values, globals.config, session);
  // What streams in is not checked yet, so it is only a sign of life on the terminal, never the answer.
  std::size_t received = 0;
  const auto progress = make_progress_bar();
  const Answer answer = session.ask(question, retrieve, *generator, {}, [&](std::string_view piece) {
    received += piece.size();
    progress->update(tr("bytes of a draft", "바이트의 초안"), received, 0);
  });
  progress->update("", 1, 1);
  if (format == "json") {
    std::cout << answer_json(question, session.index().generation(), answer) << '\n';
  } else {
    print_answer(answer, question);
  }
  return answer.abstained ? 1 : 0;
}

}  // namespace rag::cli
