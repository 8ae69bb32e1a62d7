#include "pipelines/known_vectors.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "core/hash.h"
#include "counting_embedder.h"
#include "index/analyzer.h"
#include "index/index_writer.h"
#include "models/passage_text.h"
#include "pipelines/chunk_batch.h"

namespace rag {
namespace {

const std::string kLeave = "Annual leave is 25 days.";
const std::string kKorean = "연차 휴가는 15일입니다.";

// A document of one chunk a text, on its way into a batch.
IndexedDocument document_of(const std::string& id, const std::string& title, const std::vector<std::string>& texts) {
  IndexedDocument out{.document = {.id = id, .uri = id + ".md", .title = title}, .source = "/docs", .file_uri = id + ".md"};
  for (const std::string& text : texts) {
    const std::size_t begin = out.document.text.size();
    out.document.text += text;
    out.chunks.push_back({.document_id = id, .span = {begin, begin + text.size()}, .text = text});
  }
  return out;
}

class KnownVectorsTest : public testing::Test {
 protected:
  KnownVectorsTest() : known_(index(), embedder_) {}
  ~KnownVectorsTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path index() const { return folder_ / ".rag"; }

  ChunkBatch embed(std::vector<IndexedDocument> documents, KnownVectors& known) {
    ChunkBatch batch{.documents = std::move(documents)};
    embed_batch(batch, embedder_, known);
    return batch;
  }
  ChunkBatch embed(std::vector<IndexedDocument> documents) { return embed(std::move(documents), known_); }

  void store(const ChunkBatch& batch) {
    const auto writer = open_index_writer(
        index(), {.model = "hash", .embedder = embedder_.name(), .chunker = "c", .analyzer = default_analyzer().name(), .dimension = embedder_.dimension()});
    for (const IndexedDocument& document : batch.documents) writer->put(document);
    known_.committed(writer->commit());
  }

