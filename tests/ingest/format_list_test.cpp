#include "ingest/format_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "ingest/media_type.h"
#include "ingest/parser.h"

namespace rag {
namespace {

TEST(FormatList, HasALineForEveryParserAndNamesItsReader) {
  std::set<std::string> parsers, listed;
  for (const Parser* parser : all_parsers()) parsers.insert(parser->name());
  for (const FormatInfo& format : readable_formats()) {
    listed.insert(format.name);
    EXPECT_FALSE(format.reader.empty()) << format.name << ": add its reader to kReaders in ingest/format_list.cpp";
    EXPECT_FALSE(format.media_types.empty()) << format.name;
    EXPECT_EQ(format.installed, format.install.empty()) << format.name << ": what is missing must be named, and only then";
  }
  for (const char* opened : {"archive", "recording"}) EXPECT_EQ(listed.erase(opened), 1U) << opened;
  EXPECT_EQ(listed, parsers);
}

TEST(FormatList, ListsEachReadMediaTypeOnceAndNoUnreadOne) {
  std::set<std::string> read;
  for (const FormatInfo& format : readable_formats())
    for (const std::string& type : format.media_types) EXPECT_TRUE(read.insert(type).second) << type << " has two readers";
  for (const FormatInfo& format : unread_formats()) {
    EXPECT_FALSE(read.contains(format.name)) << format.name;
    EXPECT_FALSE(find_parser(format.name)) << format.name;
  }
  for (const std::string& type : recognised_media_types()) {
    const auto unread = unread_formats();
    const bool listed = std::any_of(unread.begin(), unread.end(), [&](const FormatInfo& format) { return format.name == type; });
    EXPECT_NE(read.contains(type), listed) << type << " is in neither list, or in both";
  }
}

TEST(FormatList, KnowsTheNamesOfItsFiles) {
  for (const FormatInfo& format : readable_formats())
    for (const std::string& extension : format.extensions) {
      const std::string type = media_type_of_name("a." + extension);
      EXPECT_NE(std::find(format.media_types.begin(), format.media_types.end(), type), format.media_types.end()) << extension;
    }
}

}  // namespace
}  // namespace rag
