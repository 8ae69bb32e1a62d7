#include "core/nameless_file.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/error.h"

namespace rag {
namespace {

std::string read(const NamelessFile& file, std::uint64_t position, std::size_t bytes) {
  std::string out(bytes, '\0');
  file.read(position, out.data(), bytes);
  return out;
}

TEST(NamelessFile, GivesBackWhatWasAppended) {
  NamelessFile file;
  EXPECT_EQ(file.size(), 0U);
  file.append("강은 ");
  file.append("");
  file.append("흐른다");
  EXPECT_EQ(file.size(), 16U);
  EXPECT_EQ(read(file, 0, 16), "강은 흐른다");
  EXPECT_EQ(read(file, 7, 6), "흐른");
  EXPECT_EQ(read(file, 16, 0), "");
}

TEST(NamelessFile, GoesWithTheOneItIsMovedTo) {
  NamelessFile file;
  file.append("river");
  NamelessFile other = std::move(file);
  other.append("s");
  EXPECT_EQ(read(other, 0, 6), "rivers");
  NamelessFile third;
  third.append("sea");
  third = std::move(other);
  EXPECT_EQ(read(third, 0, 6), "rivers");
}

TEST(NamelessFile, SaysWhatFindsNoRoomAndWhere) {
  NamelessFile file("/proc", "a list of rivers");
  try {
    file.append("Han");
    FAIL() << "kept without a place";
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("/proc: a list of rivers cannot be kept there: ")) << error.what();
  }
}

TEST(NamelessFile, SaysThatItEndsBeforeWhatIsAskedFor) {
  NamelessFile file;
  file.append("Han");
  EXPECT_THROW(read(file, 1, 3), Error);
}

}  // namespace
}  // namespace rag
