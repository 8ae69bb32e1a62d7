#pragma once

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "index/index_reader.h"
#include "models/embedder.h"

namespace rag {

// A small index in memory: exact inner products, and as a lexical score the number of the question's words that occur.
class FakeIndex : public IndexReader, private VectorIndex, private LexicalIndex {
 public:
  struct Stored {
    Chunk chunk;
    std::vector<float> vector;
  };

  void add_document(DocumentRecord record) {
    if (record.uri.empty()) record.uri = record.id;
    documents_.push_back(std::move(record));
  }
  // Chunks are numbered from 0.  A document that is not there yet is made.
  ChunkId add_chunk(const std::string& document, const std::string& text, std::vector<float> vector, Span span = {}) {
    if (!find_document(document)) add_document({.id = document});
    const ChunkId id{static_cast<std::int64_t>(chunks_.size())};
    if (span.empty()) span = {1000 * chunks_.size(), 1000 * chunks_.size() + 100};
    chunks_.push_back({{.id = id, .document_id = document, .span = span, .text = text}, std::move(vector)});
    return id;
  }

  bool leaky = false;  // legs that forget what they were told about allowed chunks
  mutable std::size_t filter_passes = 0;
  mutable std::vector<std::string> lexical_queries;
  mutable std::vector<bool> told_allowed;  // for each search of a leg: whether it was told what is allowed

  const std::filesystem::path& directory() const override { return directory_; }
  IndexSettings settings() const override { return {}; }
  std::vector<SourceSettings> source_settings() const override { return {}; }
  std::vector<RunEntry> runs() const override { return {}; }
  void for_each_file_of_run(RunId, const std::function<void(const FileEntry&)>&) const override {}
  IndexStatistics statistics() const override { return {.documents = documents_.size(), .chunks = chunks_.size()}; }
  std::uint64_t generation() const override { return 1; }
  const VectorIndex& vectors() const override { return *this; }
  const LexicalIndex& lexical() const override { return *this; }

  std::vector<Passage> passages(std::span<const ChunkId> chunks) const override {
    std::vector<Passage> found;
    for (const ChunkId id : chunks) {
      const Stored& stored = chunks_.at(static_cast<std::size_t>(id.value));
      const DocumentRecord document = *find_document(stored.chunk.document_id);
      found.push_back({.chunk = stored.chunk, .uri = document.uri, .title = document.title, .metadata = document.metadata});
    }
    return found;
  }
  std::optional<DocumentRecord> find_document(const std::string& id) const override {
    for (const DocumentRecord& document : documents_)
      if (document.id == id) return document;
    return std::nullopt;
  }
  ChunkSet chunks_where(const std::function<bool(const DocumentRecord&)>& accept) const override {
    ++filter_passes;
    ChunkSet allowed;
    for (const Stored& stored : chunks_)
      if (accept(*find_document(stored.chunk.document_id))) allowed.insert(stored.chunk.id);
    return allowed;
  }

  std::vector<std::string> documents_of(std::span<const ChunkId> chunks) const override {
    std::vector<std::string> documents;
    for (const ChunkId id : chunks) documents.push_back(chunks_.at(static_cast<std::size_t>(id.value)).chunk.document_id);
    return documents;
  }
  // Of all its chunks together, unless it is to have none.
  std::optional<TextSignature> signature_of(const std::string& document_id) const override {
    std::string text;
    for (const Stored& stored : chunks_)
      if (stored.chunk.document_id == document_id) text += stored.chunk.text + "\n";
    return has_signatures ? text_signature(text) : std::nullopt;
  }
  bool has_signatures = true;

  void for_each_signature(const std::function<void(const std::string&, const TextSignature&)>&) const override { std::abort(); }
  std::vector<EmbeddedChunk> embedded_as(std::uint64_t) const override { std::abort(); }
  std::vector<Chunk> chunks_of(const std::string&) const override { std::abort(); }
  DocumentRecord resolve_document(const std::string&) const override { std::abort(); }
  Document load_document(const std::string&) const override { std::abort(); }
  std::string text_of(const std::string&, Span) const override { std::abort(); }
  void for_each_document(const std::function<void(const DocumentRecord&)>&) const override { std::abort(); }
  void for_each_file(const std::function<void(const FileRecord&)>&) const override { std::abort(); }
  std::unique_ptr<FileCursor> files_of(const std::string&, const std::string&) const override { std::abort(); }
  std::vector<DocumentRecord> documents_of_file(const std::string&, const std::string&) const override { std::abort(); }
  std::size_t count_documents_of(const std::string&) const override { std::abort(); }
  std::vector<std::string> sources() const override { return {}; }