  // As a later run would begin.
  std::unique_ptr<KnownVectors> later_run() {
    auto known = std::make_unique<KnownVectors>(index(), embedder_);
    known->committed(open_index_reader(index())->generation());
    embedder_.embedded.clear();
    return known;
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("rag-known-vectors-test-" + std::to_string(::getpid()));
  CountingEmbedder embedder_;
  KnownVectors known_;
};

TEST_F(KnownVectorsTest, EmbedsATextOnceInABatch) {
  const ChunkBatch batch = embed({document_of("a", "Leave", {kLeave, kKorean}), document_of("b", "Leave", {kKorean, kLeave, "Sick leave."})});
  EXPECT_EQ(embedder_.embedded.size(), 3U);
  EXPECT_EQ(batch.chunks_embedded, 3U);
  EXPECT_EQ(batch.chunks_known, 2U);
  const std::size_t dimension = embedder_.dimension();
  const std::vector<float>&a = batch.documents[0].vectors, &b = batch.documents[1].vectors;
  ASSERT_EQ(b.size(), 3 * dimension);
  EXPECT_TRUE(std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(dimension), b.begin() + static_cast<std::ptrdiff_t>(dimension)));
  EXPECT_TRUE(std::equal(a.begin() + static_cast<std::ptrdiff_t>(dimension), a.end(), b.begin()));
}

TEST_F(KnownVectorsTest, GivesEachChunkTheVectorOfWhatIsEmbeddedOfIt) {
  const ChunkBatch batch = embed({document_of("a", "Leave", {kLeave, kKorean}), document_of("b", "", {kKorean}), document_of("c", "Leave", {kKorean})});
  const std::size_t dimension = embedder_.dimension();
  for (const IndexedDocument& document : batch.documents)
    for (std::size_t i = 0; i < document.chunks.size(); ++i) {
      const std::vector<std::string> text = {passage_text(document.document.title, document.chunks[i], embedder_)};
      const auto from = document.vectors.begin() + static_cast<std::ptrdiff_t>(i * dimension);
      EXPECT_EQ(std::vector<float>(from, from + static_cast<std::ptrdiff_t>(dimension)), make_hashing_embedder()->embed(text, TextKind::Passage).values);
    }
}

TEST_F(KnownVectorsTest, EmbedsATextOnceInARunOfManyBatches) {
  embed({document_of("a", "Leave", {kLeave})});
  embed({document_of("b", "Leave", {kLeave})});
  EXPECT_EQ(embedder_.embedded.size(), 1U);
}

TEST_F(KnownVectorsTest, TakesVectorsFromTheIndexInALaterRun) {
  const ChunkBatch first = embed({document_of("a", "휴가", {kKorean, kLeave})});
  store(first);
  const auto known = later_run();
  const ChunkBatch second = embed({document_of("copy", "휴가", {kKorean, kLeave})}, *known);
  EXPECT_TRUE(embedder_.embedded.empty());
  EXPECT_EQ(second.documents[0].vectors, first.documents[0].vectors);
}

TEST_F(KnownVectorsTest, EmbedsOfAChangedDocumentOnlyWhatChanged) {
  store(embed({document_of("a", "Leave", {kLeave, "Unused days expire in March.", kKorean})}));
  const auto known = later_run();
  embed({document_of("a", "Leave", {kLeave, "Unused days expire in April.", kKorean})}, *known);
  EXPECT_EQ(embedder_.embedded, std::vector<std::string>{"Leave\nUnused days expire in April."});
}

TEST_F(KnownVectorsTest, EmbedsTheSameTextAgainUnderAnotherTitleHeadingOrTableHeader) {
  store(embed({document_of("a", "Leave", {kLeave})}));
  const auto known = later_run();
  IndexedDocument heading = document_of("b", "Leave", {kLeave}), table = document_of("c", "Leave", {kLeave});
  heading.chunks[0].heading_path = {"Annual"};
  table.chunks[0].table_header = "Kind | Days";
  embed({document_of("d", "Holidays", {kLeave}), heading, table}, *known);
  EXPECT_EQ(embedder_.embedded.size(), 3U);
}

TEST_F(KnownVectorsTest, RemembersWhatWasCutOfAKnownText) {
  std::string endless;
  for (int i = 0; i < 2000; ++i) endless += "word" + std::to_string(i) + " ";
  const ChunkBatch first = embed({document_of("a", "Long", {endless})});
  ASSERT_GT(first.documents[0].cut_tokens, 0U);
  store(first);
  const auto known = later_run();
  const ChunkBatch second = embed({document_of("b", "Long", {endless, kLeave})}, *known);
  EXPECT_EQ(second.documents[0].cut_tokens, first.documents[0].cut_tokens);
}

TEST_F(KnownVectorsTest, ForgetsTheOldestWhereMemoryIsScarceAndFindsThemInTheIndex) {
  const std::size_t one = embedder_.dimension() * sizeof(float) + 256;
  KnownVectors narrow(index(), embedder_, 2 * one);
  const ChunkBatch batch = embed({document_of("a", "T", {"one", "two", "three"})}, narrow);
  EXPECT_FALSE(narrow.find("T\none"));
  EXPECT_TRUE(narrow.find("T\ntwo"));
  EXPECT_TRUE(narrow.find("T\nthree"));
  store(batch);
  EXPECT_FALSE(narrow.find("T\none"));  // nobody told it
  narrow.committed(1);
  EXPECT_TRUE(narrow.find("T\none"));
}

TEST_F(KnownVectorsTest, HoldsNoOlderGenerationThanTheLast) {
  store(embed({document_of("a", "Leave", {kLeave})}));
  const auto writer = open_existing_index_writer(index());
  KnownVectors known(index(), embedder_, 0);  // of the index only
  known.committed(writer->commit());
  const auto log = index() / "catalog.sqlite-wal";
  const auto commit = [&](const std::string& id) {
    IndexedDocument document = embed({document_of(id, id, {kLeave + id})}, known).documents.at(0);
    for (int i = 0; i < 3000; ++i) document.document.text += sha256_hex(id + std::to_string(i));
    writer->put(document);
    return writer->commit();
  };
  std::vector<std::uintmax_t> sizes;
  for (const char* id : {"b", "c", "d", "e"}) {
    const std::uint64_t generation = commit(id);
    EXPECT_TRUE(known.find("Leave\n" + kLeave)) << "looked at the generation before";
    known.committed(generation);
    writer->fold_log();
    sizes.push_back(std::filesystem::file_size(log));
    EXPECT_TRUE(known.find("Leave\n" + kLeave));
  }
  EXPECT_LT(sizes.back(), sizes.front() * 3 / 2) << "the log is written over, commit by commit";
}

TEST_F(KnownVectorsTest, KnowsNothingOfADocumentThatWasRemoved) {
  store(embed({document_of("a", "Leave", {kLeave}), document_of("b", "Leave", {kKorean})}));
  {
    const auto writer = open_existing_index_writer(index());
    writer->remove("a");
    writer->commit();
  }
  const auto known = later_run();
  EXPECT_FALSE(known->find("Leave\n" + kLeave));
  EXPECT_TRUE(known->find("Leave\n" + kKorean));
}

TEST_F(KnownVectorsTest, DoesNotBelieveAHashAlone) {
  ChunkBatch batch = embed({document_of("a", "Leave", {kLeave})});
  batch.documents[0].encoded[0].hash = encoded_text_hash("another text");
  store(batch);
  EXPECT_FALSE(later_run()->find("another text"));
}

TEST_F(KnownVectorsTest, KnowsNothingOfDocumentsWithoutHashes) {
  ChunkBatch batch = embed({document_of("a", "Leave", {kLeave})});
  batch.documents[0].encoded.clear();
  store(batch);
  EXPECT_FALSE(later_run()->find("Leave\n" + kLeave));
}

TEST_F(KnownVectorsTest, EmbedsAgainWhereTheStoredVectorIsDamaged) {
  store(embed({document_of("a", "Leave", {kLeave})}));
  for (const auto& entry : std::filesystem::directory_iterator(index() / "segments")) {
    if (entry.path().extension() != ".vec") continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(200);  // behind header and id: inside the vector
    file.put('\x55');
  }
  EXPECT_FALSE(later_run()->find("Leave\n" + kLeave));
}

}  // namespace
}  // namespace rag
