#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.h"
#include "core/file.h"
#include "core/mapped_pages.h"

namespace rag {
namespace {

// Megabytes of files that are mapped and in memory.
double mapped_megabytes() {
  std::size_t total = 0, resident = 0, of_files = 0;
  std::ifstream("/proc/self/statm") >> total >> resident >> of_files;
  return static_cast<double>(of_files) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

std::size_t sum(std::string_view bytes) {
  std::size_t all = 0;
  for (const char byte : bytes) all += static_cast<unsigned char>(byte);
  return all;
}

class MappedFileTest : public testing::Test {
 protected:
  MappedFileTest() { write_file_atomically(path_, std::string(16'000'000, '\1')); }
  ~MappedFileTest() override { std::filesystem::remove(path_); }
  const std::filesystem::path path_ = std::filesystem::temp_directory_path() / ("rag-mapped-" + std::to_string(::getpid()));
};

TEST_F(MappedFileTest, LetsGoOfTheMemoryItWasReadThroughAndCanBeReadAgain) {
  const MappedFile file(path_);
  const double before = mapped_megabytes();
  EXPECT_EQ(sum(file.bytes()), 16'000'000U);
  EXPECT_GT(mapped_megabytes(), before + 14);
  file.let_go_up_to(14'000'000);
  EXPECT_LT(mapped_megabytes(), before + 4);
  EXPECT_EQ(sum(file.bytes()), 16'000'000U);
}

TEST_F(MappedFileTest, LettingGoOfMoreThanThereIsOrOfNothingIsHarmless) {
  const MappedFile file(path_);
  file.let_go_up_to(static_cast<std::size_t>(-1));
  file.let_go_up_to(0);
  MappedFile().let_go_up_to(5);
  EXPECT_EQ(file.bytes().size(), 16'000'000U);
}

TEST_F(MappedFileTest, LetsGoOfThePagesOfAPartAndOfNoOthers) {
  const MappedFile file(path_);
  const double before = mapped_megabytes();
  EXPECT_EQ(sum(file.bytes()), 16'000'000U);
  let_go(file.bytes().substr(5, 8'000'000));
  EXPECT_LT(mapped_megabytes(), before + 10);
  EXPECT_GT(mapped_megabytes(), before + 6);
  let_go(file.bytes().substr(12'000'001, 100));  // no whole page
  let_go({});
  EXPECT_EQ(sum(file.bytes()), 16'000'000U);
}

TEST(MappedFile, SaysWhichFileCannotBeMapped) {
  try {
    MappedFile("/nowhere/at all");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/at all"), std::string::npos);
  }
}

}  // namespace
}  // namespace rag
