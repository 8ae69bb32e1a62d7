#include "program.h"

#include <fcntl.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace rag::test {
namespace {

std::string slurp(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

void meet(const Hardship& hardship) {
  if (hardship.no_reader) {
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) ::_exit(127);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  if (!hardship.output.empty()) {
    const int file = ::open(hardship.output.c_str(), O_WRONLY);
    if (file < 0 || ::dup2(file, STDOUT_FILENO) < 0) ::_exit(127);
  }
  constexpr id_t kNobody = 65534;
  if (hardship.largest_file > 0) {
    const rlimit limit{hardship.largest_file, hardship.largest_file};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(127);
  }
  if (hardship.as_nobody && ::geteuid() == 0 && (::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) ::_exit(127);
}

// In the child: only async-signal-safe calls would be right after a fork of a threaded process; this one has no threads.
[[noreturn]] void become(const std::filesystem::path& folder, const std::vector<std::string>& arguments, const std::vector<std::string>& environment,
                         const std::filesystem::path& in, const std::filesystem::path& out, const std::filesystem::path& err,
                         const Hardship& hardship) {
  const auto open_as = [](const std::filesystem::path& file, int flags, int as) {
    const int fd = ::open(file.c_str(), flags, 0600);
    if (fd < 0 || ::dup2(fd, as) < 0) ::_exit(127);
  };
  open_as(in, O_RDONLY, STDIN_FILENO);
  open_as(out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
  open_as(err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  for (const char* variable : {"RAG_INDEX", "LANG", "LC_ALL", "LC_MESSAGES", "OPENAI_API_KEY", "OPENAI_BASE_URL"}) ::unsetenv(variable);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  ::setenv("XDG_CACHE_HOME", (folder / ".cache").c_str(), 1);
  for (const std::string& variable : environment) ::putenv(const_cast<char*>(variable.c_str()));
  meet(hardship);
  std::vector<char*> argv;
  static const std::string program = RAG_BINARY_DIR "/rag";
  argv.push_back(const_cast<char*>(program.c_str()));
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  ::execv(program.c_str(), argv.data());
  ::_exit(127);
}

}  // namespace

Program::Program() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rag-test-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
}

Program::~Program() {
  std::error_code error;
  std::filesystem::remove_all(folder_, error);
}

void Program::write(const std::string& name, const std::string& text) const {
  std::filesystem::create_directories((folder_ / name).parent_path());
  std::ofstream(folder_ / name, std::ios::binary) << text;
}

Result Program::run(const std::vector<std::string>& arguments, const std::string& input, const std::vector<std::string>& environment,
                    const Hardship& hardship) const {
  const auto in = folder_ / ".stdin", out = folder_ / ".stdout", err = folder_ / ".stderr";
  std::ofstream(in, std::ios::binary) << input;
  const pid_t child = ::fork();
  if (child == 0) become(folder_, arguments, environment, in, out, err, hardship);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), slurp(out), slurp(err)};
}

pid_t Program::start(const std::vector<std::string>& arguments, const std::filesystem::path& out, const std::filesystem::path& err) const {
  const pid_t child = ::fork();
  if (child == 0) become(folder_, arguments, {}, "/dev/null", out, err, {});
  return child;
}

nlohmann::json json_of(const Program& program, std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const Result result = program.run(arguments);
  EXPECT_FALSE(result.out.empty()) << result.err;
  return result.out.empty() ? nlohmann::json() : nlohmann::json::parse(result.out);
}

}  // namespace rag::test
