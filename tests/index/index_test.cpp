#include <gtest/gtest.h>

#include <limits>

#include "expect_error.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "temporary_index.h"

namespace rag {
namespace {

TEST(Index, ReturnsADocumentExactlyAsItWasStored) {
  const TemporaryFolder folder;
  IndexedDocument stored = test_document("a.md", "first line\n둘째 줄\nthird");
  stored.document.pages = {{0, 1}, {11, 2}};
  stored.document.headings = {{0, 1, "Top \"quoted\""}};
  stored.document.tables = {{{11, 20}, {11, 12}}};
  stored.document.metadata = {{"dept", {"hr", "legal"}}, {"year", {"2024"}}};
  stored.document.acl = {"staff"};
  stored.chunks[1].table_header = "a | b";
  stored.chunks[1].page = 2;
  store(folder.index(), {stored});

  const auto reader = open_index_reader(folder.index());
  const Document document = reader->load_document("a.md");
  EXPECT_EQ(document.text, stored.document.text);
  EXPECT_EQ(document.uri, "folder/a.md");
  EXPECT_EQ(document.title, stored.document.title);
  EXPECT_EQ(document.metadata, stored.document.metadata);
  EXPECT_EQ(document.acl, stored.document.acl);
  ASSERT_EQ(document.pages.size(), 2U);
  EXPECT_EQ(document.pages[1].begin, 11U);
  ASSERT_EQ(document.headings.size(), 1U);
  EXPECT_EQ(document.headings[0].text, "Top \"quoted\"");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.tables[0].span, (Span{11, 20}));

  const std::vector<Chunk> chunks = reader->chunks_of("a.md");
  ASSERT_EQ(chunks.size(), 3U);
  for (const Chunk& chunk : chunks) EXPECT_EQ(document.text.substr(chunk.span.begin, chunk.span.size()), chunk.text);
  EXPECT_EQ(chunks[1].table_header, "a | b");
  EXPECT_EQ(chunks[1].page, 2);
  EXPECT_EQ(chunks[1].heading_path, (std::vector<std::string>{"Top", "Line"}));
  EXPECT_EQ(chunks[1].document_id, "a.md");

  const DocumentRecord record = *reader->find_document("a.md");
  EXPECT_EQ(record.chunks, 3U);
  EXPECT_EQ(record.text_bytes, stored.document.text.size());
  EXPECT_EQ(record.content_hash, stored.content_hash);
  EXPECT_EQ(record.cut_tokens, 1U);
}

TEST(Index, FindsAChunkByItsVectorAndByItsWords) {
  const TemporaryFolder folder;
  const IndexedDocument river = test_document("river", "the river runs\nthe boat waits");
  store(folder.index(), {test_document("hill", "a hill stands"), river});
  const auto reader = open_index_reader(folder.index());

  const std::vector<Hit> dense = reader->vectors().search({river.vectors.data() + kTestDimension, kTestDimension}, 1, nullptr);
  ASSERT_EQ(dense.size(), 1U);
  EXPECT_NEAR(dense[0].score, 1.0, 1e-5);
  const std::vector<Hit> lexical = reader->lexical().search("boats", 5, nullptr);
  ASSERT_EQ(lexical.size(), 1U);
  EXPECT_EQ(lexical[0].chunk, dense[0].chunk);

  const ChunkId asked[] = {dense[0].chunk, {4711}};
  const std::vector<Passage> passages = reader->passages(asked);
  ASSERT_EQ(passages.size(), 1U) << "a chunk that does not exist is left out";
  EXPECT_EQ(passages[0].chunk.text, "the boat waits");
  EXPECT_EQ(passages[0].chunk.document_id, "river");
  EXPECT_EQ(passages[0].uri, "folder/river");
}

TEST(Index, ShowsNothingBeforeCommitAndForgetsItWithTheWriter) {
  const TemporaryFolder folder;
  EXPECT_EQ(store(folder.index(), {test_document("a", "kept")}), 1U);
  {
    const auto writer = open_index_writer(folder.index(), test_settings());
    writer->put(test_document("b", "never committed"));
    EXPECT_GT(writer->pending_bytes(), kTestDimension * sizeof(float));
    EXPECT_FALSE(open_index_reader(folder.index())->find_document("b"));
    ASSERT_TRUE(writer->find_document("b")) << "the writer itself sees what it has put";
    EXPECT_TRUE(writer->find_document("a"));
    EXPECT_FALSE(writer->find_document("c"));
  }
  const auto reader = open_index_reader(folder.index());
  EXPECT_FALSE(reader->find_document("b"));
  EXPECT_EQ(reader->statistics().chunks, 1U);
  EXPECT_EQ(reader->generation(), 1U);
}

TEST(Index, ReplacesADocumentOfTheSameId) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "old words"), test_document("b", "other")});
  const ChunkId old = open_index_reader(folder.index())->chunks_of("a")[0].id;
  store(folder.index(), {test_document("a", "new text\nof two lines")});

  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->load_document("a").text, "new text\nof two lines");
  EXPECT_TRUE(reader->lexical().search("old", 5, nullptr).empty());
  EXPECT_EQ(reader->statistics().documents, 2U);
  EXPECT_EQ(reader->statistics().chunks, 3U);
  for (const Chunk& chunk : reader->chunks_of("a")) EXPECT_GT(chunk.id, old) << "an id is never used again";
  for (const Hit& hit : reader->vectors().search(test_vector("x"), 10, nullptr)) EXPECT_NE(hit.chunk, old);
}

