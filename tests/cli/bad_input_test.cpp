#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "clear_line.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

TEST(BadInput, NamesTheFolderThatIsNotThere) {
  Program program;
  expect_one_clear_line(program.run({"index", "nowhere", "--model", "hash"}), 2, "nowhere: no such file or folder");
}

TEST(BadInput, TakesAnEmptyFolderForWhatItIs) {
  Program program;
  std::filesystem::create_directory(program.folder() / "empty");
  expect_one_clear_line(program.run({"index", "empty", "--model", "hash"}), 1, "empty: no file to read in it, expected text");
  EXPECT_EQ(json::parse(program.run({"index", "empty", "--json"}).out)["empty_paths"], json({"empty"}));
  EXPECT_EQ(program.run({"search", "anything"}).code, 1);
  EXPECT_EQ(program.run({"ask", "anything at all?"}).code, 1);
}

TEST(BadInput, NamesTheEmptyFolderAmongOthers) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  std::filesystem::create_directory(program.folder() / "empty");
  const Result result = program.run({"index", "docs", "empty", "--model", "hash"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("empty: no file to read in it"), std::string::npos) << result.err;
}

TEST(BadInput, RefusesSettingsOfTextRecognitionThatMakeNoSense) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--ocr-languages", "../kor"}), 2, "expected names joined by '+', as in kor+eng");
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--ocr-seconds", "0"}), 2, "--ocr-seconds 0: must be from 1");
  program.write("rag.toml", "[ocr]\nenabled = \"no\"\n");
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash"}), 2, "rag.toml:2: ocr.enabled must be true or false");
}

TEST(BadInput, RefusesAPasswordFileWithoutPasswords) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--password-file", "nowhere"}), 2, "nowhere: cannot be read");
  program.write("empty", "\n\r\n");
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--password-file", "empty"}), 2, "empty: no password in it, expected one a line");
  program.write("large", std::string(100000, 'x'));
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--password-file", "large"}), 2, "large: more than 64 KiB");
}

TEST(BadInput, SaysHowToMakeAnIndexWhereThereIsNone) {
  Program program;
  expect_one_clear_line(program.run({"search", "x"}), 2, "rag index");
  expect_one_clear_line(program.run({"--index", "nowhere", "status"}), 2, "nowhere");
}

TEST(BadInput, SkipsWhatCannotBeReadAndKeepsTheRest) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.write("docs/zero.docx", "");
  program.write("docs/broken.pdf", "%PDF-1.7\nnothing that follows is a PDF\n");
  program.write("docs/rubbish.txt", std::string("\x00\x01\x02\xff\xfe\x00\x10\x80", 8) + std::string(3000, '\x03'));
  ::mkfifo((program.folder() / "docs/fifo.txt").c_str(), 0600);
  const Result result = program.run({"index", "docs", "--model", "hash", "--json"});
  EXPECT_EQ(result.code, 5) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["new"], 1);
  EXPECT_EQ(report["skipped"].size(), 4U) << report.dump(1);
  for (const json& skip : report["skipped"]) EXPECT_FALSE(skip["reason"].get<std::string>().empty());
  EXPECT_EQ(program.run({"search", "rivers"}).code, 0);
  EXPECT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 5) << "the second run forgets what could not be read";
}

TEST(BadInput, SurvivesALineOfManyMegabytes) {
  Program program;
  program.write("docs/long.txt", std::string(std::size_t{30} << 20, 'a') + " river\n");
  program.write("docs/good.txt", "A good text about rivers.\n");
  const Result result = program.run({"index", "docs", "--model", "hash", "--json"});
  EXPECT_TRUE(result.code == 0 || result.code == 5) << result.err;
  EXPECT_EQ(program.run({"search", "rivers"}).code, 0);
}

TEST(BadInput, ReadsInvalidUtf8WithALossItNames) {
  Program program;
  program.write("docs/invalid.txt", "A good text about rivers, and \xff\xfe\xc3( something broken.\n");
  program.write("docs/corpus.jsonl", "{\"_id\":\"a\",\"text\":\"\xff river\"}\n{\"_id\":\"b\",\"text\":\"a river\"}\n");
  const json report = json::parse(program.run({"index", "docs", "--model", "hash", "--json"}).out);
  EXPECT_EQ(report["new"], 2);
  EXPECT_EQ(report["warnings"].size(), 2U) << report.dump(1);
  const Result found = program.run({"search", "\xff\xfe rivers", "--json"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_NO_THROW(json::parse(found.out));
}

TEST(BadInput, SurvivesAQuestionOfAHundredThousandCharacters) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  std::string question;
  while (question.size() < 100000) question += "rivers 강물 ";
  EXPECT_EQ(program.run({"search", question}).code, 0);
  EXPECT_LE(program.run({"ask", question}).code, 1);
  EXPECT_LE(program.run({"search", std::string(100000, 'a')}).code, 1);
}

TEST(BadInput, SurvivesAQuestionOfOnlyPunctuation) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  EXPECT_EQ(program.run({"search", "?!... --", "--mode", "lexical"}).code, 1);
  for (const char* mode : {"hybrid", "dense", "lexical"}) {
    const Result result = program.run({"search", "()&|*^~:\"'", "--mode", mode});
    expect_one_clear_line(result, 1, "nothing was asked: no letter or digit in the question");
    EXPECT_EQ(result.out, "") << mode;
  }
  EXPECT_EQ(program.run({"ask", "。、！？・「」"}).code, 1);
  EXPECT_EQ(program.run({"ask", "?!..."}).code, 1);
  const json abstained = json::parse(program.run({"ask", "???", "--json"}).out);
  EXPECT_TRUE(abstained["abstained"]);
  EXPECT_EQ(abstained["passages"].size(), 0U);
  EXPECT_EQ(abstained["reason"], "no letter or digit in the question; ask in words");
  EXPECT_EQ(program.run({"search", "   "}).code, 2);
}

