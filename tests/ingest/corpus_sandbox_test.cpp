// Corpora of JSON lines through the parser process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "core/error.h"
#include "ingest/corpus_parts.h"
#include "ingest/json_lines.h"
#include "ingest/line_source.h"
#include "ingest/sandbox.h"
#include "ingest/warning_limit.h"
#include "ingest/wire.h"
#include "stand_in.h"
#include "support.h"

namespace rag {
namespace {

using test::kTakeAFile;
using test::StandIn;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string line_of(const std::string& id, const std::string& text = "words") { return R"({"_id":")" + id + R"(","text":")" + text + "\"}\n"; }

// All of a corpus, and what was said of it.
struct Read {
  std::vector<std::string> ids;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> warnings;
  std::size_t parts = 0, largest_part = 0;
  std::string ended;
};

Read read(ParserSandbox& sandbox, const std::filesystem::path& file) {
  Read all;
  all.ended = sandbox.read_corpus(file, "c.jsonl", [&](CorpusPart part) {
    std::size_t text = 0;
    for (const CorpusPart::Line& line : part.documents) {
      all.ids.push_back(line.document.id);
      all.lines.push_back(line.number);
      text += line.document.text.size();
    }
    all.warnings.insert(all.warnings.end(), part.warnings.begin(), part.warnings.end());
    all.largest_part = std::max(all.largest_part, text);
    ++all.parts;
    return true;
  });
  return all;
}

TEST(CorpusInSandbox, ComesInPartsOfAboutAMegabyteInTheOrderOfItsLines) {
  const TemporaryFolder folder;
  std::string corpus;
  for (int i = 0; i < 5000; ++i) corpus += line_of(std::to_string(i), std::string(1000, 'x')) + "\n";
  const auto file = folder.write("c.jsonl", corpus);
  const Read all = read(*start_parser_sandbox(), file);
  EXPECT_EQ(all.ended, "");
  ASSERT_EQ(all.ids.size(), 5000U);
  for (std::size_t i = 0; i < all.ids.size(); ++i) {
    ASSERT_EQ(all.ids[i], std::to_string(i));
    ASSERT_EQ(all.lines[i], 2 * i + 1);
  }
  EXPECT_GE(all.parts, 5U);
  EXPECT_LE(all.largest_part, CorpusPartSizes().full + 1000);
}

TEST(CorpusInSandbox, HasTheSameDocumentsAsReadHere) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.jsonl", "\xEF\xBB\xBF{\"_id\":\"d1\",\"title\":\"강\",\"text\":\"흐른다.\",\"metadata\":{\"tags\":[\"a\",\"b\"],\"n\":{\"m\":1}}}\r\n" + line_of("d2"));
  JsonLinesReader reader(file, "c.jsonl");
  CorpusPart here{.documents = {}, .warnings = {}, .lines = 0, .bytes = 0, .trouble = ""}, there = here;
  while (auto document = reader.next()) here.documents.push_back({reader.line_number(), std::move(*document)});
  start_parser_sandbox()->read_corpus(file, "c.jsonl", [&](CorpusPart part) {
    for (CorpusPart::Line& line : part.documents) there.documents.push_back(std::move(line));
    return true;
  });
  here.lines = there.lines = 2;
  ASSERT_EQ(there.documents.size(), 2U);
  EXPECT_EQ(encode_corpus_part(there), encode_corpus_part(here));
}

TEST(CorpusInSandbox, NamesADamagedLineByItsNumberAndReadsTheRest) {
  const TemporaryFolder folder;
  const Read all = read(*start_parser_sandbox(), folder.write("c.jsonl", line_of("a") + "not json\n\n{\"_id\":\"b\"}\n" + line_of("c")));
  EXPECT_THAT(all.ids, ElementsAre("a", "c"));
  EXPECT_THAT(all.lines, ElementsAre(1, 5));
  EXPECT_THAT(all.warnings, ElementsAre(HasSubstr("line 2: not JSON"), "line 4: no \"text\" field"));
  EXPECT_EQ(all.ended, "");
}

TEST(CorpusInSandbox, CutsATextBeyondTheLimitAndSaysOnWhichLine) {
  const TemporaryFolder folder;
  ParseLimits limits;
  limits.max_text_bytes = std::size_t{1} << 20;
  std::string long_text;
  for (int i = 0; i < 40000; ++i) long_text += "a line that is one of many\\n";
  const Read all = read(*start_parser_sandbox(limits), folder.write("c.jsonl", line_of("a") + line_of("b", long_text) + line_of("c")));
  EXPECT_THAT(all.ids, ElementsAre("a", "b", "c"));
  EXPECT_LE(all.largest_part, limits.max_text_bytes + 10);
  EXPECT_THAT(all.warnings, ElementsAre(testing::StartsWith("line 2: ")));
}