TEST(Index, KeepsOnlyTheLastOfADocumentPutTwice) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "first version"), test_document("a", "second version")});
  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->statistics().chunks, 1U);
  EXPECT_TRUE(reader->lexical().search("first", 5, nullptr).empty());
  EXPECT_EQ(reader->vectors().search(test_vector("x"), 10, nullptr).size(), 1U);
}

TEST(Index, NeverReturnsWhatWasRemoved) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha"), test_document("b", "gamma")});
  const auto writer = open_index_writer(folder.index(), test_settings());
  writer->remove("a");
  writer->remove("not there");
  EXPECT_EQ(writer->commit(), 2U);
  const auto reader = open_index_reader(folder.index());
  EXPECT_TRUE(reader->lexical().search("alpha", 5, nullptr).empty());
  const std::vector<Hit> hits = reader->vectors().search(test_vector("x"), 10, nullptr);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(reader->passages(std::vector{hits[0].chunk})[0].chunk.text, "gamma");
  EXPECT_EQ(reader->statistics().deleted_chunks, 1U);
}

TEST(Index, DropsASegmentWithoutALivingChunk) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha")});
  const auto writer = open_index_writer(folder.index(), test_settings());
  writer->remove("a");
  writer->commit();
  EXPECT_TRUE(segment_files(folder.index(), ".vec").empty());
  EXPECT_EQ(open_index_reader(folder.index())->statistics().segments, 0U);
}

TEST(Index, RenamesWithoutTouchingChunks) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha"), test_document("b", "beta")});
  const ChunkId chunk = open_index_reader(folder.index())->chunks_of("a")[0].id;
  const auto writer = open_index_writer(folder.index(), test_settings());
  writer->rename("a", "c", "moved/c", "moved/c.md");
  expect_error(ErrorKind::Usage, "cannot be renamed to 'b', which exists", [&] { writer->rename("c", "b", "b", "b"); });
  writer->commit();
  const auto reader = open_index_reader(folder.index());
  EXPECT_FALSE(reader->find_document("a"));
  EXPECT_EQ(reader->find_document("c")->uri, "moved/c");
  EXPECT_EQ(reader->find_document("c")->file_uri, "moved/c.md");
  EXPECT_EQ(reader->chunks_of("c")[0].id, chunk);
}

TEST(Index, KeepsItsSnapshotWhileOthersWrite) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha")});
  const auto before = open_index_reader(folder.index());
  for (int i = 0; i < 20; ++i) store(folder.index(), {test_document("n" + std::to_string(i), "more words")});
  const auto writer = open_index_writer(folder.index(), test_settings());
  writer->remove("a");
  writer->compact();

  EXPECT_EQ(before->generation(), 1U);
  EXPECT_EQ(before->vectors().search(test_vector("x"), 50, nullptr).size(), 1U) << "its segment is unlinked, but still mapped";
  EXPECT_EQ(before->lexical().search("alpha", 5, nullptr).size(), 1U);
  EXPECT_EQ(before->load_document("a").text, "alpha");
  EXPECT_EQ(open_index_reader(folder.index())->statistics().documents, 20U);
}

