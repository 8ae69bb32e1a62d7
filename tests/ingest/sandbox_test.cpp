#include "ingest/sandbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/error.h"
#include "core/interrupt.h"
#include "ingest/wire.h"
#include "stand_in.h"
#include "support.h"

namespace rag {
namespace {

using test::kTakeAFile;
using test::only_document;
using test::StandIn;
using test::TemporaryFolder;
using testing::HasSubstr;

// The sandbox's child, for tests that mistreat it; children belong to the thread that started them.
pid_t first_child() {
  std::ifstream children("/proc/self/task/" + std::to_string(::gettid()) + "/children");
  pid_t child = -1;
  children >> child;
  return child;
}

ParseLimits quick() {
  ParseLimits limits;
  limits.max_wall = std::chrono::seconds(1);
  return limits;
}

TEST(Sandbox, ReadsManyFilesThroughOneChild) {
  const TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox();
  const pid_t child = first_child();
  const auto file = folder.write("a.md", "# 강\n\n흐른다.\n");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(only_document(sandbox->parse(file, "a.md")).text, "강\n\n흐른다.");
  EXPECT_EQ(first_child(), child);
}

TEST(Sandbox, AnswersAsParseBytesDoes) {
  const TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox();
  const std::string pdf = test::make_pdf({{{18, "Title"}, {11, "Some words of text here."}, {11, "And some more of them."}}, {}}, "T");
  const ParseOutcome inside = parse_bytes(pdf, "x.pdf");
  const ParseOutcome outside = sandbox->parse(folder.write("x.pdf", pdf), "x.pdf");
  EXPECT_EQ(encode_outcome(outside), encode_outcome(inside));
  EXPECT_EQ(outside.warnings.size(), 1U);
}

TEST(Sandbox, RefusesWhatIsNoRegularFile) {
  const TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox();
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(sandbox->parse(folder.path() / "pipe", "pipe").skipped, "not a regular file");
  EXPECT_EQ(sandbox->parse("/dev/zero", "zero").skipped, "not a regular file");
  EXPECT_EQ(sandbox->parse(folder.path(), "folder").skipped, "not a regular file");
  EXPECT_THAT(sandbox->parse(folder.path() / "missing", "missing").skipped, HasSubstr("cannot be read"));
  ParseLimits small;
  small.max_file_bytes = 1 << 20;
  EXPECT_THAT(start_parser_sandbox(small)->parse(folder.write("big.txt", std::string(3 << 20, 'x')), "big.txt").skipped,
              HasSubstr("3 MB, at most 1 MB"));
}

TEST(Sandbox, OutlivesAChildThatWasKilledBetweenFiles) {
  const TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox();
  ::kill(first_child(), SIGKILL);
  EXPECT_EQ(only_document(sandbox->parse(folder.write("a.txt", "words"), "a.txt")).text, "words");
}

TEST(Sandbox, KillsAHangAndGoesOn) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "words");
  const auto sandbox = start_parser_sandbox(quick());
  ::kill(first_child(), SIGSTOP);
  EXPECT_EQ(sandbox->parse(file, "a.txt").skipped, "parser killed: took longer than 1 s");
  EXPECT_EQ(only_document(sandbox->parse(file, "a.txt")).text, "words");
}

// As on a fresh machine: poppler asks for fonts, and fontconfig has no cache yet and wants to write one.
TEST(Sandbox, ReadsAPdfWhereFontconfigHasNoCacheAndMayNotWriteOne) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "fonts");
  const auto settings = folder.write("fonts.conf", "<?xml version=\"1.0\"?><fontconfig><dir>" + (folder.path() / "fonts").string() +
                                                       "</dir><cachedir>" + (folder.path() / "cache").string() + "</cachedir></fontconfig>");
  ::setenv("FONTCONFIG_FILE", settings.c_str(), 1);
  const auto outcome = start_parser_sandbox()->parse(std::filesystem::path(RAG_SOURCE_DIR) / "examples/handbook/travel/travel-2025.pdf", "travel.pdf");
  ::unsetenv("FONTCONFIG_FILE");
  EXPECT_EQ(outcome.skipped, "");
  EXPECT_EQ(outcome.documents.size(), 1U);
}

TEST(Sandbox, NamesACrash) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "words");
  {
    const StandIn crash("sleep 0.05; kill -SEGV $$");
    EXPECT_THAT(start_parser_sandbox()->parse(file, "a.txt").skipped, HasSubstr("parser crashed (memory fault)"));
  }
  {
    const StandIn gives_up("sleep 0.05; exit 3");
    EXPECT_EQ(start_parser_sandbox()->parse(file, "a.txt").skipped, "parser gave up (exit code 3)");
  }
  {
    const StandIn busy("ulimit -St 1; while :; do :; done");
    EXPECT_EQ(start_parser_sandbox()->parse(file, "a.txt").skipped, "parser killed: used more than 30 s of processor time");
  }
}

