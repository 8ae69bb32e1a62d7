// A full disk and a folder that may only be read.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "core/error.h"
#include "expect_error.h"
#include "index/maintenance.h"
#include "temporary_index.h"

namespace rag {
namespace {

constexpr int kNobody = 65534;

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// Runs `check` where permissions count: root, who may write everywhere, becomes nobody in a child process.
// Returns what it threw or complained about, "" where all was well.
std::string without_privileges(const std::function<std::string()>& check) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string answer;
    if (::getuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) answer = "cannot become nobody";
    try {
      if (answer.empty()) answer = check();
    } catch (const std::exception& error) {
      answer = error.what();
    }
    if (::write(ends[1], answer.data(), answer.size()) < 0) ::_exit(1);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string answer;
  char piece[512];
  for (ssize_t size; (size = ::read(ends[0], piece, sizeof piece)) > 0;) answer.append(piece, static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? answer : "the child died: " + answer;
}

void make_read_only(const std::filesystem::path& folder) {
  using std::filesystem::perms;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    std::filesystem::permissions(entry.path(), entry.is_directory() ? perms(0555) : perms(0444));
  std::filesystem::permissions(folder, perms(0555));
  std::filesystem::permissions(folder.parent_path(), perms(0755));
}

void make_writable(const std::filesystem::path& folder) {
  using std::filesystem::perms;
  std::filesystem::permissions(folder, perms(0755));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_directory()) std::filesystem::permissions(entry.path(), perms(0755));
}

std::string read_everything(const std::filesystem::path& index) {
  const auto reader = open_index_reader(index);
  if (reader->load_document("a").text != "alpha\nbeta") return "wrong text";
  if (reader->vectors().search(test_vector("x"), 10, nullptr).size() != 3) return "wrong vectors";
  if (reader->lexical().search("alpha", 10, nullptr).size() != 1) return "wrong postings";
  Silence silence;
  const auto findings = verify_index(index, true, silence);
  return findings.empty() ? "" : findings[0].where + ": " + findings[0].what;
}

class ReadOnlyFolder : public testing::Test {
 protected:
  void SetUp() override {
    const std::filesystem::path above = folder.path().parent_path();
    const std::string answer = without_privileges([&] { return std::string(::access(above.c_str(), X_OK) == 0 ? "" : "cannot reach it"); });
    if (!answer.empty()) GTEST_SKIP() << above << " as another user: " << answer;
  }

  const TemporaryFolder folder;
};

TEST_F(ReadOnlyFolder, CanBeReadButNotWritten) {
  store(folder.index(), {test_document("a", "alpha\nbeta"), test_document("b", "gamma")});
  make_read_only(folder.index());
  EXPECT_EQ(without_privileges([&] { return read_everything(folder.index()); }), "");
  make_writable(folder.index());
  open_index_reader(folder.index())->statistics();  // may leave an empty log behind
  make_read_only(folder.index());
  EXPECT_EQ(without_privileges([&] { return read_everything(folder.index()); }), "");
  const std::string refused = without_privileges([&] {
    open_index_writer(folder.index(), test_settings());
    return std::string("opened");
  });
  EXPECT_THAT(refused, testing::HasSubstr("Permission denied; the index can only be read"));
  const std::string not_made = without_privileges([&] {
    open_index_writer(folder.index() / "deeper", test_settings());
    return std::string("opened");
  });
  EXPECT_THAT(not_made, testing::HasSubstr("cannot be created: Permission denied"));
  make_writable(folder.index());
}

// The log of a writer that was killed holds commits that were acknowledged.
TEST_F(ReadOnlyFolder, ShowsCommitsThatAreStillInTheLog) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto writer = open_index_writer(folder.index(), test_settings());
    writer->put(test_document("a", "alpha\nbeta"));
    writer->put(test_document("b", "gamma"));
    writer->commit();
    ::_exit(0);  // no destructor: as if killed
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_GT(std::filesystem::file_size(folder.index() / "catalog.sqlite-wal"), 0U);
  std::filesystem::remove(folder.index() / "catalog.sqlite-shm");
  make_read_only(folder.index());
  EXPECT_EQ(without_privileges([&] { return read_everything(folder.index()); }), "");
  EXPECT_GT(std::filesystem::file_size(folder.index() / "catalog.sqlite-wal"), 0U);
  make_writable(folder.index());
}