TEST(Index, ReturnsTheCurrentGenerationWhereNothingChanged) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha")});
  const auto writer = open_index_writer(folder.index(), test_settings());
  EXPECT_EQ(writer->commit(), 1U);
  writer->remove_file("/docs", "not there");
  EXPECT_EQ(writer->commit(), 1U);
  EXPECT_FALSE(writer->compact());
}

TEST(Index, RemembersFilesAndSources) {
  const TemporaryFolder folder;
  const auto writer = open_index_writer(folder.index(), test_settings());
  writer->add_source("/docs");
  writer->add_source("/docs");
  writer->add_source("/more");
  writer->put_file({.source = "/docs",
                    .uri = "z.pdf",
                    .size = 12,
                    .mtime_ns = -5,
                    .content_hash = "ab",
                    .skipped = "no text",
                    .warnings = {"page 3 is empty"}});
  writer->put_file({.source = "/docs", .uri = "a.md", .size = 1});
  writer->put_file({.source = "/docs", .uri = "gone.md", .size = 1});
  writer->remove_file("/docs", "gone.md");
  writer->remove_source("/more");
  writer->commit();
  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->sources(), std::vector<std::string>{"/docs"});
  std::vector<FileRecord> files;
  reader->for_each_file([&](const FileRecord& file) { files.push_back(file); });
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].uri, "a.md");
  EXPECT_EQ(files[1].mtime_ns, -5);
  EXPECT_EQ(files[1].skipped, "no text");
  EXPECT_EQ(files[1].warnings, std::vector<std::string>{"page 3 is empty"});
  EXPECT_EQ(reader->statistics().skipped_files, 1U);
}

TEST(Index, ResolvesIdThenUriThenBeginning) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("abc1", "x"), test_document("abc2", "y"), test_document("abc", "z")});
  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->resolve_document("abc").id, "abc");
  EXPECT_EQ(reader->resolve_document("folder/abc2").id, "abc2");
  EXPECT_EQ(reader->resolve_document("abc1").id, "abc1");
  expect_error(ErrorKind::Usage, "fits several (abc, abc1, abc2)", [&] { reader->resolve_document("ab"); });
  expect_error(ErrorKind::NotFound, "'rag ls'", [&] { reader->resolve_document("nothing"); });
  expect_error(ErrorKind::NotFound, "", [&] { reader->resolve_document(""); });
}

TEST(Index, CutsTextsOutOfHugeDocuments) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; text.size() < 300000; ++i) text += "line " + std::to_string(i) + " of many 강물\n";
  IndexedDocument document = test_document("huge", "");
  document.document.text = text;
  store(folder.index(), {document});
  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->text_of("huge", {65530, 65550}), text.substr(65530, 20)) << "over the border of two pieces";
  EXPECT_EQ(reader->text_of("huge", {0, text.size()}), text);
  EXPECT_EQ(reader->text_of("huge", {7, 7}), "");
  expect_error(ErrorKind::NotFound, "its text has", [&] { reader->text_of("huge", {0, text.size() + 1}); });
  expect_error(ErrorKind::NotFound, "'absent'", [&] { reader->text_of("absent", {0, 0}); });
}

TEST(Index, GivesTheChunksOfTheDocumentsThatAreAccepted) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "one\ntwo"), test_document("b", "three"), test_document("empty", "")});
  const auto reader = open_index_reader(folder.index());
  const ChunkSet chunks = reader->chunks_where([](const DocumentRecord& document) { return document.id == "a"; });
  for (const Chunk& chunk : reader->chunks_of("a")) EXPECT_TRUE(chunks.contains(chunk.id));
  for (const Chunk& chunk : reader->chunks_of("b")) EXPECT_FALSE(chunks.contains(chunk.id));
  const std::vector<Hit> hits = reader->vectors().search(test_vector("x"), 10, &chunks);
  EXPECT_EQ(hits.size(), 2U);
  EXPECT_TRUE(reader->lexical().search("three", 10, &chunks).empty());
}

TEST(Index, AllowsADocumentToBeReadWhileDocumentsAreVisited) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("b", "bb"), test_document("a", "aa")});
  const auto reader = open_index_reader(folder.index());
  std::string texts;
  reader->for_each_document([&](const DocumentRecord& document) { texts += reader->load_document(document.id).text; });
  EXPECT_EQ(texts, "aabb") << "ordered by uri";
}

