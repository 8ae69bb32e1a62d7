#include "ingest/compound_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compound_file_builder.h"
#include "core/error.h"

namespace rag {
namespace {

using test::le32;
using testing::ElementsAre;
using testing::HasSubstr;

std::string reason(const std::string& bytes, const std::string& stream) {
  try {
    CompoundFile(bytes, "HWP").read(stream);
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

// Where the directory's entry of a stream begins.
std::size_t entry_of(const std::string& bytes, const std::string& name) { return bytes.find(test::utf16le(name) + std::string(2, '\0')); }

TEST(CompoundFile, ReadsSmallAndLargeStreamsInStorages) {
  const std::string large(100000, 'x');
  const std::string bytes = test::make_compound_file({{"a", "small"}, {"한글/b", large}, {"한글/c/d", ""}, {"한글/e", "other"}});
  const CompoundFile file(bytes, "HWP");
  EXPECT_EQ(file.read("a"), "small");
  EXPECT_EQ(file.read("한글/b"), large);
  EXPECT_EQ(file.read("한글/c/d"), "");
  EXPECT_EQ(file.read("한글/e"), "other");
  EXPECT_TRUE(file.has("a"));
  EXPECT_FALSE(file.has("b"));
  EXPECT_THAT(file.streams("한글"), ElementsAre("한글/b", "한글/c/d", "한글/e"));
  EXPECT_EQ(file.streams().size(), 4U);
}

TEST(CompoundFile, ComparesNamesWithoutRegardToCase) {
  const std::string bytes = test::make_compound_file({{"WORKBOOK", "content"}});
  EXPECT_EQ(CompoundFile(bytes, "XLS").read("Workbook"), "content");
  EXPECT_THAT(CompoundFile(bytes, "XLS").streams(), ElementsAre("WORKBOOK"));
}

TEST(CompoundFile, SaysWhatIsMissingOrCutShort) {
  const std::string bytes = test::make_compound_file({{"a", std::string(10000, 'x')}, {"z", std::string(6000, 'z')}});
  EXPECT_THAT(reason("zip", "a"), HasSubstr("not a compound file"));
  EXPECT_THAT(reason(bytes.substr(0, 100), "a"), HasSubstr("no directory of streams"));
  EXPECT_EQ(reason(bytes, "b"), "damaged HWP: no stream b in it");
  std::string claims = bytes;
  claims.replace(entry_of(bytes, "a") + 120, 4, le32(12000));
  EXPECT_EQ(reason(claims, "a"), "damaged HWP: the stream a is cut short (10240 of 12000 bytes)");
  claims.replace(entry_of(bytes, "a") + 120, 4, le32(0x7FFFFFFF));
  EXPECT_THAT(reason(claims, "a"), HasSubstr("larger than the file"));
}

TEST(CompoundFile, EndsWhereChainsAndDirectoriesRunInCircles) {
  std::string bytes = test::make_compound_file({{"a", std::string(10000, 'x')}, {"s/b", "small"}});
  const std::size_t a = entry_of(bytes, "a"), s = entry_of(bytes, "s");
  bytes.replace(a + 72, 4, le32(2)).replace(s + 76, 4, le32(2));  // the storage is its own child
  EXPECT_EQ(CompoundFile(bytes, "HWP").streams().size(), 1U);
  std::string circle = test::make_compound_file({{"a", std::string(10000, 'x')}, {"z", std::string(6000, 'z')}});
  const std::size_t table = circle.rfind(le32(1) + le32(2) + le32(3));
  circle.replace(table, 4, le32(0)).replace(entry_of(circle, "a") + 120, 4, le32(12000));
  EXPECT_EQ(reason(circle, "a"), "");  // sectors again and again, but no more than the size
}

TEST(CompoundFile, RefusesStreamsThatShareTheirSectors) {
  std::vector<std::pair<std::string, std::string>> streams{{"large", std::string(1 << 20, 'x')}};
  for (int i = 0; i < 20; ++i) streams.emplace_back("s" + std::to_string(i), "small");
  std::string bytes = test::make_compound_file(streams);
  const std::string where = bytes.substr(entry_of(bytes, "large") + 116, 8);
  for (int i = 0; i < 20; ++i) bytes.replace(entry_of(bytes, "s" + std::to_string(i)) + 116, 8, where);
  const CompoundFile file(bytes, "HWP");
  EXPECT_THROW(
      {
        for (const std::string& path : file.streams()) file.read(path);
      },
      Error);
}

TEST(CompoundFile, RefusesDirectoriesWithoutEnd) {
  std::vector<std::pair<std::string, std::string>> deep{{"", "x"}};
  for (int i = 0; i < 40; ++i) deep[0].first += "s/";
  deep[0].first += "a";
  EXPECT_THAT(reason(test::make_compound_file(deep), "a"), HasSubstr("storages more than 32 deep"));
}

}  // namespace
}  // namespace rag