TEST(BadInput, RefusesAnotherModelsIndex) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash", "--max-tokens", "100"});
  expect_one_clear_line(program.run({"index", "docs", "--model", "hash", "--max-tokens", "50", "--overlap-tokens", "10"}), 4, "--rebuild");
}

TEST(BadInput, NamesTheModelThatIsNotInstalled) {
  Program program;
  program.write("docs/good.txt", "text\n");
  const Result result = program.run({"index", "docs", "--model", "no-such-model"});
  expect_one_clear_line(result, 2, "no-such-model");
}

TEST(BadInput, NamesTheBrokenFileOfAModelFolder) {
  Program program;
  program.write("docs/good.txt", "text\n");
  program.write("model/config.json", "{\"model_type\":\"bert\"");
  const Result result = program.run({"index", "docs", "--model", "model"});
  expect_one_clear_line(result, 6, "model/");
  EXPECT_FALSE(std::filesystem::exists(program.folder() / ".rag/catalog.sqlite")) << "an index was begun";
}

TEST(BadInput, FindsTheDamageAndMendsIt) {
  Program program;
  for (int i = 0; i < 20; ++i) program.write("docs/" + std::to_string(i) + ".txt", "Text number " + std::to_string(i) + " about rivers and hills.\n");
  program.run({"index", "docs", "--model", "hash"});
  for (const auto& entry : std::filesystem::directory_iterator(program.folder() / ".rag/segments")) {
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() - 3));
    file.put('\x5A');
  }
  EXPECT_EQ(program.run({"search", "rivers"}).code, 4);
  EXPECT_EQ(program.run({"verify"}).code, 4);
  EXPECT_EQ(program.run({"repair"}).code, 0);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
  EXPECT_EQ(program.run({"search", "rivers"}).code, 0);
}

TEST(BadInput, SaysThatTheEndpointIsDead) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  expect_one_clear_line(program.run({"ask", "What about rivers?", "--backend", "openai", "--backend-url", "http://127.0.0.1:9/v1", "--backend-model", "m"}), 6,
                        "127.0.0.1:9");
}

TEST(BadInput, NamesTheWrongOption) {
  Program program;
  expect_one_clear_line(program.run({"search", "x", "--no-such-option"}), 2, "--no-such-option");
  expect_one_clear_line(program.run({"serch", "x"}), 2, "serch");
  expect_one_clear_line(program.run({"search", "x", "--mode", "fuzzy"}), 2, "hybrid");
  expect_one_clear_line(program.run({"search", "x", "-k", "-5"}), 2, "-k: must not be negative");
  expect_one_clear_line(program.run({"search", "x", "--candidates", "-1"}), 2, "--candidates: must not be negative");
  expect_one_clear_line(program.run({"--index"}), 2, "--index: wants a folder");
  expect_one_clear_line(program.run({"--index=", "status"}), 2, "--index=: wants a folder");
  expect_one_clear_line(program.run({"two\nlines\x1b[31m"}), 2, "two lines");
  program.write("rag.toml", "modle = \"hash\"\n");
  expect_one_clear_line(program.run({"status"}), 2, "modle");
}

TEST(BadInput, IsSilentWhereNobodyReadsOn) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  for (const std::vector<std::string>& command : {std::vector<std::string>{"ls"}, {"search", "rivers", "--json"}, {"status"}, {"--help"}, {"ls", "--help"}}) {
    const Result result = program.run(command, "", {}, {.no_reader = true});
    EXPECT_EQ(result.code, 141) << command[0];
    EXPECT_EQ(result.err, "") << command[0];
  }
}

TEST(BadInput, SaysThatTheOutputsDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  for (const std::vector<std::string>& command : {std::vector<std::string>{"ls"}, {"--help"}, {"ls", "--help"}})
    expect_one_clear_line(program.run(command, "", {}, {.output = "/dev/full"}), 6, "standard output cannot be written");
}

TEST(BadInput, RefusesTwoFormatsAtOnce) {
  Program program;
  program.write("docs/good.txt", "A good text about rivers.\n");
  program.run({"index", "docs", "--model", "hash"});
  const std::vector<std::vector<std::string>> commands = {{"index", "docs"}, {"search", "rivers"}, {"ask", "rivers?"}, {"chat"}, {"eval", "score"}, {"status"},
                                                          {"ls"}, {"show", "good.txt"}, {"verify"}, {"model", "list"}, {"doctor"}};
  for (std::vector<std::string> command : commands) {
    command.insert(command.end(), {"--json", "--format", "text"});
    expect_one_clear_line(program.run(command), 2, "--json and --format text: two formats");
  }
  EXPECT_EQ(program.run({"status", "--json", "--format", "json"}).code, 0);
}

TEST(BadInput, LeavesAReadOnlyDiskAsItIs) {
  Program program;
  program.write("docs/good.txt", "text\n");
  expect_one_clear_line(program.run({"--index", "/proc/rag", "index", "docs", "--model", "hash"}), 6, "/proc/rag");
}

}  // namespace
}  // namespace rag::test
