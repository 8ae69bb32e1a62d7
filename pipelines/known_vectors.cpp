#include "pipelines/known_vectors.h"

#include <utility>

#include "core/hash.h"
#include "models/passage_text.h"

namespace rag {
namespace {

constexpr std::size_t kEntryBytes = 256;  // of an entry beside its numbers: the key twice, nodes

std::size_t bytes_of(const KnownVector& vector) { return vector.values.size() * sizeof(float) + kEntryBytes; }

std::uint64_t hash_of_digest(const std::string& sha256) { return std::stoull(sha256.substr(0, 16), nullptr, 16); }

}  // namespace

std::uint64_t encoded_text_hash(const std::string& text) { return hash_of_digest(sha256_hex(text)); }

KnownVectors::KnownVectors(std::filesystem::path index, const Embedder& embedder, std::size_t recent_bytes)
    : index_(std::move(index)), embedder_(embedder), recent_bytes_(recent_bytes) {}

std::optional<KnownVector> KnownVectors::find(const std::string& text) {
  const std::string digest = sha256_hex(text);
  const std::lock_guard lock(mutex_);
  if (const auto found = recent_.find(digest); found != recent_.end()) return found->second;
  const IndexReader* index = stored();
  if (!index) return std::nullopt;
  for (EmbeddedChunk& chunk : index->embedded_as(hash_of_digest(digest)))
    if (chunk.vector.size() == embedder_.dimension() && passage_text(chunk.titled.title, chunk.titled.chunk, embedder_) == text)
      return KnownVector{std::move(chunk.vector), chunk.cut_tokens};
  return std::nullopt;
}

void KnownVectors::remember(const std::string& text, KnownVector vector) {
  const std::size_t bytes = bytes_of(vector);
  std::string digest = sha256_hex(text);
  const std::lock_guard lock(mutex_);
  if (!recent_.emplace(digest, std::move(vector)).second) return;
  order_.push_back(std::move(digest));
  held_bytes_ += bytes;
  while (held_bytes_ > recent_bytes_) {
    const auto oldest = recent_.find(order_.front());
    held_bytes_ -= bytes_of(oldest->second);
    recent_.erase(oldest);
    order_.pop_front();
  }
}

void KnownVectors::committed(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (committed_ == generation) return;
  committed_ = generation;
  reader_.reset();
}

// Opened anew only when there is something new to see: opening costs little, but not nothing.
const IndexReader* KnownVectors::stored() {
  if (!reader_ && committed_ > 0) reader_ = open_index_reader(index_);
  return reader_.get();
}

}  // namespace rag
