#include "pipelines/held_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/file.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

class HeldFileTest : public testing::Test {
 protected:
  HeldFileTest() {
    fs::create_directories(root_ / "hr");
    fs::create_directories(outside_);
    std::ofstream(root_ / "hr/a.txt") << "words";
    std::ofstream(outside_ / "a.txt") << "a secret";
  }
  ~HeldFileTest() override { fs::remove_all(folder_); }

  fs::path folder_ = fs::canonical(fs::temp_directory_path()) / ("held-file-" + std::to_string(::getpid()));
  fs::path root_ = folder_ / "docs", outside_ = folder_ / "docs-of-others";
};

TEST_F(HeldFileTest, IsTheOneThatWasOpenedWhateverGetsItsName) {
  const HeldFile held(root_ / "hr/a.txt", root_);
  EXPECT_EQ(held.reason(), "");
  std::ofstream(root_ / "hr/b.txt") << "other words";
  fs::rename(root_ / "hr/b.txt", root_ / "hr/a.txt");
  EXPECT_EQ(read_file(held.path()), "words");
}

TEST_F(HeldFileTest, FollowsNoLinkOutOfTheSource) {
  fs::remove(root_ / "hr/a.txt");
  fs::create_symlink(outside_ / "a.txt", root_ / "hr/a.txt");
  EXPECT_EQ(HeldFile(root_ / "hr/a.txt", root_).reason(), "link that leads out of the folder");
  fs::remove_all(root_ / "hr");
  fs::create_symlink(outside_, root_ / "hr");
  EXPECT_EQ(HeldFile(root_ / "hr/a.txt", root_).reason(), "link that leads out of the folder");
  EXPECT_EQ(HeldFile(root_ / "hr/a.txt", "").reason(), "");
}

TEST_F(HeldFileTest, FollowsLinksWithinTheSource) {
  fs::create_symlink("hr/a.txt", root_ / "link.txt");
  EXPECT_EQ(read_file(HeldFile(root_ / "link.txt", root_).path()), "words");
  EXPECT_EQ(HeldFile(outside_ / "a.txt", outside_ / "a.txt").reason(), "") << "a file that is a source itself";
}

TEST_F(HeldFileTest, WaitsForNoPipe) {
  fs::remove(root_ / "hr/a.txt");
  ASSERT_EQ(::mkfifo((root_ / "hr/a.txt").c_str(), 0600), 0);
  EXPECT_EQ(HeldFile(root_ / "hr/a.txt", root_).reason(), "not a regular file");
}

}  // namespace
}  // namespace rag
