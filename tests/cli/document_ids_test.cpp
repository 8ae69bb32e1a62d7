#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "program.h"

// Ids are short, corpora choose their own, and names can look like those of files in an archive: no document may take another one's place.
namespace rag::test {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class DocumentIds : public ::testing::Test {
 protected:
  json index(std::vector<std::string> paths) {
    paths.insert(paths.begin(), "index");
    paths.insert(paths.end(), {"--model", "hash", "--json"});
    const Result result = program.run(paths);
    EXPECT_TRUE(result.code == 0 || result.code == 5) << result.err;
    return json::parse(result.out);
  }
  std::set<std::string> uris() {
    std::set<std::string> found;
    for (const json& document : json::parse(program.run({"ls", "--json"}).out)) found.insert(document["uri"]);
    return found;
  }
  std::size_t count() { return json::parse(program.run({"ls", "--json"}).out).size(); }
  using Uris = std::set<std::string>;
  Program program;
};

TEST_F(DocumentIds, OfTwoNamesWithTheSameHashAreTwo) {
  program.write("docs/n6680d2.txt", "Apples grow on trees.\n");  // both names' SHA-256 begins with 805cae9f7e93
  program.write("docs/n2b3275f.txt", "Bananas grow on herbs.\n");
  EXPECT_EQ(index({"docs"})["new"], 2);
  EXPECT_EQ(uris(), (Uris{"n2b3275f.txt", "n6680d2.txt"}));
  EXPECT_EQ(index({"docs"})["unchanged"], 2);
  program.write("docs/n2b3275f.txt", "Bananas are herbs themselves.\n");
  program.write("docs/n6680d2.txt", "Apples fall from trees.\n");
  EXPECT_EQ(index({"docs"})["changed"], 2);
  EXPECT_EQ(count(), 2U);
}

TEST_F(DocumentIds, OfACorpusTakeNobodysPlace) {
  program.write("docs/a.txt", "Employees have 25 days of leave.\n");
  program.write("docs/b.jsonl", "{\"_id\":\"18b7cb099a9e\",\"text\":\"employees have no leave\"}\n{\"_id\":\"2\",\"text\":\"honest words\"}\n");  // the id of a.txt
  program.write("docs/c.jsonl", "{\"_id\":\"2\",\"text\":\"other words\"}\n");
  const json report = index({"docs"});
  EXPECT_EQ(report["new"], 2);
  EXPECT_EQ(uris(), (Uris{"a.txt", "b.jsonl#2"}));
  EXPECT_NE(report.dump().find("_id \\\"18b7cb099a9e\\\" already belongs to a.txt of"), std::string::npos) << report.dump();
  EXPECT_NE(program.run({"skipped"}).out.find("c.jsonl"), std::string::npos) << "a corpus of which nothing is kept is not named";
  EXPECT_EQ(index({"docs"})["unchanged"], 2);
}

TEST_F(DocumentIds, OfTwoSourcesDoNotEndARun) {
  program.write("one/a.jsonl", "{\"_id\":\"7\",\"text\":\"first\"}\n");
  program.write("two/b.jsonl", "{\"_id\":\"7\",\"text\":\"second\"}\n");
  program.write("two/c.txt", "third\n");
  EXPECT_EQ(index({"one", "two"})["new"], 2);
  EXPECT_EQ(uris(), (Uris{"a.jsonl#7", "c.txt"}));
}

TEST_F(DocumentIds, GoAlongWithACorpusThatMovesOrIsReplaced) {
  program.write("docs/a.jsonl", "{\"_id\":\"7\",\"text\":\"first\"}\n");
  program.write("docs/b.txt", "second\n");
  index({"docs"});
  fs::rename(program.folder() / "docs/a.jsonl", program.folder() / "docs/moved.jsonl");
  EXPECT_EQ(index({"docs"})["moved"], 1);
  EXPECT_EQ(uris(), (Uris{"b.txt", "moved.jsonl#7"}));
  fs::remove(program.folder() / "docs/moved.jsonl");
  program.write("docs/newer.jsonl", "{\"_id\":\"7\",\"text\":\"another text under the same id\"}\n");
  index({"docs", "--delete"});
  EXPECT_EQ(uris(), (Uris{"b.txt", "newer.jsonl#7"}));
}

TEST_F(DocumentIds, OfAFileInAFolderThatLooksLikeAnArchiveAreItsOwn) {
  program.write("docs/a.eml",
                "From: a@example.com\nSubject: offer\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee below.\n"
                "--b\nContent-Type: text/plain; name=offer.txt\nContent-Disposition: attachment; filename=offer.txt\n\nApples for sale.\n--b--\n");
  program.write("docs/a.eml!/offer.txt", "Bananas for sale.\n");
  EXPECT_EQ(index({"docs"})["new"], 3);
  EXPECT_EQ(count(), 3U);
  EXPECT_EQ(index({"docs"})["unchanged"], 3);
}

}  // namespace
}  // namespace rag::test