// Eight bytes of ones: another page is about to be recognised.
const std::string kMoreTimeByShell = "printf '\\377\\377\\377\\377\\377\\377\\377\\377' >&3; ";

TEST(Sandbox, GivesEveryPageToRecogniseTimeOfItsOwn) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "words");
  const std::string page = kMoreTimeByShell + "sleep 0.4; ";
  const StandIn slow(page + page + page + page + "printf '\\377\\377\\377\\377\\377\\377\\377\\177' >&3; sleep 5");
  ParseLimits limits = quick();
  std::string told;
  limits.on_page = [&](const std::string& uri, std::size_t number) { told += uri + ' ' + std::to_string(number) + '\n'; };
  EXPECT_THAT(start_parser_sandbox(limits)->parse(file, "a.txt").skipped, HasSubstr("larger than 32 MB")) << "answered after 1.6 s, with 1 s a page";
  EXPECT_THAT(told, testing::StartsWith("a.txt 1\na.txt 2\na.txt 3\na.txt 4\n")) << "so that a long scan can be seen to go on";
  limits.ocr.max_cpu = std::chrono::seconds(0);
  EXPECT_THAT(start_parser_sandbox(limits)->parse(file, "a.txt").skipped, HasSubstr("took longer than 1 s")) << "but not for ever";
}

TEST(Sandbox, ReadsTheRestOfAFileWhoseRecognitionFails) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.md", "# One\n\ntext\n");
  // Falls at the first page of the first file, and is a real parser from then on.
  const std::string real = (std::filesystem::path(RAG_BINARY_DIR) / "rag-parse").string();
  const StandIn falls("if [ -e " + (folder.path() / "fell").string() + " ]; then exec " + real + " \"$@\"; fi; touch " + (folder.path() / "fell").string() +
                      "; " + kTakeAFile + kMoreTimeByShell + "sleep 0.05; kill -ABRT $$");
  const ParseOutcome outcome = start_parser_sandbox()->parse(file, "a.md");
  EXPECT_EQ(only_document(outcome).text, "One\n\ntext");
  EXPECT_THAT(outcome.warnings, testing::ElementsAre(HasSubstr("text recognition failed (parser crashed (abort)")));
}

// The answer of a child that has read `so_far` and is about to read `next`.
std::string part_of(const std::string& next, ParseOutcome so_far) {
  const std::string part = encode_part({next, std::move(so_far)});
  const std::uint64_t size = part.size() | kPart;
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + part;
}

TEST(Sandbox, LosesTheMemberThatCrashesItAndReadsOnBehindIt) {
  const TemporaryFolder folder;
  const auto zip = folder.write("a.zip", test::make_zip({{"first.txt", "one"}, {"second.txt", "two"}, {"third.txt", "three"}}));
  const auto part = folder.write("part", part_of("a.zip!/second.txt", {.documents = {{.uri = "a.zip!/first.txt", .text = "one"}}}));
  const std::string once = (folder.path() / "once").string();
  const StandIn crashes_once("[ -e " + once + " ] && exec " RAG_BINARY_DIR "/rag-parse \"$@\"; : >" + once + "; " + kTakeAFile + "cat " + part.string() +
                             " >&3; kill -SEGV $$");
  const ParseOutcome outcome = start_parser_sandbox()->parse(zip, "a.zip");
  ASSERT_EQ(outcome.documents.size(), 2U);
  EXPECT_EQ(outcome.documents[0].uri, "a.zip!/first.txt");
  EXPECT_EQ(outcome.documents[1].uri, "a.zip!/third.txt");
  ASSERT_EQ(outcome.members.size(), 1U);
  EXPECT_EQ(outcome.members[0].uri, "a.zip!/second.txt");
  EXPECT_THAT(outcome.members[0].skipped, HasSubstr("parser crashed (memory fault)"));
}

TEST(Sandbox, BelievesNoLyingPart) {
  EXPECT_EQ(decode_part(encode_part({"a.zip!/b", {}})).next, "a.zip!/b");
  for (const std::string& lie : {std::string("junk"), encode_part({"", {}}), encode_part({"a.zip!/b", {}}) + "x"}) EXPECT_THROW(decode_part(lie), Error) << lie;
}

TEST(Sandbox, GivesAnArchiveUpWhoseMembersCrashItAgainAndAgain) {
  const TemporaryFolder folder;
  const auto part = folder.write("part", part_of("a.zip!/bad.txt", {}));
  const StandIn crashes(kTakeAFile + "cat " + part.string() + " >&3; kill -SEGV $$");
  const ParseOutcome outcome = start_parser_sandbox()->parse(folder.write("a.zip", "PK"), "a.zip");
  EXPECT_THAT(outcome.warnings, testing::ElementsAre("the rest of it is not read: 8 files in it ended the parser"));
  EXPECT_THAT(outcome.skipped, HasSubstr("bad.txt: parser crashed"));
}