TEST_F(ReadOnlyFolder, SaysWhenItWasWrittenToUnderItsReader) {
  store(folder.index(), {test_document("a", "alpha\nbeta"), test_document("b", "gamma")});
  make_read_only(folder.index());
  int opened[2], touched[2];
  ASSERT_EQ(::pipe(opened), 0);
  ASSERT_EQ(::pipe(touched), 0);
  // Somebody who may write does so once the reader is open.
  std::jthread owner([&] {
    char byte;
    if (::read(opened[0], &byte, 1) != 1) return;
    std::filesystem::last_write_time(folder.index() / "catalog.sqlite",
                                     std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    if (::write(touched[1], "t", 1) != 1) return;
  });
  const std::string answer = without_privileges([&]() -> std::string {
    const auto reader = open_index_reader(folder.index());
    char byte;
    if (!reader->find_document("a") || ::write(opened[1], "o", 1) != 1 || ::read(touched[0], &byte, 1) != 1) return "not there";
    reader->find_document("a");
    return "no complaint";
  });
  ::close(opened[1]);
  EXPECT_THAT(answer, testing::HasSubstr("was written to while it was read without locks"));
  make_writable(folder.index());
}

class SmallDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, "size=1500k,mode=755") != 0)
      GTEST_SKIP() << "no right to mount a small file system";
    mounted_ = true;
  }
  void TearDown() override {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }

  std::filesystem::path index() const { return folder_.index(); }
  std::filesystem::path folder_path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  bool mounted_ = false;
};

TEST_F(SmallDisk, IsReportedInOneLineAndLosesNothing) {
  int committed = 0;
  std::string trouble;
  try {
    const auto writer = open_index_writer(index(), test_settings());
    for (int commit = 0; commit < 1000; ++commit) {
      for (int i = 0; i < 20; ++i) {
        std::string text;
        for (int line = 0; line < 30; ++line) text += sha256_hex(std::to_string(commit * 1000 + i * 50 + line)) + "\n";
        writer->put(test_document(std::to_string(commit) + "." + std::to_string(i), text));
      }
      try {
        writer->commit();
      } catch (...) {
        expect_error(ErrorKind::Io, "an earlier write failed", [&] { writer->commit(); });
        throw;
      }
      ++committed;
    }
  } catch (const Error& error) {
    trouble = error.what();
    EXPECT_EQ(error.kind(), ErrorKind::Io);
  }
  EXPECT_THAT(trouble, testing::AnyOf(testing::HasSubstr("disk is full"), testing::HasSubstr("No space left on device")));
  EXPECT_EQ(trouble.find('\n'), std::string::npos);
  ASSERT_GT(committed, 0);
  const auto reader = open_index_reader(index());
  EXPECT_EQ(reader->statistics().documents, static_cast<std::size_t>(committed) * 20);
  Silence silence;
  for (const VerifyFinding& finding : verify_index(index(), true, silence)) ADD_FAILURE() << finding.where << ": " << finding.what;
}

TEST_F(SmallDisk, RefusesToBeginWithoutSpaceAndBeginsAfterwards) {
  std::ofstream filler(folder_path() / "filler", std::ios::binary);
  for (int i = 0; i < 2000 && filler; ++i) filler << std::string(1024, 'x') << std::flush;
  filler.close();
  EXPECT_THROW(open_index_writer(index(), test_settings()), Error);
  std::filesystem::remove(folder_path() / "filler");
  EXPECT_EQ(store(index(), {test_document("a", "alpha")}), 1U);
}

TEST_F(SmallDisk, CanBeReadWhereItIsMountedReadOnly) {
  store(index(), {test_document("a", "alpha\nbeta"), test_document("b", "gamma")});
  ASSERT_EQ(::mount("tmpfs", folder_path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
  EXPECT_EQ(read_everything(index()), "");
  expect_error(ErrorKind::Io, "Read-only file system; the index can only be read", [&] { open_existing_index_writer(index()); });
}

}  // namespace
}  // namespace rag
