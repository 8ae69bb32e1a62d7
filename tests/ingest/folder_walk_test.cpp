#include "ingest/folder_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "ingest/ignore_rules.h"
#include "support.h"

namespace rag {
namespace {

using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> uris(const FolderWalkResult& result) {
  std::vector<std::string> all;
  for (const FoundFile& file : result.files) all.push_back(file.uri);
  return all;
}

Verdict judge(const std::string& rules, const std::string& path, bool is_folder = false) {
  return IgnoreRules(rules).judge(path, is_folder);
}

TEST(IgnoreRules, FollowGit) {
  EXPECT_EQ(judge("*.log", "a/b/x.log"), Verdict::Ignore);
  EXPECT_EQ(judge("/*.log", "a/x.log"), Verdict::None) << "anchored";
  EXPECT_EQ(judge("a/x", "b/a/x"), Verdict::None) << "a slash inside anchors";
  EXPECT_EQ(judge("build/", "build"), Verdict::None) << "folders only";
  EXPECT_EQ(judge("build/", "src/build", true), Verdict::Ignore);
  EXPECT_EQ(judge("*.log\n!keep.log", "keep.log"), Verdict::Keep);
  EXPECT_EQ(judge("**/x", "x"), Verdict::Ignore);
  EXPECT_EQ(judge("a/**/x", "a/x"), Verdict::Ignore);
  EXPECT_EQ(judge("a/**/x", "a/b/c/x"), Verdict::Ignore);
  EXPECT_EQ(judge("a/**", "a/b/c"), Verdict::Ignore);
  EXPECT_EQ(judge("a/**", "a", true), Verdict::None);
  EXPECT_EQ(judge("a*c", "a/c"), Verdict::None) << "a star stops at a slash";
  EXPECT_EQ(judge("[a-c]?[!x].txt", "b1y.txt"), Verdict::Ignore);
  EXPECT_EQ(judge("[a-c]?[!x].txt", "b1x.txt"), Verdict::None);
  EXPECT_EQ(judge("\\#note\n\\!bang\nend\\ ", "#note"), Verdict::Ignore);
  EXPECT_EQ(judge("# comment\n\n", "# comment"), Verdict::None);
  EXPECT_EQ(judge("문서*.md\r\n", "문서 목록.md"), Verdict::Ignore);
}

TEST(IgnoreRules, MatchHostilePatternsQuickly) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(20000, 'a')));
  EXPECT_FALSE(matches_glob("[unclosed", "u"));
  EXPECT_FALSE(matches_glob("x\\", "y"));
}

TEST(FolderWalk, SortsBytewiseAndSkipsHiddenFilesAndTheIndex) {
  const TemporaryFolder folder;
  for (const char* name : {"b.md", "a/z.md", "a-b.md", "강.md", ".hidden/x.md", ".env", ".rag/catalog.sqlite"}) folder.write(name, "text");
  const FolderWalkResult result = walk_folder(folder.path());
  EXPECT_THAT(uris(result), ElementsAre("a-b.md", "a/z.md", "b.md", "강.md"));
  EXPECT_EQ(result.ignored, 2U);
  EXPECT_EQ(result.files[0].size, 4U);
  EXPECT_GT(result.files[0].mtime_ns, 0);
  FolderWalkOptions hidden;
  hidden.include_hidden = true;
  EXPECT_THAT(uris(walk_folder(folder.path(), hidden)), ElementsAre(".env", ".hidden/x.md", "a-b.md", "a/z.md", "b.md", "강.md"));
}

TEST(FolderWalk, VisitsFilesInTheOrderOfTheirUrisOneByOne) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "a-/x", "a./x", "a0", "b/a/z", "b/a.txt", "b/a-b/c", "bad\xFF/x", "bad\x7F", "baz", "강/나", "강.md"}) folder.write(name, "text");
  std::vector<std::string> visited;
  EXPECT_TRUE(visit_folder(folder.path(), {}, [&](const SeenFile& file) {
                EXPECT_TRUE(std::filesystem::exists(file.path));
                visited.push_back(file.uri);
              }).files.empty());
  EXPECT_EQ(visited.size(), 12U);
  EXPECT_TRUE(std::ranges::is_sorted(visited));
  EXPECT_EQ(visited, uris(walk_folder(folder.path())));
}

