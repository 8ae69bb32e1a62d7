#include <iostream>

#include "cli/ask_options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "pipelines/json_output.h"
#include "pipelines/session.h"

namespace rag::cli {
namespace {

constexpr std::size_t kPassages = 8;
constexpr std::size_t kRemembered = 6;  // turns a follow-up question may refer to

constexpr const char* kEpilogue =
    "One question a line.  A follow-up (\"and for part-timers?\", \"그럼 병가는?\") is understood from what was asked before.\n"
    "/new forgets the conversation, /quit or Ctrl-D ends it.  With --format json each answer is one line.\n\n"
    "Example:  printf '%s\\n' '연차는 어떻게 신청하나요?' '그럼 병가는?' | rag chat\n";

}  // namespace

int run_chat(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  add_backend_options(options);
  add_search_options(options);
  add_model_options(options);
  add_format_options(options, "text or json");
  const auto values = parse_options("chat", "chat [OPTIONS]", options, {}, arguments, kEpilogue);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const RetrieveOptions retrieve = retrieve_options(values, globals.config, kPassages);
  Session session(session_options(values, globals.config, existing_index(index_option(values, globals), globals.config)));
  const auto generator = make_generator(values, globals.config, session);

  std::vector<Turn> history;
  std::string question;
  if (stderr_is_terminal()) std::cerr << tr("/new forgets the conversation, /quit or Ctrl-D ends it\n", "/new: 새 대화, /quit 또는 Ctrl-D: 끝내기\n");
  while (!interrupted() && std::cout) {
    if (stderr_is_terminal()) std::cerr << bold("> ") << std::flush;
    if (!std::getline(std::cin, question)) break;
    const std::string asked(trim(question));
    if (asked == "/quit" || asked == "/exit") break;
    if (asked == "/new") history.clear();
    if (asked.empty() || asked.starts_with("/")) continue;
    try {
      const Answer answer = session.ask(asked, retrieve, *generator, history);
      if (json) std::cout << answer_json(asked, session.index().generation(), answer) << std::endl;
      else print_answer(answer, asked);
      std::cout << std::flush;
      history.push_back({asked, answer.text});
      if (history.size() > kRemembered) history.erase(history.begin());
    } catch (const Error& error) {
      // A dead endpoint costs this answer, not the conversation.
      if (error.kind() != ErrorKind::Backend && error.kind() != ErrorKind::Usage) throw;
      std::cerr << "rag: " << escape_for_terminal(error.what()) << '\n';
    }
  }
  throw_if_interrupted();
  return 0;
}

}  // namespace rag::cli
