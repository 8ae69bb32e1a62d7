#include "ingest/folder_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "support.h"

// Real files and real notices.  Tests wait for what must come as long as it takes, and only for a moment for what must not.
namespace rag {
namespace {

using namespace std::chrono_literals;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

constexpr auto kPatience = 60s;
constexpr FolderWatchOptions kQuick{.settle = 30ms, .longest = 2000ms, .poll = 100ms};

class FolderWatcherTest : public testing::Test {
 protected:
  FolderWatcherTest() {
    for (const char* name : {"leave.md", "hr/pay.md", "인사/휴가.md"}) folder.write(name, "text");
  }
  const fs::path& root() const { return folder.path(); }

  std::unique_ptr<FolderWatcher> watch(FolderWatchOptions options = kQuick, FolderWalkOptions walk = {}) const {
    return std::make_unique<FolderWatcher>(std::vector<WatchedRoot>{{root(), std::move(walk)}}, options);
  }
  void expect_told(FolderWatcher& watcher) const { EXPECT_THAT(watcher.wait(kPatience), ElementsAre(root())); }
  // Until all that belongs to what was done has been told.
  static void drain(FolderWatcher& watcher) {
    while (!watcher.wait(200ms).empty()) continue;
  }
  static void expect_silence(FolderWatcher& watcher) { EXPECT_THAT(watcher.wait(200ms), IsEmpty()); }

