#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

TEST(Formats, AreListedWithTheirReaders) {
  Program program;
  const json listed = json::parse(program.run({"formats", "--json"}).out);
  EXPECT_EQ(listed["schema_version"], 1);
  std::set<std::string> names;
  for (const json& format : listed["formats"]) {
    names.insert(format["format"]);
    EXPECT_FALSE(format["reader"].get<std::string>().empty()) << format;
    EXPECT_EQ(format["installed"].get<bool>(), format["install"].is_null()) << format;
  }
  for (const char* name : {"pdf", "hwp", "docx", "mail"}) EXPECT_TRUE(names.contains(name)) << name;
  EXPECT_GT(listed["not_read"].size(), 0U);
  for (const json& unread : listed["not_read"]) EXPECT_NE(unread["media_type"], "application/pdf");
}

TEST(Formats, ArePrintedForPeopleAndForPages) {
  Program program;
  const Result text = program.run({"formats"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_NE(text.out.find("poppler"), std::string::npos);
  const std::size_t archive = text.out.find("\narchive") + 1;
  EXPECT_EQ(text.out.find("libarchive", archive) - archive, text.out.find("reader")) << "columns are as wide as what stands in them:\n" << text.out;
  EXPECT_NE(program.run({"formats"}, "", {"LC_ALL=ko_KR.UTF-8"}).out.find("읽는 도구"), std::string::npos);
  const Result markdown = program.run({"formats", "--md"});
  EXPECT_TRUE(markdown.out.starts_with("| format |")) << markdown.out;
  EXPECT_EQ(program.run({"formats", "--md", "--json"}).code, 2);
  EXPECT_EQ(program.run({"formats", "--format", "csv"}).code, 2);
}

}  // namespace
}  // namespace rag::test
