#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <poll.h>
#include <unistd.h>
#include <vector>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/heap.h"
#include "core/interrupt.h"
#include "core/notice.h"
#include "core/text.h"

namespace rag::cli {
namespace {

constexpr Command kCommands[] = {
    {"index", "read files and folders, cut them into chunks, embed and store them; again: only what changed", run_index},
    {"sync", "bring all sources of the index up to date; quiet where nothing changed", run_sync},
    {"sources", "list, add or remove folders, each with its own settings", run_sources},
    {"search", "find the passages that bear on a question", run_search},
    {"ask", "answer a question from the documents, every sentence cited", run_ask},
    {"chat", "ask again and again, follow-up questions understood", run_chat},
    {"eval", "measure how well retrieval works (nDCG, recall, MRR ... as trec_eval computes them)", run_eval},
    {"status", "what the index holds: documents, chunks, encoder, size", run_status},
    {"log", "what each run did, and to which files", run_log},
    {"skipped", "which files have no documents, and why", run_skipped},
    {"ls", "list the documents", run_ls},
    {"show", "print one document, or the chunks it was cut into", run_show},
    {"rm", "take documents out of the index", run_rm},
    {"duplicates", "list documents that are copies of each other, exact or nearly", run_duplicates},
    {"verify", "check the index for damage", run_verify},
    {"repair", "mend what verify found", run_repair},
    {"compact", "drop what was deleted and merge small segments", run_compact},
    {"model", "list, add, import or fetch encoders and rerankers", run_model},
    {"embed", "texts from standard input to vectors", run_embed},
    {"formats", "list the formats that are read, by what, and what is missing for others", run_formats},
    {"doctor", "check that this machine has everything, and say what is slow", run_doctor},
};

void print_help() {
  std::cout << "rag: answers from your own documents, each sentence cited and checked\n\n"
               "Usage: rag [--index DIR] COMMAND [OPTIONS]\n\n";
  for (const Command& command : kCommands) {
    std::string name = command.name;
    name.resize(12, ' ');
    std::cout << "  " << name << command.summary << '\n';
  }
  std::cout << "\nA first walk:\n"
               "  rag index ~/company-docs              once, and again whenever documents change\n"
               "  rag ask \"How many days of leave do I have?\"\n"
               "  rag search \"휴가 신청\" -k 5 --explain\n"
               "  rag status\n"
               "  rag eval retrieval --dataset DIR      a folder in the BEIR layout\n\n"
               "'rag COMMAND --help' lists a command's options with their defaults; 'rag --version' prints the version.\n"
               "Results go to standard output, everything else to standard error.  Korean text where LANG begins with ko.\n\n"
               "The index is --index, else RAG_INDEX, else the nearest .rag folder at or above the current one; 'rag index' makes .rag here.\n"
               "RAG_MODELS: folders with encoders.  rag.toml, here or above, sets defaults for most options.\n\n"
               "Exit codes: 0 found, answered, done; 1 nothing found or abstained; 2 wrong usage; 3 a gate failed;\n"
               "4 index damaged or of another model; 5 part of the input could not be read; 6 a backend or the system failed; 130 interrupted.\n";
}

extern "C" void on_signal(int) {
  // The second Ctrl-C is meant: the index is safe at any moment.
  if (interrupted()) ::_exit(130);
  request_interrupt();
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error with a name, as a full disk is
}

bool processor_has(const char* flag) {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("flags")) return (line + " ").find(std::string(" ") + flag + " ") != std::string::npos;
  return false;
}

// Two libraries read their settings from the environment when they are loaded, so these have to be there before we start: set what the
// user has not and begin again, once.  Debian's OpenBLAS takes newer Intel processors for very old ones and then runs three times slower.
// OpenMP's threads spin while they wait for each other, which costs most of the speed where anything else wants a core.
void choose_library_settings(char** arguments) {
  const char* kernels = processor_has("avx512f") ? "SkylakeX" : processor_has("avx2") ? "Haswell" : nullptr;
  bool changed = false;
  const auto set = [&](const char* name, const char* value) {
    if (value && !std::getenv(name)) changed = ::setenv(name, value, 1) == 0 || changed;
  };
  set("OPENBLAS_CORETYPE", kernels);
  set("OMP_WAIT_POLICY", "PASSIVE");
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);  // its own name, so that 'ps' shows it
  if (changed && !error) ::execv(program.c_str(), arguments);                   // where this fails we just go on, slower
}

// A message may quote what the user typed or a file is called, line breaks and all.
std::string one_line(const char* message) { return collapse_white_space(escape_for_terminal(message)); }

// Whoever read our output has closed the pipe ('rag ls | head'): nothing is wrong, and there is nobody to tell.
bool reader_has_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

// The command's own code where all of its output has been taken.
int code_after_output(int code) {
  std::cout.flush();
  if (std::cout) return code;
  if (reader_has_gone()) return 128 + SIGPIPE;
  std::cerr << "rag: standard output cannot be written\n";
  return exit_code(ErrorKind::Io);
}

int run(std::vector<std::string> arguments) {
  Globals globals;
  while (!arguments.empty() && arguments[0].starts_with("-")) {
    const std::string option = arguments[0];
    if (option == "--help" || option == "-h") {
      print_help();
      return 0;
    }
    if (option == "--version" || option == "-V") {
      std::cout << "rag " RAG_VERSION "\n";
      return 0;
    }
    if (option.starts_with("--index=")) {
      globals.index = option.substr(8);
      if (globals.index.empty()) throw Error(ErrorKind::Usage, "--index=: wants a folder, for instance 'rag --index=handbook.rag status'");
      arguments.erase(arguments.begin());
    } else if (option == "--index" && arguments.size() > 1) {
      globals.index = arguments[1];
      arguments.erase(arguments.begin(), arguments.begin() + 2);
    } else if (option == "--index") {
      throw Error(ErrorKind::Usage, "--index: wants a folder, for instance 'rag --index handbook.rag status'");
    } else {
      throw Error(ErrorKind::Usage, option + ": not an option of rag itself; 'rag --help' lists the commands");
    }
  }
  if (arguments.empty()) {
    print_help();
    return 2;
  }
  if (arguments[0] == "help") {
    if (arguments.size() == 1) {
      print_help();
      return 0;
    }
    arguments = {arguments[1], "--help"};
  }
  globals.config = load_config(std::filesystem::current_path());
  for (const Command& command : kCommands) {
    if (arguments[0] != command.name) continue;
    arguments.erase(arguments.begin());
    return command.run(globals, arguments);
  }
  throw Error(ErrorKind::Usage, arguments[0] + ": no such command; 'rag --help' lists them");
}

}  // namespace
}  // namespace rag::cli

int main(int argc, char** argv) {
  using namespace rag;
  try {
    cli::choose_library_settings(argv);
    keep_large_pieces_off_the_heap();
    cli::install_signal_handlers();
    on_notice([](const std::string& line) { std::cerr << "rag: " << cli::one_line(line.c_str()) << '\n'; });
    return cli::code_after_output(cli::run({argv + 1, argv + argc}));
  } catch (const cli::HelpShown&) {
    return cli::code_after_output(0);
  } catch (const Error& error) {
    const std::string message = cli::one_line(error.what());
    std::cerr << (message.starts_with("rag ") ? "" : "rag: ") << message << '\n';
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    std::cerr << "rag: out of memory\n";
    return exit_code(ErrorKind::Io);
  } catch (const std::exception& error) {
    std::cerr << "rag: unexpected: " << cli::one_line(error.what()) << "; please report this\n";
    return exit_code(ErrorKind::Io);
  }
}
