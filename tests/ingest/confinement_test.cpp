#include "ingest/confinement.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "support.h"

namespace rag {
namespace {

using test::TemporaryFolder;

constexpr int kNotConfined = 99;

// What `attempt` makes of it in a process of its own that has been confined: its exit code.  128 and more: it was killed.
int confined(const std::function<int()>& attempt, bool needs_files = false) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Confinement done = confine_process();
    if (!done.system_calls || (needs_files && !done.files)) ::_exit(kNotConfined);
    ::_exit(attempt());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// 0 where a call failed for want of permission, 1 where it worked, 2 where it failed for another reason.
int refused(long outcome) { return outcome >= 0 ? 1 : errno == EPERM || errno == EACCES ? 0 : 2; }

#define SKIP_WHERE_NOT_CONFINED(code) \
  if ((code) == kNotConfined) GTEST_SKIP() << "this kernel (or a sanitizer) does not let a process confine itself"

TEST(Confinement, OpensNoSocket) {
  const int code = confined([] {
    for (const int family : {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK})
      if (const int bad = refused(::socket(family, SOCK_STREAM, 0))) return bad;
    int pair[2];
    return refused(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  });
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, OpensNoFileOfTheUsers) {
  const TemporaryFolder folder;
  const auto file = folder.write("secret.txt", "a secret");
  const int code = confined(
      [&] {
        for (const char* path : {file.c_str(), "/etc/passwd", "/proc/self/environ", "/proc/self/mem", "/dev/zero", "/"})
          if (const int bad = refused(::open(path, O_RDONLY))) return bad;
        return 0;
      },
      true);
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, WritesMovesAndRemovesNothing) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "a"), other = folder.path() / "b.txt";
  const int code = confined([&] {
    if (const int bad = refused(::open(file.c_str(), O_WRONLY))) return bad;
    if (const int bad = refused(::open(file.c_str(), O_RDWR))) return bad;
    if (const int bad = refused(::open(other.c_str(), O_RDONLY | O_CREAT, 0600))) return bad;
    if (const int bad = refused(::truncate(file.c_str(), 0))) return bad;
    if (const int bad = refused(::rename(file.c_str(), other.c_str()))) return bad;
    if (const int bad = refused(::unlink(file.c_str()))) return bad;
    if (const int bad = refused(::mkdir(other.c_str(), 0700))) return bad;
    if (const int bad = refused(::symlink("/etc/passwd", other.c_str()))) return bad;
    return refused(::chmod(file.c_str(), 0777));
  });
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(std::filesystem::file_size(file), 1U);
}

TEST(Confinement, StartsNoProgramAndReachesNoOtherProcess) {
  const pid_t parent = ::getpid();
  const int code = confined([&] {
    if (const int bad = refused(::fork())) return bad;
    if (const int bad = refused(::execl("/bin/true", "true", nullptr))) return bad;
    if (const int bad = refused(::kill(parent, 0))) return bad;
    return refused(::memfd_create("code", 0));
  });
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, MeddlesWithNoOtherProcess) {
  const pid_t parent = ::getpid();
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const int code = confined([&] {
    const rlimit none{0, 0};
    rlimit own{};
    if (const int bad = refused(::prlimit(parent, RLIMIT_CPU, &none, nullptr))) return bad;
    if (::prlimit(0, RLIMIT_CPU, nullptr, &own) != 0) return 3;
    // The kernel would send this signal to the parent as soon as the socket is ready.
    if (const int bad = refused(::fcntl(pair[0], F_SETOWN, parent))) return bad;
    if (const int bad = refused(::fcntl(pair[0], F_SETSIG, SIGKILL))) return bad;
    if (const int bad = refused(::fcntl(pair[0], F_SETFL, O_ASYNC))) return bad;
    cpu_set_t first{};
    CPU_SET(0, &first);
    if (const int bad = refused(::sched_setaffinity(parent, sizeof first, &first))) return bad;
    return refused(::syscall(SYS_capset, nullptr, nullptr));
  });
  ::close(pair[0]);
  ::close(pair[1]);
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, LeavesNothingOfRootsRights) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = confine_process().system_calls ? 'y' : 'n';
    ::write(pair[1], &byte, 1);
    ::read(pair[1], &byte, 1);
    ::_exit(0);
  }
  char confined = 'n';
  ASSERT_EQ(::read(pair[0], &confined, 1), 1);
  std::ifstream file("/proc/" + std::to_string(child) + "/status");
  const std::string status{std::istreambuf_iterator<char>(file), {}};
  ::close(pair[0]);
  ::close(pair[1]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  SKIP_WHERE_NOT_CONFINED(confined == 'n' ? kNotConfined : 0);
  EXPECT_NE(status.find("CapEff:\t0000000000000000"), std::string::npos) << status;
  EXPECT_NE(status.find("CapPrm:\t0000000000000000"), std::string::npos) << status;
}

TEST(Confinement, StillComputesStartsThreadsAndReadsTheSystemsTables) {
  const int code = confined([] {
    std::string memory(std::size_t{32} << 20, 'x');
    std::thread([&] { memory[0] = 'y'; }).join();
    const std::string korean = test::encode("강", "CP949");  // iconv loads its table now
    return memory[0] == 'y' && korean.size() == 2 ? 0 : 1;
  });
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, ReadsOnWhatWasOpenBefore) {
  const TemporaryFolder folder;
  const int file = ::open(folder.write("a.txt", "words").c_str(), O_RDONLY);
  const int code = confined([&] {
    char bytes[8];
    return ::read(file, bytes, sizeof bytes) == 5 ? 0 : 1;
  });
  ::close(file);
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 0);
}

TEST(Confinement, StillAbortsWhereSomethingIsWrong) {
  const int code = confined([]() -> int { ::abort(); });
  SKIP_WHERE_NOT_CONFINED(code);
  EXPECT_EQ(code, 128 + SIGABRT);
}

}  // namespace
}  // namespace rag