TEST(CorpusInSandbox, MayBeLargerThanAnyOtherFile) {
  const TemporaryFolder folder;
  ParseLimits limits;
  limits.max_file_bytes = 1000;
  std::string corpus;
  for (int i = 0; i < 100; ++i) corpus += line_of(std::to_string(i));
  EXPECT_EQ(read(*start_parser_sandbox(limits), folder.write("c.jsonl", corpus)).ids.size(), 100U);
}

TEST(CorpusInSandbox, IsLeftWhereNobodyWantsMore) {
  const TemporaryFolder folder;
  std::string corpus;
  for (int i = 0; i < 5000; ++i) corpus += line_of(std::to_string(i), std::string(1000, 'x'));
  const auto file = folder.write("c.jsonl", corpus);
  const auto sandbox = start_parser_sandbox();
  int parts = 0;
  EXPECT_EQ(sandbox->read_corpus(file, "c.jsonl", [&](const CorpusPart&) { return ++parts < 2; }), "");
  EXPECT_EQ(parts, 2);
  EXPECT_EQ(read(*sandbox, file).ids.size(), 5000U) << "what was left of the first reading is not taken for the second";
  EXPECT_THROW(sandbox->read_corpus(file, "c.jsonl", [](const CorpusPart&) -> bool { throw Error(ErrorKind::Corrupt, "the index"); }), Error)
      << "trouble of the one who takes the parts is no trouble of the child's";
  EXPECT_EQ(read(*sandbox, file).ids.size(), 5000U);
}

TEST(CorpusInSandbox, SaysWhatCannotBeOpened) {
  const auto sandbox = start_parser_sandbox();
  EXPECT_THAT(read(*sandbox, "/nowhere/c.jsonl").ended, HasSubstr("cannot be read"));
  EXPECT_EQ(read(*sandbox, "/dev/zero").ended, "not a regular file");
}

// What a child sends that has read lines 1 and 2.
std::string first_part(std::uint64_t bytes) {
  CorpusPart part{.documents = {}, .warnings = {}, .lines = 2, .bytes = bytes, .trouble = ""};
  part.documents.push_back({1, {.id = "a", .uri = "c.jsonl#a", .text = "words"}});
  part.documents.push_back({2, {.id = "b", .uri = "c.jsonl#b", .text = "words"}});
  const std::string encoded = encode_corpus_part(part);
  const std::uint64_t size = encoded.size() | kPart;
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + encoded;
}

TEST(CorpusInSandbox, LosesTheLineThatCrashesItAndReadsOnBehindIt) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.jsonl", line_of("a") + line_of("b") + line_of("c") + line_of("d"));
  const auto part = folder.write("part", first_part(line_of("a").size() * 2));
  const auto mark = [&](const char* name) { return (folder.path() / name).string(); };
  // Falls in the middle, then at the first line of the rest, and is a real parser from then on.
  const StandIn falls_twice("if [ -e " + mark("twice") + " ]; then exec " RAG_BINARY_DIR "/rag-parse \"$@\"; fi; " + kTakeAFile + "if [ -e " + mark("once") + " ]; then : >" + mark("twice") +
                            "; else : >" + mark("once") + "; cat " + part.string() + " >&3; fi; sleep 0.05; kill -SEGV $$");
  const Read all = read(*start_parser_sandbox(), file);
  EXPECT_THAT(all.ids, ElementsAre("a", "b", "d"));
  EXPECT_THAT(all.lines, ElementsAre(1, 2, 4));
  EXPECT_THAT(all.warnings, ElementsAre(HasSubstr("line 3: parser crashed (memory fault)")));
  EXPECT_EQ(all.ended, "");
}

TEST(CorpusInSandbox, IsGivenUpWhereTheParserFallsWhateverTheLine) {
  const TemporaryFolder folder;
  const StandIn falls(kTakeAFile + "exit 3");
  const Read all = read(*start_parser_sandbox(), folder.write("c.jsonl", line_of("a") + line_of("b")));
  EXPECT_THAT(all.warnings, ElementsAre("line 1: parser gave up (exit code 3)"));
  EXPECT_EQ(all.ended, "the rest of it, from line 2 on, is not read: parser gave up (exit code 3)");
}

TEST(CorpusInSandbox, BelievesNoPartThatGoesBackOrBeyondTheFile) {
  const TemporaryFolder folder;
  const auto file = folder.write("c.jsonl", line_of("a") + line_of("b"));
  const auto part = folder.write("part", first_part(1'000'000));
  const StandIn lies(kTakeAFile + "cat " + part.string() + " >&3; sleep 5");
  const Read all = read(*start_parser_sandbox(), file);
  EXPECT_THAT(all.ids, IsEmpty());
  EXPECT_THAT(all.ended, HasSubstr("sent lines that are not there"));
}

