// The only place that knows seccomp and Landlock.
#include "ingest/confinement.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <type_traits>

#include "core/file_descriptor.h"

namespace rag {
namespace {

struct ReleaseFilter {
  void operator()(scmp_filter_ctx filter) const { seccomp_release(filter); }
};

// Memory, time, what is open already, the end; and what libraries ask for while they start or read their tables.  None of them reaches another process.
constexpr int kAllowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(recvmsg),
    SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(dup),
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
    SCMP_SYS(fstat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
    SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(fadvise64),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(set_tid_address), SCMP_SYS(rseq), SCMP_SYS(arch_prctl), SCMP_SYS(membarrier),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getcpu),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrandom), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getrusage), SCMP_SYS(getrlimit), SCMP_SYS(setrlimit),
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(exit), SCMP_SYS(exit_group)};

constexpr scmp_datum_t kFirstTestOfFailures = 100;  // MADV_HWPOISON

// What a process may do as root, for good.  Where it is nobody special this changes nothing.
void drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
  ::syscall(SYS_capset, &header, none);
}

bool confine_system_calls() {
  const std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, ReleaseFilter> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return false;
  bool complete = true;
  const auto allow = [&](int call, auto... conditions) {
    // A call this processor does not have (stat on ARM) is no loss.
    const int outcome = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, sizeof...(conditions), conditions...);
    if (outcome != 0 && outcome != -EDOM && outcome != -EFAULT) complete = false;
  };
  for (const int call : kAllowed) allow(call);
  // Open to read, never to write or to make.
  constexpr scmp_datum_t kWrites = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;
  allow(SCMP_SYS(open), SCMP_A1_64(SCMP_CMP_MASKED_EQ, kWrites, 0));
  allow(SCMP_SYS(openat), SCMP_A2_64(SCMP_CMP_MASKED_EQ, kWrites, 0));
  // Threads, not processes, and no world of their own.  What clone3() asks for cannot be looked at; told that there is none, the C library takes clone().
  constexpr scmp_datum_t kNewWorlds = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  allow(SCMP_SYS(clone), SCMP_A0_64(SCMP_CMP_MASKED_EQ, CLONE_THREAD | kNewWorlds, CLONE_THREAD));
  seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // Its own limits, not the parent's; its own thread's processors.
  allow(SCMP_SYS(prlimit64), SCMP_A0_64(SCMP_CMP_EQ, 0));
  allow(SCMP_SYS(sched_setaffinity), SCMP_A0_64(SCMP_CMP_EQ, 0));
  // Not F_SETOWN and F_SETSIG, which would have the kernel send a signal to whom one likes when a socket is ready.
  for (const int command : {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL}) allow(SCMP_SYS(fcntl), SCMP_A1_64(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command)));
  // Advice on memory, not MADV_HWPOISON and the like, which take a page of the machine away.
  allow(SCMP_SYS(madvise), SCMP_A2_64(SCMP_CMP_LT, kFirstTestOfFailures));
  // abort() signals its own process.
  allow(SCMP_SYS(tgkill), SCMP_A0_64(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  return complete && seccomp_load(filter.get()) == 0;
}

// Read only what came with the system.  /proc/self is for the C library, which looks there for the main thread's stack.
constexpr const char* kReadable[] = {"/usr/share", "/usr/lib",           "/usr/lib64",           "/usr/local/share", "/usr/local/lib", "/lib", "/lib64", "/etc/fonts",
                                     "/etc/ld.so.cache", "/etc/localtime", "/var/cache/fontconfig", "/proc/self/maps",  "/sys/devices/system/cpu"};

bool confine_files() {
  constexpr std::uint64_t kFile = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
  constexpr std::uint64_t kAllOfTheFirstVersion = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
                                                  LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                                  LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                                  LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                                                  LANDLOCK_ACCESS_FS_MAKE_SYM;
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = kAllOfTheFirstVersion;
  const FileDescriptor rules(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (rules.get() < 0) return false;
  for (const char* path : kReadable) {
    const FileDescriptor place(::open(path, O_PATH | O_CLOEXEC));
    if (place.get() < 0) continue;
    landlock_path_beneath_attr rule{};
    rule.parent_fd = place.get();
    rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    if (::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0) continue;
    rule.allowed_access &= kFile;  // a single file has no list to read
    ::syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  }
  return ::syscall(SYS_landlock_restrict_self, rules.get(), 0) == 0;
}

}  // namespace

Confinement confine_process() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return {};
#else
  Confinement done;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return done;
  drop_capabilities();
  done.files = confine_files();  // first: the filter of system calls does not let these through
  done.system_calls = confine_system_calls();
  return done;
#endif
}

}  // namespace rag
