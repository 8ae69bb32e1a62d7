#include "ingest/speech/outside_process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "support.h"

namespace rag {
namespace {

using Clock = OutsideProcess::Clock;
using Heard = OutsideProcess::Heard;
using testing::HasSubstr;
using testing::Not;

Clock::time_point soon() { return Clock::now() + std::chrono::seconds(20); }

// Everything the process says before it closes its output.
std::string all_of(OutsideProcess& process) {
  std::string all;
  std::array<char, 4096> buffer;
  for (std::size_t got = 0; process.read(buffer.data(), buffer.size(), got, soon()) == Heard::Bytes;) all.append(buffer.data(), got);
  return all;
}

OutsideProcess run(const std::string& line, const OutsideLimits& limits = {}) { return {"/bin/bash", {"-c", line}, limits}; }

TEST(OutsideProcess, TakesAndGivesBytes) {
  OutsideProcess process = run("head -c 100000 | tr a b");
  EXPECT_EQ(process.write(std::string(100000, 'a'), soon()), Heard::Bytes);
  EXPECT_EQ(all_of(process), std::string(100000, 'b'));
  EXPECT_EQ(process.obituary(), "");
}

TEST(OutsideProcess, ReadsTheFileThatIsHandedOverAndNoOtherOfOurs) {
  const test::TemporaryFolder folder;
  const int file = ::open(folder.write("a", "words").c_str(), O_RDONLY | O_CLOEXEC);
  const int other = ::open(folder.write("b", "secret").c_str(), O_RDONLY);
  OutsideProcess process("/bin/bash", {"-c", std::string("cat ") + OutsideProcess::kHandedFile + "; for ((i = 0; i < 200; ++i)); do [ -e /dev/fd/$i ] && printf ' %s' $i; done"}, {}, file);
  EXPECT_EQ(all_of(process), "words 0 1 2 3");
  ::close(file);
  ::close(other);
}

TEST(OutsideProcess, SaysHowItEnded) {
  OutsideProcess fails = run("echo first >&2; echo ' the  reason ' >&2; echo >&2; exit 7");
  EXPECT_EQ(fails.obituary(), "ended with exit code 7");
  EXPECT_EQ(fails.last_error_line(), "the reason");
  EXPECT_EQ(run("kill -ABRT $$").obituary(), "crashed (Aborted)");
  EXPECT_EQ(run("kill -KILL $$").obituary(), "was killed (out of memory, perhaps)");
}

TEST(OutsideProcess, KeepsTheEndOfManyMessages) {
  OutsideProcess process = run("for i in {1..20000}; do echo line $i; done >&2; printf 'x%.0s' {1..5000} >&2; exit 1");
  EXPECT_EQ(process.obituary(), "ended with exit code 1");
  EXPECT_EQ(process.last_error_line(), std::string(200, 'x'));
}

TEST(OutsideProcess, MayUseNoMoreProcessorTimeThanItHas) {
  OutsideProcess process = run("while :; do :; done", {.max_cpu = std::chrono::seconds(1)});
  EXPECT_EQ(all_of(process), "");
  EXPECT_EQ(process.obituary(), "used more than 1 s of processor time");
}

TEST(OutsideProcess, MayUseNoMoreMemoryThanItHas) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's shadow memory needs more address space than any limit";
#endif
  OutsideProcess process = run("x=$(head -c 300000000 /dev/zero | tr '\\0' x); echo ${#x}", {.max_address_space = std::size_t{100} << 20});
  EXPECT_THAT(all_of(process), Not(HasSubstr("300000000")));
  EXPECT_NE(process.obituary(), "");
}

TEST(OutsideProcess, HasNoNetwork) {
  for (const char* address : {"/dev/tcp/127.0.0.1/9", "/dev/udp/127.0.0.1/9"}) {
    OutsideProcess process = run(std::string("exec 9<>") + address);
    EXPECT_EQ(process.obituary(), "ended with exit code 1");
    EXPECT_THAT(process.last_error_line(), HasSubstr("Permission denied"));
  }
}

TEST(OutsideProcess, CannotWriteALargeFile) {
  const test::TemporaryFolder folder;
  OutsideProcess process = run("head -c 3000000 /dev/zero >" + (folder.path() / "large").string());
  EXPECT_NE(process.obituary(), "");
  EXPECT_LE(std::filesystem::file_size(folder.path() / "large"), 1U << 20);
}

TEST(OutsideProcess, EndsWithWhatItStartedWhenItsOwnerEnds) {
  std::string child;
  {
    OutsideProcess process = run("sleep 100 & echo $!; wait");
    std::array<char, 32> buffer;
    std::size_t got = 0;
    ASSERT_EQ(process.read(buffer.data(), buffer.size(), got, soon()), Heard::Bytes);
    child.assign(buffer.data(), got - 1);
  }
  // The orphan may stand as a corpse until somebody collects it, but it does not run.
  bool runs = true;
  for (int i = 0; i < 400 && runs; ++i, ::usleep(5000)) runs = std::filesystem::exists("/proc/" + child + "/exe");
  EXPECT_FALSE(runs);
}

TEST(OutsideProcess, IsNotWaitedForBeyondTheDeadline) {
  OutsideProcess process = run("sleep 100");
  char byte = 0;
  std::size_t got = 0;
  const auto start = Clock::now();
  EXPECT_EQ(process.read(&byte, 1, got, start + std::chrono::milliseconds(50)), Heard::TimedOut);
  EXPECT_EQ(process.write(std::string(10'000'000, 'x'), Clock::now() + std::chrono::milliseconds(50)), Heard::TimedOut);
  EXPECT_LT(Clock::now() - start, std::chrono::seconds(10));
}

}  // namespace
}  // namespace rag
