#include "pipelines/file_notes.h"

#include <gtest/gtest.h>

namespace rag {
namespace {

TEST(FileNotes, CountPagesAndThoseWithoutText) {
  Document document{.text = "첫 쪽\n\n- -\n\nlast"};
  const std::size_t second = document.text.find("- -"), third = document.text.find("last");
  document.pages = {{0, 1}, {second, 2}, {third, 3}, {document.text.size(), 4}};
  FileEntry entry;
  note_document(entry, document);
  EXPECT_EQ(entry.documents, 1U);
  EXPECT_EQ(entry.pages, 4U);
  EXPECT_EQ(entry.pages_without_text, 2U);
}

TEST(FileNotes, CountAllDocumentsOfAFileTogetherAndKeepTheLowestConfidence) {
  FileEntry entry;
  note_document(entry, {.text = "a", .pages = {{0, 1}}, .metadata = {{"ocr_confidence", {"91.5"}}}});
  note_document(entry, {.text = "b", .pages = {{0, 1}}, .metadata = {{"ocr_confidence", {"rubbish", "62"}}}});
  note_document(entry, {.text = "c", .pages = {{0, 1}}});
  EXPECT_EQ(entry.documents, 3U);
  EXPECT_EQ(entry.pages, 3U);
  EXPECT_EQ(entry.ocr_confidence, 62.0);
}

TEST(FileNotes, SurvivePagesThatLieBeyondTheText) {
  FileEntry entry;
  note_document(entry, {.text = "abc", .pages = {{0, 1}, {99, 2}, {50, 3}}});
  EXPECT_EQ(entry.pages, 3U);
  EXPECT_EQ(entry.pages_without_text, 2U);
}

TEST(FileNotes, KnowALoss) {
  EXPECT_FALSE(has_loss({.state = "added", .pages = 2, .pages_without_text = 1})) << "a blank page is none by itself";
  EXPECT_TRUE(has_loss({.state = "added", .warnings = {"1 of 2 pages has no text"}}));
  EXPECT_TRUE(has_loss({.state = "added", .cut_tokens = 1}));
  EXPECT_TRUE(has_loss({.state = "skipped"}));
}

}  // namespace
}  // namespace rag
