#include "pipelines/source_rules.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace rag {
namespace {

Document described(const SourceSettings& settings, const std::string& uri, Document document = {}) {
  SourceRules(settings).apply(document, uri);
  return document;
}

TEST(SourceRules, TakeAFolderOfThePath) {
  const SourceSettings settings{.metadata = {"dept = path segment 1", "year=path segment -1"}};
  const Metadata metadata = described(settings, "인사/2024/휴가.md").metadata;
  EXPECT_EQ(metadata, (Metadata{{"dept", {"인사"}}, {"year", {"2024"}}}));
}

TEST(SourceRules, LeaveADocumentWithFewerFoldersAsItIs) {
  const SourceSettings settings{.metadata = {"dept = path segment 2"}};
  EXPECT_TRUE(described(settings, "hr/leave.md").metadata.empty()) << "a file's own name is no folder";
  EXPECT_TRUE(described({.metadata = {"dept = path segment -1"}}, "leave.md").metadata.empty());
  EXPECT_EQ(described(settings, "leave.md", {.metadata = {{"dept", {"its own"}}}}).metadata.at("dept"), std::vector<std::string>{"its own"});
}

TEST(SourceRules, PutTheSameValueOnAll) {
  const SourceSettings settings{.metadata = {"owner = 인사팀", "note = \"path segment 1\"", "state = 'in force'"}};
  EXPECT_EQ(described(settings, "a.md").metadata, (Metadata{{"owner", {"인사팀"}}, {"note", {"path segment 1"}}, {"state", {"in force"}}}));
}

TEST(SourceRules, StandBeforeWhatAFileSaysOfItself) {
  const Document document = described({.metadata = {"dept = hr"}, .access = {"managers"}, .language = "ko"}, "a.md",
                                      {.language = "en", .metadata = {{"dept", {"x", "y"}}, {"author", {"Kim"}}}, .acl = {"everybody"}});
  EXPECT_EQ(document.metadata, (Metadata{{"author", {"Kim"}}, {"dept", {"hr"}}}));
  EXPECT_EQ(document.acl, std::vector<std::string>{"managers"});
  EXPECT_EQ(document.language, "ko");
  const Document untouched = described({}, "a.md", {.language = "en", .acl = {"everybody"}});
  EXPECT_EQ(untouched.acl, std::vector<std::string>{"everybody"});
  EXPECT_EQ(untouched.language, "en");
}

TEST(SourceRules, HaveANameThatTellsThemApart) {
  EXPECT_EQ(SourceRules(SourceSettings{.source = "/docs", .include = {"*.md"}}).name(), "") << "which files are read is not on the documents";
  const std::string one = SourceRules(SourceSettings{.metadata = {"a = b"}}).name();
  EXPECT_NE(one, "");
  EXPECT_NE(one, SourceRules(SourceSettings{.metadata = {"a = c"}}).name());
  EXPECT_NE(SourceRules(SourceSettings{.access = {"ko"}}).name(), SourceRules(SourceSettings{.language = "ko"}).name());
}

TEST(SourceRules, RefuseWhatIsNoRule) {
  for (const char* wrong : {"", "dept", "= hr", "dept =", "two words = x", "dept = path segment", "dept = path segment 0", "dept = path segment x",
                            "dept = path segment 99999999999", "dept = path segment 1 2", "d>=x", "\xFF = x"}) {
    EXPECT_THROW(parse_metadata_rule(wrong), Error) << wrong;
  }
  try {
    parse_metadata_rule("dept = path segment zwei");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Usage);
    EXPECT_NE(std::string(error.what()).find("dept = path segment 1"), std::string::npos) << "shows no example: " << error.what();
  }
}

}  // namespace
}  // namespace rag
