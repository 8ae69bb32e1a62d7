// rag-limit: takes rights and resources from itself, then becomes the program it is told.  Not meant to be started by hand.
//
// ffmpeg reads what strangers wrote.  It gets no network, no processor time or memory beyond the limits, cannot write a file worth
// mentioning, and dies with the process that wanted it.
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace {

constexpr rlim_t kMostBytesOfAFile = 1 << 20;  // what it says on standard error goes to a file in memory
constexpr int kCannotRun = 127, kCannotLimit = 126;

void limit(__rlimit_resource resource, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(resource, &both);
}

// No sockets of any kind: a local one reaches services that would act for it.  The pair that it talks over is made already.
bool forbid_sockets() {
  const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
  if (!filter) return false;
  bool done = true;
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(io_uring_setup), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev)})
    done = done && ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
  done = done && ::seccomp_load(filter) == 0;
  ::seccomp_release(filter);
  return done;
}

}  // namespace

int main(int count, char** words) {
  if (count < 4) {
    std::fputs("rag-limit: started by rag to run an outside program under limits; not meant to be started by hand\n", stderr);
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 256);
  ::signal(SIGXFSZ, SIG_IGN);  // stays so through exec: a write fails instead
  limit(RLIMIT_FSIZE, kMostBytesOfAFile);
  const rlim_t address_space = std::strtoull(words[1], nullptr, 10), seconds = std::strtoull(words[2], nullptr, 10);
  if (!forbid_sockets()) {
    std::fprintf(stderr, "rag-limit: the system does not let us forbid the network to %s\n", words[3]);
    return kCannotLimit;
  }
  if (seconds > 0) {
    const rlimit cpu{seconds, seconds + 1};  // SIGXCPU first, which says what it was
    ::setrlimit(RLIMIT_CPU, &cpu);
  }
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // we would not reach exec under their shadow memory
  limit(RLIMIT_AS, address_space);
#else
  (void)address_space;
#endif
  ::execv(words[3], words + 3);
  std::fprintf(stderr, "%s: cannot be run: %s\n", words[3], std::strerror(errno));
  ::_exit(kCannotRun);  // a sanitizer's search for leaks at the end wants ptrace, and would end with a code of its own
}
