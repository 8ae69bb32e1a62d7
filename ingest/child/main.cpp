// rag-parse: reads files that the parent hands over, one after the other, under limits.  Not meant to be started by hand.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/confinement.h"
#include "ingest/contained_files.h"
#include "ingest/corpus_parts.h"
#include "ingest/sandbox.h"
#include "ingest/wire.h"

namespace {

using rag::kChildSocket;
using rag::kMoreTime;

void limit(__rlimit_resource resource, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(resource, &both);
}

void limit_process(const rag::ParseLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  for (const int terminal_signal : {SIGINT, SIGQUIT, SIGTSTP}) ::signal(terminal_signal, SIG_IGN);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 64);
  // A write fails instead of killing us: fontconfig, which poppler asks for fonts, tries to keep a cache where a machine has none yet.
  ::signal(SIGXFSZ, SIG_IGN);
  limit(RLIMIT_FSIZE, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their shadow memory alone is terabytes of address space
  limit(RLIMIT_AS, limits.max_address_space);
#else
  (void)limits;
#endif
}

// RLIMIT_CPU counts the whole life of the process, so each file moves it on.
void grant_cpu(std::chrono::seconds seconds) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const rlim_t used = static_cast<rlim_t>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1;
  rlimit limit{};
  ::getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = used + static_cast<rlim_t>(seconds.count());
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_cur > limit.rlim_max) limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_CPU, &limit);
}

bool receive_all(char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(kChildSocket, into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    into += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_all(const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(kChildSocket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_passwords(std::vector<std::string>& passwords) {
  std::uint64_t size = 0;
  if (!receive_all(reinterpret_cast<char*>(&size), sizeof size) || size > (1U << 20)) return false;
  std::string lines(size, '\0');
  if (!receive_all(lines.data(), lines.size())) return false;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    if (end == std::string::npos) break;
    passwords.push_back(lines.substr(at, end - at));
    at = end + 1;
  }
  return true;
}

// Eight bytes and the descriptor that comes with them; -1 where the parent is gone.
int receive_file(std::uint64_t& number) {
  iovec part{&number, sizeof number};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(kChildSocket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (got != static_cast<ssize_t>(sizeof number) || !header || header->cmsg_type != SCM_RIGHTS) return -1;
  int file = -1;
  std::memcpy(&file, CMSG_DATA(header), sizeof file);
  return file;
}

// To the file's end or a byte beyond the limit, whatever its size claims to be.
std::string read_all(int file, std::size_t max_bytes) {
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (bytes.size() <= max_bytes) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

bool send_answer(std::string_view answer, std::uint64_t kind) {
  const std::uint64_t size = answer.size() | kind;
  return send_all(reinterpret_cast<const char*>(&size), sizeof size) && send_all(answer.data(), answer.size());
}

// Each member is a file of its own as far as limits go.
class PartSender final : public rag::MemberWatch {
 public:
  PartSender(const rag::ParseLimits& limits, bool with_recordings) : limits_(limits), with_recordings_(with_recordings) {}
  void before(const std::string& member_uri, rag::ParseOutcome& so_far, const rag::MembersRead& read) override {
    if (!send_answer(rag::encode_part({member_uri, std::exchange(so_far, {}), read.unpacked, read.text_bytes}), rag::kPart)) ::_exit(0);
    grant_cpu(limits_.max_cpu);
  }
  bool take(const rag::MemberRecording& recording, std::string_view bytes) override {
    if (!with_recordings_) return false;
    std::uint64_t wish = rag::kKeep;
    if (!send_answer(rag::encode_recording(recording), rag::kRecording) || !receive_all(reinterpret_cast<char*>(&wish), sizeof wish)) ::_exit(0);
    if (wish == rag::kSend && !send_all(bytes.data(), bytes.size())) ::_exit(0);
    return true;
  }

 private:
  const rag::ParseLimits& limits_;
  const bool with_recordings_;
};

// A corpus, of which `place` says where the file stands; false where the parent is gone.
bool answer_corpus(int file, const std::string& uri, const rag::CorpusPlace& place, const rag::ParseLimits& limits) {
  rag::CorpusParts parts(file, uri, limits, place, {.largest = rag::largest_answer(limits.max_text_bytes)});
  for (bool is_last = false; !is_last;) {
    grant_cpu(limits.max_cpu);
    const rag::CorpusPart part = parts.next(is_last);
    if (!send_answer(rag::encode_corpus_part(part), is_last ? 0 : rag::kPart)) return false;
  }
  ::close(file);
  return true;
}

// `request`: the uri, and perhaps a NUL and where to go on.
std::string answer_for(int file, const std::string& request, bool with_recordings, const rag::ParseLimits& limits) {
  const std::size_t end = std::min(request.find('\0'), request.size());
  std::string answer;
  const std::string failure = rag::failure_of(limits, [&] {
    const std::string bytes = read_all(file, limits.max_file_bytes);
    PartSender sender(limits, with_recordings);
    const rag::MembersRead read = end == request.size() ? rag::MembersRead{} : rag::decode_members_read(std::string_view(request).substr(end + 1));
    answer = rag::encode_outcome(rag::parse_with_members(bytes, request.substr(0, end), limits, {}, &sender, read));
  });
  ::close(file);
  return failure.empty() ? answer : rag::encode_outcome({.skipped = failure});
}

}  // namespace

int main(int count, char** words) {
  if (count != 7) {
    std::fputs("rag-parse: started by rag to read one file after the other under limits; not meant to be started by hand\n", stderr);
    return 2;
  }
  rag::ParseLimits limits;
  limits.max_address_space = std::strtoull(words[1], nullptr, 10);
  limits.max_cpu = std::chrono::seconds(std::strtoll(words[2], nullptr, 10));
  limits.max_file_bytes = std::strtoull(words[3], nullptr, 10);
  limits.max_text_bytes = std::strtoull(words[4], nullptr, 10);
  const bool with_ocr = *words[5] != '\0';
  limits.ocr.languages = words[5];
  limits.ocr.max_cpu = std::chrono::seconds(std::strtoll(words[6], nullptr, 10));
  limits.grant_more_time = [&limits] {
    grant_cpu(limits.max_cpu);
    send_all(reinterpret_cast<const char*>(&kMoreTime), sizeof kMoreTime);
  };
  if (with_ocr) rag::preload_recognizer();
  limit_process(limits);
  rag::confine_process();
  if (!receive_passwords(limits.passwords)) return 0;
  for (;;) {
    std::uint64_t size = 0;
    const int file = receive_file(size);
    limits.ocr.enabled = with_ocr && (size & rag::kWithoutOcr) == 0;
    const bool is_corpus = (size & rag::kCorpus) != 0;
    const bool with_recordings = (size & rag::kWithRecordings) != 0;
    size &= ~(rag::kWithoutOcr | rag::kCorpus | rag::kWithRecordings);
    if (file < 0 || size > (1U << 20)) return 0;
    std::string request(size, '\0');
    if (!receive_all(request.data(), request.size())) return 0;
    if (is_corpus) {
      const std::size_t end = std::min(request.find('\0'), request.size());
      if (!answer_corpus(file, request.substr(0, end), rag::decode_corpus_place(std::string_view(request).substr(std::min(end + 1, request.size()))), limits)) return 0;
      continue;
    }
    grant_cpu(limits.max_cpu);
    if (!send_answer(answer_for(file, request, with_recordings, limits), 0)) return 0;
  }
}