TEST(IndexWriter, RefusesWhatDoesNotFitTogetherAndStaysUsable) {
  const TemporaryFolder folder;
  const auto writer = open_index_writer(folder.index(), test_settings());
  IndexedDocument short_of_vectors = test_document("a", "one\ntwo");
  short_of_vectors.vectors.pop_back();
  expect_error(ErrorKind::Usage, "31 vector components, expected 2 chunks x 16", [&] { writer->put(short_of_vectors); });
  IndexedDocument not_finite = test_document("a", "one");
  not_finite.vectors[3] = std::numeric_limits<float>::quiet_NaN();
  expect_error(ErrorKind::Usage, "not finite", [&] { writer->put(not_finite); });
  IndexedDocument wrong_span = test_document("a", "one");
  wrong_span.chunks[0].span.end = 2;
  expect_error(ErrorKind::Usage, "not a verbatim piece", [&] { writer->put(wrong_span); });
  writer->put(test_document("a", "one"));
  expect_error(ErrorKind::Usage, "already indexed from /docs, now found in /other",
               [&] { writer->put(test_document("a", "one", "/other")); });
  EXPECT_EQ(writer->commit(), 1U);
  EXPECT_EQ(open_index_reader(folder.index())->statistics().documents, 1U);
}

TEST(IndexWriter, MergesManySmallSegments) {
  const TemporaryFolder folder;
  for (int i = 0; i < 70; ++i)
    store(folder.index(), {test_document("d" + std::to_string(i), "line of " + std::to_string(i) + "\nword" + std::to_string(i))});
  const auto reader = open_index_reader(folder.index());
  EXPECT_LT(reader->statistics().segments, 10U);
  EXPECT_EQ(reader->statistics().chunks, 140U);
  EXPECT_EQ(segment_files(folder.index(), ".vec").size(), reader->statistics().segments);
  EXPECT_EQ(reader->vectors().search(test_vector("x"), 1000, nullptr).size(), 140U);
  for (const int i : {0, 33, 69}) {
    const auto hits = reader->lexical().search("word" + std::to_string(i), 5, nullptr);
    ASSERT_FALSE(hits.empty());
    EXPECT_EQ(reader->passages(std::vector{hits[0].chunk})[0].chunk.document_id, "d" + std::to_string(i));
  }
}

TEST(IndexWriter, CompactsAwayWhatWasDeleted) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha\nbeta\ngamma"), test_document("b", "delta")});
  store(folder.index(), {test_document("c", "epsilon")});
  const auto before = open_index_reader(folder.index())->chunks_of("a");
  const auto writer = open_existing_index_writer(folder.index());
  writer->remove("b");
  EXPECT_TRUE(writer->compact());
  EXPECT_FALSE(writer->compact());
  const auto reader = open_index_reader(folder.index());
  EXPECT_EQ(reader->statistics().segments, 1U);
  EXPECT_EQ(reader->statistics().deleted_chunks, 0U);
  EXPECT_EQ(reader->chunks_of("a")[1].id, before[1].id) << "chunks keep their ids";
  EXPECT_EQ(reader->vectors().search(test_vector("x"), 10, nullptr).size(), 4U);
  EXPECT_EQ(reader->lexical().search("epsilon", 10, nullptr).size(), 1U);
  EXPECT_TRUE(reader->lexical().search("delta", 10, nullptr).empty());
}

TEST(IndexWriter, RewritesASegmentThatIsMostlyDeleted) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha\nbeta\ngamma"), test_document("b", "delta")});
  const auto writer = open_existing_index_writer(folder.index());
  writer->remove("a");
  writer->commit();
  EXPECT_EQ(open_index_reader(folder.index())->statistics().deleted_chunks, 0U);
}

TEST(IndexWriter, LetsOnlyOneWriteAndNamesIt) {
  const TemporaryFolder folder;
  auto writer = open_index_writer(folder.index(), test_settings());
  expect_error(ErrorKind::Usage, "index is being written by process " + std::to_string(::getpid()),
               [&] { open_index_writer(folder.index(), test_settings(), 30); });
  expect_error(ErrorKind::Usage, "wait for it to end", [&] { open_existing_index_writer(folder.index(), 0); });
  writer.reset();
  EXPECT_NO_THROW(open_index_writer(folder.index(), test_settings(), 0));
}

