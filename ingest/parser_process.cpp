#include "ingest/parser_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/companion.h"
#include "core/error.h"
#include "core/file_descriptor.h"
#include "core/interrupt.h"
#include "ingest/start_program.h"
#include "ingest/wire.h"

namespace rag {
namespace {

std::filesystem::path parser_program() {
  if (const char* named = std::getenv("RAG_PARSE"); named && *named) return named;
  const std::filesystem::path found = find_companion("rag-parse");
  if (found.empty())
    throw Error(ErrorKind::Io, "rag-parse: not found beside this program or in its lib folder; install it, or name it in RAG_PARSE");
  return found;
}

pid_t start_parser(const ParseLimits& limits, int socket) {
  const HandedDescriptor handed[] = {{-1, 0}, {-1, 1}, {-1, 2}, {socket, kChildSocket}};
  return start_program({parser_program().string(), std::to_string(limits.max_address_space), std::to_string(limits.max_cpu.count()),
                        std::to_string(limits.max_file_bytes), std::to_string(limits.max_text_bytes),
                        limits.ocr.enabled ? limits.ocr.languages : "", std::to_string(limits.ocr.max_cpu.count())},
                       handed);
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Eight bytes with a descriptor attached.
bool send_with_file(int socket, std::uint64_t number, int file) {
  iovec part{&number, sizeof number};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &file, sizeof file);
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof number);
}

std::string megabytes(std::size_t bytes) { return std::to_string(bytes >> 20) + " MB"; }

}  // namespace

ParserProcess::ParserProcess(const ParseLimits& limits) : limits_(limits) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
    throw Error(ErrorKind::Io, std::string("no socket for the parser process: ") + std::strerror(errno));
  socket_ = pair[0];
  try {
    pid_ = start_parser(limits, pair[1]);
  } catch (...) {
    ::close(pair[0]);
    ::close(pair[1]);
    throw;
  }
  ::close(pair[1]);
  std::string passwords;
  for (const std::string& password : limits.passwords) passwords += password + '\n';
  const std::uint64_t size = passwords.size();
  // A child that is gone already is noticed when it is sent its first file.
  if (send_all(socket_, {reinterpret_cast<const char*>(&size), sizeof size})) send_all(socket_, passwords);
}

ParserProcess::~ParserProcess() { end(); }

void ParserProcess::end() {
  if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
}

bool ParserProcess::send(int file, const std::string& uri, bool with_ocr, bool with_recordings, const MembersRead& read) {
  return send_request(file, uri, read.last.empty() ? uri : uri + '\0' + encode_members_read(read),
                      (with_ocr ? 0 : kWithoutOcr) | (with_recordings ? kWithRecordings : 0));
}

bool ParserProcess::send_corpus(int file, const std::string& uri, const CorpusPlace& place) {
  return send_request(file, uri, uri + '\0' + encode_corpus_place(place), kCorpus);
}

bool ParserProcess::send_request(int file, const std::string& uri, const std::string& request, std::uint64_t kind) {
  recognizing_ = false;
  uri_ = uri;
  pages_recognized_ = 0;
  return socket_ >= 0 && send_with_file(socket_, request.size() | kind, file) && send_all(socket_, request);
}

bool ParserProcess::receive_bytes(char* into, std::size_t size, std::chrono::steady_clock::time_point deadline, Reply& reply) {
  while (size > 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      reply = Reply::TimedOut;
      return false;
    }
    // Short naps, because the signal that asks us to stop may be delivered to another thread.
    pollfd ready{socket_, POLLIN, 0};
    const int found = ::poll(&ready, 1, static_cast<int>(std::min<long long>(left.count(), 200)));
    throw_if_interrupted();
    if (found <= 0) continue;
    const ssize_t got = ::recv(socket_, into, size, 0);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) {
      reply = Reply::Died;
      return false;
    }
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