TEST(CorpusPartWire, RefusesEveryTruncationAndLinesOutOfOrder) {
  CorpusPart part{.documents = {}, .warnings = {"line 2: not JSON"}, .lines = 3, .bytes = 70, .trouble = "why"};
  part.documents.push_back({1, {.id = "a", .text = "words"}});
  part.documents.push_back({3, {.id = "c", .text = "words"}});
  const std::string whole = encode_corpus_part(part);
  EXPECT_EQ(encode_corpus_part(decode_corpus_part(whole)), whole);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_THROW(decode_corpus_part(whole.substr(0, size)), Error) << size;
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{4}}) {
    part.documents[1].number = number;
    EXPECT_THROW(decode_corpus_part(encode_corpus_part(part)), Error) << number;
  }
  const std::string place = encode_corpus_place({7, 100, true, 200});
  EXPECT_EQ(encode_corpus_place(decode_corpus_place(place)), place);
  EXPECT_THROW(decode_corpus_place(place + "x"), Error);
}

class MemoryLines {
 public:
  explicit MemoryLines(const std::string& bytes) : file_(::memfd_create("lines", 0)) {
    EXPECT_EQ(::write(file_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::lseek(file_, 0, SEEK_SET);
  }
  MemoryLines(const MemoryLines&) = delete;
  MemoryLines& operator=(const MemoryLines&) = delete;
  ~MemoryLines() { ::close(file_); }
  int file() const { return file_; }

 private:
  int file_;
};

TEST(LineSource, YieldsLinesAcrossItsBufferAndPiecesOfOneThatIsTooLong) {
  std::string bytes = "first\n\n";
  const std::string wide(700'000, 'w'), endless(std::size_t{70} << 20, 'e');
  bytes += wide + "\n" + endless + "\nlast";
  const MemoryLines lines(bytes);
  LineSource source(lines.file(), 1'000'000);
  EXPECT_EQ(source.next()->text, "first");
  EXPECT_EQ(source.next()->text, "");
  EXPECT_EQ(source.next()->text, wide);
  auto line = source.next();
  EXPECT_TRUE(line->too_long && !line->ended);
  line = source.next();
  EXPECT_TRUE(line->too_long && line->ended);
  EXPECT_EQ(source.next()->text, "last");
  EXPECT_FALSE(source.next());
  EXPECT_EQ(source.bytes(), bytes.size());
}

TEST(CorpusParts, BeginWhereToldAndPassOverALineWhereTold) {
  const std::string bytes = line_of("a") + line_of("b") + line_of("c") + line_of("d");
  const MemoryLines lines(bytes);
  const CorpusPlace place{.lines = 1, .bytes = line_of("a").size(), .pass_over = true, .slow_until = line_of("a").size() * 2 + 1};
  ::lseek(lines.file(), static_cast<off_t>(place.bytes), SEEK_SET);
  const ParseLimits limits;
  CorpusParts parts(lines.file(), "c.jsonl", limits, place, {});
  bool is_last = false;
  CorpusPart part = parts.next(is_last);
  EXPECT_TRUE(part.documents.empty() && !is_last) << "line 2 is left aside";
  EXPECT_EQ(part.lines, 2U);
  part = parts.next(is_last);
  ASSERT_EQ(part.documents.size(), 1U) << "a line a part still";
  EXPECT_EQ(part.documents[0].number, 3U);
  part = parts.next(is_last);
  ASSERT_EQ(part.documents.size(), 1U);
  EXPECT_EQ(part.documents[0].document.id, "d");
  EXPECT_TRUE(is_last);
  EXPECT_EQ(part.bytes, bytes.size());
}

TEST(CorpusParts, PassOverALineWhoseMetadataWouldFillTheAnswer) {
  std::string numbers = "1";
  for (int i = 0; i < 200'000; ++i) numbers += ",1";
  const MemoryLines lines("{\"_id\":\"a\",\"text\":\"words\",\"n\":[" + numbers + "]}\n" + line_of("b"));
  const ParseLimits limits;
  CorpusParts parts(lines.file(), "c.jsonl", limits, {}, {.full = 1000, .largest = 1 << 20});
  bool is_last = false;
  const CorpusPart part = parts.next(is_last);
  ASSERT_EQ(part.documents.size(), 1U);
  EXPECT_EQ(part.documents[0].document.id, "b");
  EXPECT_THAT(part.warnings, ElementsAre("line 1: text and metadata of 1 MB, expected at most 1 MB; passed over"));
}

TEST(LimitedWarnings, KeepTwentyAndACount) {
  LimitedWarnings warnings;
  for (int i = 0; i < 21; ++i) warnings.add(std::to_string(i));
  EXPECT_EQ(warnings.take().size(), 21U);
  for (int i = 0; i < 50'000; ++i) warnings.add(std::to_string(i));
  const std::vector<std::string> taken = warnings.take();
  ASSERT_EQ(taken.size(), 21U);
  EXPECT_EQ(taken.back(), "49980 more like these");
  EXPECT_THAT(warnings.take(), IsEmpty());
}

}  // namespace
}  // namespace rag