TEST(IndexWriter, RefusesOtherSettingsNamingBoth) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha")});
  IndexSettings other = test_settings();
  other.embedder = "other/8";
  expect_error(ErrorKind::Mismatch,
               "built with embedder \"hashing/16\", this run has \"other/8\"; pass --model hashing or run 'rag index --rebuild'",
               [&] { open_index_writer(folder.index(), other); });
  other = test_settings();
  other.chunker = "words/3";
  expect_error(ErrorKind::Mismatch, "built with chunker \"lines/1\", this run has \"words/3\"",
               [&] { open_index_writer(folder.index(), other); });
  other = test_settings();
  other.analyzer = "made up";
  expect_error(ErrorKind::Mismatch, "analyzer \"made up\" asked for", [&] { open_index_writer(folder.index(), other); });
  other = test_settings();
  other.model = "the same under another name";
  EXPECT_NO_THROW(open_index_writer(folder.index(), other));
  EXPECT_EQ(open_existing_index_writer(folder.index())->settings().embedder, "hashing/16");
}

TEST(IndexWriter, TakesNewSettingsWhereNothingWasEverStored) {
  const TemporaryFolder folder;
  open_index_writer(folder.index(), test_settings());
  IndexSettings other = test_settings();
  other.embedder = "other/16";
  EXPECT_EQ(open_index_writer(folder.index(), other)->settings().embedder, "other/16");
}

TEST(IndexWriter, RemovesStraysAndNothingElse) {
  const TemporaryFolder folder;
  store(folder.index(), {test_document("a", "alpha")});
  for (const char* name : {"0000000099.vec", "0000000099.lex.tmp123", "notes.vec", "0000000001.txt"})
    std::ofstream(folder.index() / "segments" / name) << "x";
  open_index_writer(folder.index(), test_settings());
  EXPECT_FALSE(std::filesystem::exists(folder.index() / "segments" / "0000000099.vec"));
  EXPECT_FALSE(std::filesystem::exists(folder.index() / "segments" / "0000000099.lex.tmp123"));
  EXPECT_TRUE(std::filesystem::exists(folder.index() / "segments" / "notes.vec"));
  EXPECT_TRUE(std::filesystem::exists(folder.index() / "segments" / "0000000001.txt"));
  EXPECT_EQ(open_index_reader(folder.index())->vectors().search(test_vector("x"), 5, nullptr).size(), 1U);
}

TEST(IndexReader, GoesThroughTheFilesOfASourceWithTheirDocuments) {
  const TemporaryFolder folder;
  const auto writer = open_index_writer(folder.index(), test_settings());
  for (const char* uri : {"b.jsonl", "a.txt", "강/c.txt", "강.txt", "a/skipped.bin"}) writer->put_file({.source = "/docs", .uri = uri, .size = 7});
  writer->put_file({.source = "/other", .uri = "a.txt"});
  for (const char* id : {"1", "2", "3"}) {
    IndexedDocument document = test_document(id, "text");
    document.file_uri = "b.jsonl";
    writer->put(document);
  }
  IndexedDocument document = test_document("4", "text");
  document.file_uri = "강/c.txt";
  writer->put(document);
  writer->commit();
  const auto reader = open_index_reader(folder.index());
  const auto list = [&](const std::string& prefix) {
    std::string found;
    const auto files = reader->files_of("/docs", prefix);
    for (KnownFile file; files->next(file);) found += file.record.uri + ":" + std::to_string(file.documents) + " ";
    return found;
  };
  EXPECT_EQ(list(""), "a.txt:0 a/skipped.bin:0 b.jsonl:3 강.txt:0 강/c.txt:1 ");
  EXPECT_EQ(list("강/"), "강/c.txt:1 ");
  EXPECT_EQ(list("nothing"), "");
  ASSERT_EQ(reader->documents_of_file("/docs", "b.jsonl").size(), 3U);
  EXPECT_EQ(reader->documents_of_file("/docs", "b.jsonl")[0].id, "1");
  EXPECT_TRUE(reader->documents_of_file("/other", "b.jsonl").empty());
  EXPECT_EQ(reader->count_documents_of("/docs"), 4U);
}

}  // namespace
}  // namespace rag