Reply ParserProcess::receive(std::string& answer, const std::function<void(std::size_t bytes)>& before) {
  constexpr std::size_t kStep = std::size_t{16} << 20;
  // Processor time is what recognition is measured in; how long that takes is up to who else wants the processor.
  constexpr int kWallToCpu = 4;
  auto deadline = std::chrono::steady_clock::now() + limits_.max_wall;
  const auto last_deadline = deadline + (limits_.ocr.enabled ? kWallToCpu * limits_.ocr.max_cpu : std::chrono::seconds(0));
  const std::uint64_t most = largest_answer(limits_.max_text_bytes);
  Reply reply = Reply::Answered;
  std::uint64_t size = 0;
  answer.clear();
  do {
    if (!receive_bytes(reinterpret_cast<char*>(&size), sizeof size, deadline, reply)) {
      killed_by_us_ = reply == Reply::TimedOut;
      return reply;
    }
    if (size != kMoreTime) break;
    recognizing_ = true;
    if (limits_.on_page) limits_.on_page(uri_, ++pages_recognized_);
    deadline = std::min(std::chrono::steady_clock::now() + limits_.max_wall, last_deadline);
  } while (true);
  const Reply whole = size & kPart ? Reply::Part : size & kRecording ? Reply::Recording : Reply::Answered;
  size &= ~(kPart | kRecording);
  if (size > most) return Reply::TooLarge;
  before(size);
  deadline = std::chrono::steady_clock::now() + limits_.max_wall;
  answer.reserve(size);  // what a lying size never fills costs no memory
  while (answer.size() < size) {
    const std::size_t done = answer.size();
    const std::size_t step = std::min<std::uint64_t>(kStep, size - done);
    answer.resize(done + step);
    if (!receive_bytes(answer.data() + done, step, deadline, reply)) {
      killed_by_us_ = reply == Reply::TimedOut;
      return reply;
    }
  }
  return whole;
}

void ParserProcess::keep() { send_all(socket_, {reinterpret_cast<const char*>(&kKeep), sizeof kKeep}); }

bool ParserProcess::take(std::uint64_t bytes, int into) {
  constexpr std::size_t kStep = std::size_t{1} << 20;
  if (!send_all(socket_, {reinterpret_cast<const char*>(&kSend), sizeof kSend})) return false;
  const auto deadline = std::chrono::steady_clock::now() + limits_.max_wall;
  std::string block(std::min<std::uint64_t>(kStep, bytes), '\0');
  Reply reply = Reply::Answered;
  for (std::uint64_t left = bytes; left > 0;) {
    const std::size_t step = std::min<std::uint64_t>(block.size(), left);
    if (!receive_bytes(block.data(), step, deadline, reply)) {
      killed_by_us_ = reply == Reply::TimedOut;
      return false;
    }
    if (!write_all(into, std::string_view(block).substr(0, step)))
      throw Error(ErrorKind::Io, std::string("no memory for a recording in ") + uri_ + ": " + std::strerror(errno));
    left -= step;
  }
  return true;
}

std::string ParserProcess::obituary() {
  if (killed_by_us_) {
    end();
    return "parser killed: took longer than " + std::to_string(limits_.max_wall.count()) + " s";
  }
  // Its socket closed a moment before it becomes a corpse; give it that moment before end() would blur the cause.
  for (int i = 0; i < 200 && pid_ > 0; ++i) {
    if (::waitpid(pid_, &status_, WNOHANG) == pid_)
      pid_ = -1;
    else
      ::usleep(5000);
  }
  end();
  if (WIFEXITED(status_)) return "parser gave up (exit code " + std::to_string(WEXITSTATUS(status_)) + ")";
  switch (WTERMSIG(status_)) {
    case SIGKILL: return "";
    case SIGXCPU: return "parser killed: used more than " + std::to_string(limits_.max_cpu.count()) + " s of processor time";
    case SIGABRT:
      return "parser crashed (abort): damaged input, or it needs more than " + megabytes(limits_.max_address_space) + " of memory";
    case SIGSEGV:
    case SIGBUS:
      return "parser crashed (memory fault): damaged input, or it needs more than " + megabytes(limits_.max_address_space) + " of memory";
    case SIGXFSZ: return "parser killed: tried to write a file";
    default: return std::string("parser crashed (") + ::strsignal(WTERMSIG(status_)) + ")";
  }
}

}  // namespace rag