TEST(FolderWalk, KeepsWithinAPartOfTheTree) {
  const TemporaryFolder folder;
  for (const char* name : {"hr/a.md", "hr/b.tmp", "hr/ko/휴가.md", "hr-old/c.md", "it/d.md", "hr.md"}) folder.write(name, "text");
  folder.write(".gitignore", "*.tmp\n");
  const auto within = [&](const std::string& part) {
    FolderWalkOptions options;
    options.within = part;
    return uris(walk_folder(folder.path(), options));
  };
  EXPECT_THAT(within("hr/"), ElementsAre("hr/a.md", "hr/ko/휴가.md"));
  EXPECT_THAT(within("hr/ko/"), ElementsAre("hr/ko/휴가.md"));
  EXPECT_THAT(within("hr/a.md"), ElementsAre("hr/a.md"));
  EXPECT_THAT(within("hr"), IsEmpty());
}

TEST(FolderWalk, ObeysIgnoreFilesNearestLast) {
  const TemporaryFolder folder;
  for (const char* name : {"a.log", "keep.log", "sub/b.log", "sub/c.txt", "out/d.md", "deep/out/e.md"}) folder.write(name, "text");
  folder.write(".gitignore", "*.log\n!keep.log\n/out/\n");
  folder.write("sub/.ragignore", "!b.log\nc.*\n");
  EXPECT_THAT(uris(walk_folder(folder.path())), ElementsAre("deep/out/e.md", "keep.log", "sub/b.log"));
  FolderWalkOptions options;
  options.exclude = {"/deep/"};
  EXPECT_THAT(uris(walk_folder(folder.path(), options)), ElementsAre("keep.log", "sub/b.log"));
  options.use_ignore_files = false;
  EXPECT_THAT(uris(walk_folder(folder.path(), options)), ElementsAre("a.log", "keep.log", "out/d.md", "sub/b.log", "sub/c.txt"));
}

TEST(FolderWalk, FollowsLinksInsideTheRootOnly) {
  const TemporaryFolder folder, elsewhere;
  folder.write("real/a.md", "text");
  const auto outside = elsewhere.write("secret.md", "text");
  std::filesystem::create_symlink(folder.path() / "real", folder.path() / "link");
  std::filesystem::create_symlink(folder.path() / "real/a.md", folder.path() / "file.md");
  std::filesystem::create_symlink(outside, folder.path() / "out.md");
  std::filesystem::create_symlink(folder.path(), folder.path() / "real/up");
  std::filesystem::create_symlink("nowhere", folder.path() / "broken");
  const FolderWalkResult result = walk_folder(folder.path());
  EXPECT_THAT(uris(result), ElementsAre("file.md", "link/a.md", "real/a.md"));
  std::vector<std::string> reasons;
  for (const SkippedFile& skipped : result.skipped) reasons.push_back(skipped.uri + ": " + skipped.reason);
  EXPECT_THAT(reasons, testing::UnorderedElementsAre(HasSubstr("broken: link that leads nowhere"), HasSubstr("out.md: link that leads out"),
                                                     HasSubstr("link/up: link to a folder that holds it"),
                                                     HasSubstr("real/up: link to a folder that holds it")));
}

TEST(FolderWalk, NeverOpensPipesAndEscapesStrangeNames) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  folder.write("bad\xFFname\n.txt", "text");
  const FolderWalkResult result = walk_folder(folder.path());
  EXPECT_THAT(uris(result), ElementsAre("bad\\xFFname\\x0A.txt"));
  EXPECT_EQ(result.files[0].path, folder.path() / "bad\xFFname\n.txt");
  ASSERT_EQ(result.skipped.size(), 1U);
  EXPECT_EQ(result.skipped[0].reason, "not a regular file");
}

TEST(FolderWalk, GivesNoTwoFilesOneUri) {
  const TemporaryFolder folder;
  for (const char* name : {"a\xFF.txt", "a\\xFF.txt", "a\\x5CxFF.txt", "b\\\xFF.txt", "b\\x\xFF.txt", "c\n", "c\\x0A", "d\\", "d\\xag"}) folder.write(name, "text");
  const std::vector<std::string> found = uris(walk_folder(folder.path()));
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), 9U) << testing::PrintToString(found);
  EXPECT_EQ(shown_path("a\\xFF.txt"), "a\\x5CxFF.txt") << "the byte itself is shown so";
  EXPECT_EQ(shown_path("d\\xag"), "d\\xag");
}

