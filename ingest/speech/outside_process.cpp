#include "ingest/speech/outside_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/companion.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "ingest/start_program.h"

namespace rag {
namespace {

constexpr int kHandedDescriptor = 3;

std::filesystem::path limiting_program() {
  const std::filesystem::path found = find_companion("rag-limit");
  if (found.empty()) throw Error(ErrorKind::Io, "rag-limit: not found beside this program or in its lib folder; build or install it again");
  return found;
}

pid_t start(std::vector<std::string> words, int socket, int errors, int file) {
  std::vector<HandedDescriptor> handed{{socket, 0}, {socket, 1}, {errors, 2}};
  if (file >= 0) handed.push_back({file, kHandedDescriptor});
  return start_program(std::move(words), handed);
}

// Short naps, because the signal that asks us to stop may be delivered to another thread.  False at the deadline.
bool wait_for(int socket, short what, OutsideProcess::Clock::time_point deadline) {
  for (;;) {
    throw_if_interrupted();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - OutsideProcess::Clock::now()).count();
    pollfd ready{socket, what, 0};
    if (::poll(&ready, 1, static_cast<int>(std::clamp<long long>(left, 0, 200))) > 0) return true;
    if (left <= 0) return false;
  }
}

}  // namespace

OutsideProcess::OutsideProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments, const OutsideLimits& limits,
                               int file)
    : limits_(limits) {
  std::vector<std::string> words{limiting_program().string(), std::to_string(limits.max_address_space), std::to_string(limits.max_cpu.count()),
                                 program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    throw Error(ErrorKind::Io, program.string() + ": no socket for it: " + std::strerror(errno));
  socket_ = pair[0];
  errors_ = ::memfd_create("rag-errors", MFD_CLOEXEC);
  try {
    if (errors_ < 0) throw Error(ErrorKind::Io, program.string() + ": no place for its messages: " + std::strerror(errno));
    pid_ = start(std::move(words), pair[1], errors_, file);
  } catch (...) {
    ::close(pair[1]);
    end();
    throw;
  }
  ::close(pair[1]);
}

OutsideProcess::~OutsideProcess() {
  end();
  if (errors_ >= 0) ::close(errors_);
}

void OutsideProcess::end() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
}

OutsideProcess::Heard OutsideProcess::write(std::string_view bytes, Clock::time_point deadline) {
  while (!bytes.empty()) {
    if (!wait_for(socket_, POLLOUT, deadline)) {
      killed_by_us_ = true;
      return Heard::TimedOut;
    }
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent <= 0) return Heard::End;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Heard::Bytes;
}

OutsideProcess::Heard OutsideProcess::read(char* into, std::size_t most, std::size_t& got, Clock::time_point deadline) {
  got = 0;
  for (;;) {
    if (!wait_for(socket_, POLLIN, deadline)) {
      killed_by_us_ = true;
      return Heard::TimedOut;
    }
    const ssize_t size = ::recv(socket_, into, most, MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size <= 0) return Heard::End;
    got = static_cast<std::size_t>(size);
    return Heard::Bytes;
  }
}

std::string OutsideProcess::obituary() {
  // Its socket closes a moment before it becomes a corpse; give it that moment before end() would blur the cause.
  for (int i = 0; i < 200 && pid_ > 0 && !killed_by_us_; ++i) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_)
      pid_ = -1;
    else
      ::usleep(5000);
  }
  if (pid_ > 0) killed_by_us_ = true;
  end();
  if (killed_by_us_) return "was killed by us";
  if (WIFEXITED(status_)) return WEXITSTATUS(status_) == 0 ? "" : "ended with exit code " + std::to_string(WEXITSTATUS(status_));
  switch (WTERMSIG(status_)) {
    case SIGKILL: return "was killed (out of memory, perhaps)";
    case SIGXCPU: return "used more than " + std::to_string(limits_.max_cpu.count()) + " s of processor time";
    default: return std::string("crashed (") + ::strsignal(WTERMSIG(status_)) + ")";
  }
}

std::string OutsideProcess::last_error_line() const {
  constexpr std::size_t kKept = 4096, kShown = 200;
  struct stat info {};
  if (errors_ < 0 || ::fstat(errors_, &info) != 0) return "";
  std::string end(std::min(kKept, static_cast<std::size_t>(info.st_size)), '\0');
  const ssize_t got = ::pread(errors_, end.data(), end.size(), info.st_size - static_cast<off_t>(end.size()));
  end.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  while (!end.empty() && (end.back() == '\n' || end.back() == '\r' || end.back() == ' ')) end.pop_back();
  std::string line = collapse_white_space(replace_invalid_utf8(end.substr(end.rfind('\n') + 1)));
  if (line.size() > kShown) line.resize(floor_to_character(line, kShown));
  return line;
}

}  // namespace rag
