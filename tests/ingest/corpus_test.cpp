// The shared folder of real documents, where it is there.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "ingest/folder_walk.h"
#include "support.h"

namespace rag {
namespace {

class DocsCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (test::shared_folder().empty()) GTEST_SKIP() << "no ../shared beside the checkout, and RAG_SHARED is not set";
  }
  static std::filesystem::path root() { return test::shared_folder() / "docs-corpus"; }
};

void expect_sound(const Document& document) {
  EXPECT_FALSE(find_invalid_utf8(document.text)) << document.uri;
  EXPECT_EQ(to_nfc(document.text), document.text) << document.uri;
  EXPECT_EQ(document.text.find('\0'), std::string::npos) << document.uri;
  EXPECT_FALSE(document.title.empty()) << document.uri;
  for (const Heading& heading : document.headings)
    EXPECT_EQ(document.text.compare(heading.begin, heading.text.size(), heading.text), 0) << document.uri;
}

TEST_F(DocsCorpus, YieldsTextOrAReasonForEveryFile) {
  const FolderWalkResult walk = walk_folder(root(), {.exclude = {"/_qa/", "/MANIFEST.tsv", "/README.md"}});
  ASSERT_GT(walk.files.size(), 400U);
  const auto sandbox = start_parser_sandbox();
  std::size_t read = 0;
  for (const FoundFile& file : walk.files) {
    const ParseOutcome outcome = sandbox->parse(file.path, file.uri);
    EXPECT_NE(outcome.documents.empty(), outcome.skipped.empty()) << file.uri;
    EXPECT_EQ(outcome.skipped.find("crashed"), std::string::npos) << file.uri << outcome.skipped;
    read += outcome.documents.size();
    for (const Document& document : outcome.documents) expect_sound(document);
  }
  EXPECT_GE(read, 470U);
}

TEST_F(DocsCorpus, ReadsOneTextAlikeInEveryKoreanEncoding) {
  const auto sandbox = start_parser_sandbox();
  const auto text = [&](const char* charset) {
    const std::string name = std::string("ko/encodings/appendix-keywords-") + charset + ".txt";
    std::string all = test::only_document(sandbox->parse(root() / name, name)).text;
    for (const char* dash : {"–", "’", "‘", "“", "”", "é"})
      for (std::size_t at = all.find(dash); at != std::string::npos; at = all.find(dash)) all.replace(at, std::string(dash).size(), "?");
    return all;
  };
  const std::string reference = text("utf8");
  for (const char* charset : {"UTF8-BOM", "UTF16LE-BOM", "UTF16BE-BOM", "EUCKR", "CP949", "ISO2022KR", "JOHAB"}) {
    const std::string other = text(charset);
    EXPECT_EQ(other.substr(0, 300), reference.substr(0, 300)) << charset;
    EXPECT_EQ(guess_language(other), "ko") << charset;
  }
}

// Words of our reading that the reference reading of the same page has too, and the reverse.
double likeness(const std::string& a, const std::string& b) {
  std::map<std::string, std::pair<int, int>> counts;
  const auto count = [&](const std::string& text, int std::pair<int, int>::*side) {
    std::string word;
    for (const char c : text + " ") {
      if (std::isalnum(static_cast<unsigned char>(c)))
        word += c;
      else if (!word.empty())
        ++(counts[std::exchange(word, "")].*side);
    }
  };
  count(a, &std::pair<int, int>::first);
  count(b, &std::pair<int, int>::second);
  double shared = 0, all = 0;
  for (const auto& [word, both] : counts) {
    shared += std::min(both.first, both.second);
    all += std::max(both.first, both.second);
  }
  return all == 0 ? 1 : shared / all;
}

TEST_F(DocsCorpus, AgreesWithTheReferencePagesOfThePdfs) {
  std::ifstream lines(test::shared_folder() / "data/hr-pages/corpus.jsonl");
  std::map<std::string, Document> documents;
  const auto sandbox = start_parser_sandbox();
  std::size_t pages = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto reference = nlohmann::json::parse(line);
    const std::string file = reference["metadata"]["file"];
    const int number = reference["metadata"]["page"];
    if (!documents.contains(file)) documents[file] = test::only_document(sandbox->parse(root() / "hr" / file, "hr/" + file));
    const Document& document = documents[file];
    ASSERT_LE(static_cast<std::size_t>(number), document.pages.size()) << file;
    const std::size_t begin = document.pages[static_cast<std::size_t>(number) - 1].begin;
    const std::size_t end = static_cast<std::size_t>(number) < document.pages.size()
                                ? document.pages[static_cast<std::size_t>(number)].begin
                                : document.text.size();
    EXPECT_GT(likeness(document.text.substr(begin, end - begin), reference["text"]), 0.95) << file << " page " << number;
    ++pages;
  }
  EXPECT_EQ(pages, 263U);
}

}  // namespace
}  // namespace rag