 private:
  std::vector<Hit> best(std::vector<Hit> hits, std::size_t k, const ChunkSet* allowed) const {
    told_allowed.push_back(allowed != nullptr);
    if (allowed != nullptr && !leaky) std::erase_if(hits, [&](const Hit& hit) { return !allowed->contains(hit.chunk); });
    std::ranges::stable_sort(hits, [](const Hit& a, const Hit& b) { return a.score > b.score; });
    hits.resize(std::min(k, hits.size()));
    return hits;
  }
  std::vector<ChunkId> all() const {
    std::vector<ChunkId> ids;
    for (const Stored& stored : chunks_) ids.push_back(stored.chunk.id);
    return ids;
  }
  static std::vector<Hit> paired(std::span<const ChunkId> ids, const std::vector<double>& scores) {
    std::vector<Hit> hits;
    for (std::size_t i = 0; i < ids.size(); ++i) hits.push_back({ids[i], scores[i]});
    return hits;
  }

  std::vector<Hit> search(std::span<const float> query, std::size_t k, const ChunkSet* allowed, const VectorSearchOptions&) const override {
    return best(paired(all(), VectorIndex_score(query, all())), k, allowed);
  }
  std::vector<double> score(std::span<const float> query, std::span<const ChunkId> chunks) const override {
    return VectorIndex_score(query, chunks);
  }
  std::vector<double> score_pairs(std::string_view query, std::span<const std::string> texts, const Bm25Options&) const override {
    std::vector<double> scores;
    for (const std::string& text : texts) scores.push_back(query.find(' ') != query.npos && text.find(query) != text.npos ? 1.0 : 0.0);
    return scores;
  }
  double weight(std::string_view) const override { return 0; }  // unknown: the leg is trusted
  std::vector<double> VectorIndex_score(std::span<const float> query, std::span<const ChunkId> chunks) const {
    std::vector<double> scores;
    for (const ChunkId id : chunks) {
      const std::vector<float>& vector = chunks_.at(static_cast<std::size_t>(id.value)).vector;
      if (vector.size() != query.size()) throw Error(ErrorKind::Mismatch, "fake: another dimension");
      double sum = 0;
      for (std::size_t i = 0; i < vector.size(); ++i) sum += static_cast<double>(vector[i]) * query[i];
      scores.push_back(sum);
    }
    return scores;
  }

  std::vector<Hit> search(std::string_view query, std::size_t k, const ChunkSet* allowed, const Bm25Options& options) const override {
    lexical_queries.emplace_back(query);
    const std::vector<ChunkId> ids = all();
    std::vector<Hit> hits = paired(ids, score(query, ids, options));
    std::erase_if(hits, [](const Hit& hit) { return hit.score <= 0; });
    return best(std::move(hits), k, allowed);
  }
  std::vector<double> score(std::string_view query, std::span<const ChunkId> chunks, const Bm25Options&) const override {
    std::vector<double> scores;
    for (const ChunkId id : chunks) {
      std::istringstream words{std::string(query)};
      double count = 0;
      for (std::string word; words >> word;)
        count += chunks_.at(static_cast<std::size_t>(id.value)).chunk.text.find(word) != std::string::npos;
      scores.push_back(count);
    }
    return scores;
  }

  std::filesystem::path directory_ = "fake";
  std::vector<DocumentRecord> documents_;
  std::vector<Stored> chunks_;
};

// Gives every question the same vector.
class FakeEmbedder : public Embedder {
 public:
  explicit FakeEmbedder(std::vector<float> vector) : vector_(std::move(vector)) {}
  std::string name() const override { return "fake"; }
  std::size_t dimension() const override { return vector_.size(); }
  std::size_t max_tokens() const override { return 512; }
  const Tokenizer& tokenizer() const override { std::abort(); }
  std::string prefix(TextKind) const override { return ""; }
  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    last_kind = kind;
    Embeddings embeddings{.rows = texts.size(), .dimension = vector_.size()};
    for (std::size_t i = 0; i < texts.size(); ++i) embeddings.values.insert(embeddings.values.end(), vector_.begin(), vector_.end());
    embeddings.cut_tokens.resize(texts.size());
    return embeddings;
  }
  mutable TextKind last_kind = TextKind::Passage;

 private:
  std::vector<float> vector_;
};

// The message of the Error that `action` throws, "" where it throws none.
template <typename Action>
std::string message_of(const Action& action, ErrorKind kind = ErrorKind::Usage) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind() == kind ? error.what() : std::string("another kind of error: ") + error.what();
  }
  return "";
}

}  // namespace rag