  TemporaryFolder folder;
};

TEST_F(FolderWatcherTest, TellsOfFilesThatAreWrittenRenamedAndRemoved) {
  const auto watcher = watch();
  EXPECT_EQ(watcher->watched_folders(), 3U);
  expect_silence(*watcher);
  folder.write("hr/new.md", "new");
  expect_told(*watcher);
  drain(*watcher);
  fs::rename(root() / "hr/new.md", root() / "hr/other.md");
  expect_told(*watcher);
  drain(*watcher);
  fs::remove(root() / "인사/휴가.md");
  expect_told(*watcher);
  drain(*watcher);
  fs::permissions(root() / "leave.md", fs::perms::owner_read);
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, TellsOfAnEditorThatWritesAsideAndRenames) {
  const auto watcher = watch();
  folder.write("leave.md~", "the new text");
  fs::rename(root() / "leave.md~", root() / "leave.md");
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, FollowsFoldersThatAppearWithFilesInThem) {
  const auto watcher = watch();
  folder.write("a/b/c/deep.md", "deep");
  expect_told(*watcher);
  drain(*watcher);
  EXPECT_EQ(watcher->watched_folders(), 6U);
  folder.write("a/b/c/deeper.md", "deeper");
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, FollowsAFolderThatIsRenamed) {
  const auto watcher = watch();
  fs::rename(root() / "hr", root() / "people");
  expect_told(*watcher);
  drain(*watcher);
  folder.write("people/pay.md", "more");
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, FollowsAFolderThatIsMovedInFromOutsideAndForgetsOneThatIsMovedOut) {
  const TemporaryFolder outside;
  outside.write("legal/contract.md", "text");
  if (std::error_code error; fs::rename(outside.path() / "legal", root() / "legal", error), error) GTEST_SKIP() << "two file systems";
  fs::rename(root() / "legal", outside.path() / "legal");
  const auto watcher = watch();
  fs::rename(outside.path() / "legal", root() / "legal");
  expect_told(*watcher);
  drain(*watcher);
  EXPECT_EQ(watcher->watched_folders(), 4U);
  folder.write("legal/other.md", "text");
  expect_told(*watcher);
  drain(*watcher);
  fs::rename(root() / "legal", outside.path() / "legal");
  expect_told(*watcher);
  drain(*watcher);
  EXPECT_EQ(watcher->watched_folders(), 3U);
  outside.write("legal/third.md", "text");
  expect_silence(*watcher);
}

TEST_F(FolderWatcherTest, ForgetsAFolderThatVanishes) {
  const auto watcher = watch();
  fs::remove_all(root() / "hr");
  expect_told(*watcher);
  drain(*watcher);
  EXPECT_EQ(watcher->watched_folders(), 2U);
}

TEST_F(FolderWatcherTest, SaysNothingOfWhatIsNotRead) {
  fs::create_directories(root() / "our.index");
  folder.write(".ragignore", "drafts/\n");
  folder.write("drafts/a.md", "text");
  const auto watcher = watch(kQuick, {.index = root() / "our.index"});
  EXPECT_EQ(watcher->watched_folders(), 3U);
  folder.write(".swap", "text");
  folder.write(".rag/catalog.sqlite", "text");
  folder.write("our.index/catalog.sqlite", "text");
  folder.write("drafts/b.md", "text");
  expect_silence(*watcher);
  folder.write(".ragignore", "");
  expect_told(*watcher);
  drain(*watcher);
  folder.write("drafts/c.md", "no draft any more");
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, TellsOfAFileThatNeverRests) {
  const auto watcher = watch({.settle = 10min, .longest = 100ms});
  std::atomic<bool> done{false};
  std::thread writer([&] {
    std::ofstream log(root() / "log.txt");
    while (!done) {
      log << "line\n" << std::flush;
      std::this_thread::sleep_for(1ms);
    }
  });
  expect_told(*watcher);
  done = true;
  writer.join();
}

TEST_F(FolderWatcherTest, TellsOfARootAfterMoreEventsThanTheQueueHolds) {
  std::size_t limit = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> limit;
  if (limit == 0 || limit > 100000) GTEST_SKIP() << "a queue of " << limit << " events takes too long to fill";
  const auto watcher = watch();
  // Neighbours that are alike count once, so two names take turns.
  for (std::size_t i = 0; i < limit; ++i) {
    const fs::path name = root() / (i % 2 ? "one" : "two");
    std::ofstream{name};
  }
  folder.write("late/file.md", "its notice found no room");
  expect_told(*watcher);
  drain(*watcher);
  EXPECT_EQ(watcher->watched_folders(), 4U) << "the folder whose notice was lost is not watched";
  folder.write("late/other.md", "text");
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, PollsWhatTheSystemDoesNotWatch) {
  const auto watcher = watch({.settle = 30ms, .longest = 2000ms, .poll = 50ms, .max_folders = 2});
  EXPECT_TRUE(watcher->polls(root()));
  EXPECT_EQ(watcher->watched_folders(), 0U);
  EXPECT_THAT(watcher->take_notes(), ElementsAre(HasSubstr("more folders than the system watches")));
  EXPECT_THAT(watcher->take_notes(), IsEmpty());
  expect_told(*watcher);
  expect_told(*watcher);
}

TEST_F(FolderWatcherTest, WaitsForARootThatIsGoneToComeBack) {
  const fs::path inner = root() / "hr";
  FolderWatcher watcher({{inner, {}}}, kQuick);
  fs::remove_all(inner);
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
  drain(watcher);
  EXPECT_THAT(watcher.take_notes(), ElementsAre(HasSubstr("is gone")));
  folder.write("hr/again.md", "text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
  EXPECT_THAT(watcher.take_notes(), ElementsAre(HasSubstr("is back")));
  drain(watcher);
  folder.write("hr/more.md", "text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
}

TEST_F(FolderWatcherTest, FollowsARootWhoseFolderAboveIsRenamedAndMadeAnew) {
  const fs::path inner = root() / "hr";
  FolderWatcher watcher({{inner, {}}}, kQuick);
  fs::rename(root(), root().string() + ".old");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
  EXPECT_THAT(watcher.take_notes(), ElementsAre(HasSubstr("is gone")));
  folder.write("hr/restored.md", "text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
  drain(watcher);
  folder.write("hr/later.md", "text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(inner));
  fs::remove_all(root().string() + ".old");
}

constexpr int kMayNotMount = 99;

// In a process with mounts of its own: 0 where all of it was told, else what was not.
int mount_and_watch(const fs::path& root, const fs::path& place) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kMayNotMount;
  FolderWatcher watcher({{root, {}}}, kQuick);
  const auto told = [&] {
    const bool anything = !watcher.wait(kPatience).empty();
    while (!watcher.wait(200ms).empty()) continue;
    return anything;
  };
  if (::mount("none", place.c_str(), "tmpfs", 0, nullptr) != 0) return kMayNotMount;
  if (!told()) return 1;
  std::ofstream(place / "new.md") << "text";
  if (!told()) return 2;
  ::umount(place.c_str());
  return told() ? 0 : 3;
}

TEST_F(FolderWatcherTest, TellsOfWhatIsMountedOverARootOrBelowIt) {
  fs::create_directories(root() / "disk");
  for (const fs::path& place : {root(), root() / "disk"}) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(mount_and_watch(root(), place));
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    if (WEXITSTATUS(status) == kMayNotMount) GTEST_SKIP() << "only root mounts disks, and not in every container";
    EXPECT_EQ(WEXITSTATUS(status), 0) << place;
  }
}

TEST_F(FolderWatcherTest, WatchesASingleFileAlsoWhereItIsReplaced) {
  FolderWatcher watcher({{root() / "leave.md", {}}}, kQuick);
  folder.write("other.md", "not that one");
  expect_silence(watcher);
  folder.write("aside", "new text");
  fs::rename(root() / "aside", root() / "leave.md");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(root() / "leave.md"));
  drain(watcher);
  folder.write("leave.md", "newer text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(root() / "leave.md"));
}

TEST_F(FolderWatcherTest, TellsWhichOfSeveralRootsChanged) {
  const fs::path hr = root() / "hr", people = root() / "인사";
  FolderWatcher watcher({{hr, {}}, {people, {}}}, kQuick);
  folder.write("인사/new.md", "text");
  EXPECT_THAT(watcher.wait(kPatience), ElementsAre(people));
}

}  // namespace
}  // namespace rag