TEST(FolderWalk, TellsWhatCannotBeSeenFromWhatIsNoFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", folder.path() / "unmounted");
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "out.txt");
  std::filesystem::create_symlink("circle", folder.path() / "circle");
  std::set<std::string> unseen, no_files;
  for (const SkippedFile& file : walk_folder(folder.path()).skipped) (file.unseen ? unseen : no_files).insert(file.uri);
  EXPECT_THAT(unseen, ElementsAre("unmounted"));
  EXPECT_THAT(no_files, ElementsAre("circle", "out.txt", "pipe"));
}

TEST(FolderWalk, ReportsAFolderItCannotRead) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads every folder";
  const TemporaryFolder folder;
  folder.write("closed/a.md", "text");
  folder.write("open.md", "text");
  ::chmod((folder.path() / "closed").c_str(), 0);
  const FolderWalkResult result = walk_folder(folder.path());
  ::chmod((folder.path() / "closed").c_str(), 0700);
  EXPECT_THAT(uris(result), ElementsAre("open.md"));
  EXPECT_THAT(result.skipped.at(0).reason, HasSubstr("folder cannot be read"));
}

TEST(FolderWalk, TakesAFileForARootAndRefusesNothing) {
  const TemporaryFolder folder;
  EXPECT_THAT(uris(walk_folder(folder.write("sub/one.md", "text"))), ElementsAre("one.md"));
  EXPECT_THAT(uris(walk_folder(folder.path() / "sub/")), ElementsAre("one.md"));
  EXPECT_THROW(walk_folder(folder.path() / "missing"), Error);
}

TEST(FolderWalk, ReadsOnlyWhatIsIncludedByNameOrByFolder) {
  const TemporaryFolder folder;
  for (const char* name : {"a.pdf", "b.md", "hr/c.pdf", "인사/규정/d.txt", "인사/e.txt", "drafts/f.pdf"}) folder.write(name, "text");
  EXPECT_THAT(uris(walk_folder(folder.path(), {.include = {"*.pdf"}})), ElementsAre("a.pdf", "drafts/f.pdf", "hr/c.pdf"));
  EXPECT_THAT(uris(walk_folder(folder.path(), {.include = {"규정/"}})), ElementsAre("인사/규정/d.txt"));
  EXPECT_THAT(uris(walk_folder(folder.path(), {.exclude = {"drafts/"}, .include = {"*.pdf", "/인사/"}})), ElementsAre("a.pdf", "hr/c.pdf", "인사/e.txt", "인사/규정/d.txt"));
}

TEST(FolderWalk, NeverEntersTheIndexWhateverItIsCalled) {
  const TemporaryFolder folder;
  for (const char* name : {"a.md", "hr.index/catalog.sqlite"}) folder.write(name, "text");
  EXPECT_THAT(uris(walk_folder(folder.path(), {.index = folder.path() / "hr.index"})), ElementsAre("a.md"));
}

TEST(FolderWalk, ListsFoldersInsteadOfFilesWhereAsked) {
  const TemporaryFolder folder;
  for (const char* name : {"a.md", "hr/b.md", "hr/2024/c.md", ".git/d", "drafts/e.md"}) folder.write(name, "text");
  const FolderWalkResult found = walk_folder(folder.path(), {.exclude = {"drafts/"}, .folders_only = true});
  const std::set<std::filesystem::path> folders(found.folders.begin(), found.folders.end());
  EXPECT_EQ(folders, (std::set<std::filesystem::path>{folder.path() / "", folder.path() / "hr/", folder.path() / "hr/2024/"}));
  EXPECT_THAT(found.files, IsEmpty());
  EXPECT_THAT(walk_folder(folder.path()).folders, IsEmpty());
}

TEST(FolderWalk, LooksAtAFileAgain) {
  const TemporaryFolder folder;
  folder.write("a.md", "text");
  const FoundFile found = walk_folder(folder.path()).files.at(0);
  folder.write("a.md", "longer text");
  EXPECT_EQ(look_again(found)->size, 11U);
  std::filesystem::remove(found.path);
  EXPECT_FALSE(look_again(found));
  std::filesystem::create_directory(found.path);
  EXPECT_FALSE(look_again(found)) << "a folder of that name is not the file";
}

}  // namespace
}  // namespace rag