TEST(Sandbox, BelievesNoLyingAnswer) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.txt", "words");
  {
    const StandIn huge("printf '\\377\\377\\377\\377\\377\\377\\377\\177' >&3; sleep 5");
    EXPECT_THAT(start_parser_sandbox()->parse(file, "a.txt").skipped, HasSubstr("larger than 32 MB"));
  }
  {
    const StandIn rubbish("printf '\\004\\000\\000\\000\\000\\000\\000\\000junk' >&3; sleep 5");
    EXPECT_THAT(start_parser_sandbox()->parse(file, "a.txt").skipped, HasSubstr("makes no sense"));
  }
}

TEST(Sandbox, TakesNoPartsWithoutEnd) {
  const TemporaryFolder folder;
  std::string text(std::size_t{30} << 20, 'x');
  const auto part = folder.write("part", part_of("a.zip!/more.txt", {.documents = {{.uri = "a.zip!/first.txt", .text = std::move(text)}}}));
  const StandIn talks(kTakeAFile + "while cat " + part.string() + " >&3; do :; done");
  const ParseOutcome outcome = start_parser_sandbox()->parse(folder.write("a.zip", "PK"), "a.zip");
  EXPECT_LT(outcome.documents.size(), 8 * 30U);
  EXPECT_THAT(outcome.members.at(0).skipped, HasSubstr("its answers are larger"));
}

TEST(Sandbox, FailsWhereNoChildCanBeStarted) {
  ::setenv("RAG_PARSE", "/nowhere/rag-parse", 1);
  EXPECT_THROW(start_parser_sandbox(), Error);
  ::unsetenv("RAG_PARSE");
}

TEST(Sandbox, SurvivesMemoryBeyondTheLimit) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more address space than the limit";
#endif
  ParseLimits limits;
  limits.max_address_space = std::size_t{300} << 20;
  const TemporaryFolder folder;
  const auto sandbox = start_parser_sandbox(limits);
  const std::string skipped = sandbox->parse(folder.write("big.txt", std::string(200 << 20, 'x')), "big.txt").skipped;
  EXPECT_THAT(skipped, HasSubstr("needs more than 300 MB of memory"));
  EXPECT_EQ(only_document(sandbox->parse(folder.write("a.txt", "words"), "a.txt")).text, "words");
}

TEST(Sandbox, WorksSideBySide) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.md", "# One\n\ntext\n");
  std::vector<std::thread> threads;
  std::vector<int> read(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const auto sandbox = start_parser_sandbox();
      for (int i = 0; i < 20; ++i) read[t] += static_cast<int>(sandbox->parse(file, "a.md").documents.size());
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(read, testing::Each(20));
}

TEST(Sandbox, ReadsSeveralFilesAtOnceForSeveralThreads) {
  const TemporaryFolder folder;
  ParseLimits limits;
  limits.processes = 2;  // fewer than threads: some have to wait
  const auto sandbox = start_parser_sandbox(limits);
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const std::string name = std::to_string(t) + ".md";
      const auto file = folder.write(name, "words of " + name);
      for (int i = 0; i < 10; ++i) right[t] += only_document(sandbox->parse(file, name)).text == "words of " + name;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(right, testing::Each(10));
}

TEST(Sandbox, ServesAThreadAfterTheOneThatStartedItHasEnded) {
  const TemporaryFolder folder;
  std::unique_ptr<ParserSandbox> sandbox;
  std::thread([&] { sandbox = start_parser_sandbox(); }).join();
  EXPECT_EQ(only_document(sandbox->parse(folder.write("a.txt", "words"), "a.txt")).text, "words");
}

TEST(Wire, RefusesEveryTruncation) {
  const std::string whole = encode_outcome(parse_bytes("# 강\n\n| a | b |\n|--|--|\n| 1 | 2 |\n", "a.md"));
  EXPECT_EQ(encode_outcome(decode_outcome(whole)), whole);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_THROW(decode_outcome(whole.substr(0, size)), Error) << size;
}

TEST(Wire, RefusesOffsetsOutsideTheText) {
  ParseOutcome outcome;
  outcome.documents.emplace_back();
  outcome.documents[0].text = "강";
  outcome.documents[0].pages = {{1, 1}};
  EXPECT_THROW(decode_outcome(encode_outcome(outcome)), Error) << "inside a character";
  outcome.documents[0].pages = {{4, 1}};
  EXPECT_THROW(decode_outcome(encode_outcome(outcome)), Error) << "behind the end";
}

}  // namespace
}  // namespace rag
