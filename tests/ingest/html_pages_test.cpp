// Pages of our own in tests/ingest/data/html, and beside each what a reader of it reads, written by hand.
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "core/file.h"
#include "support.h"

namespace rag {
namespace {

// Words and signs in order; how blocks, cells and bullets are set apart is not compared.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; in >> word;)
    if (word != "|" && word != "-") words.push_back(word);
  return words;
}

TEST(HtmlPages, AreReadAsTheirReadersReadThem) {
  const std::filesystem::path folder = std::string(RAG_SOURCE_DIR) + "/tests/ingest/data/html";
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".html") continue;
    SCOPED_TRACE(entry.path().filename());
    std::filesystem::path reading = entry.path();
    const Document document = test::only_document(parse_bytes(read_file(entry.path()), entry.path().filename()));
    EXPECT_EQ(words_of(document.text), words_of(read_file(reading.replace_extension(".txt"))));
    ++pages;
  }
  EXPECT_GE(pages, 12U);
}

}  // namespace
}  // namespace rag
