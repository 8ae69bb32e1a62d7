#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/embedder.h"

namespace rag {

// The hashing embedder, which remembers what it was asked to embed.
class CountingEmbedder final : public Embedder {
 public:
  std::string name() const override { return embedder_->name(); }
  std::size_t dimension() const override { return embedder_->dimension(); }
  std::size_t max_tokens() const override { return embedder_->max_tokens(); }
  const Tokenizer& tokenizer() const override { return embedder_->tokenizer(); }
  std::string prefix(TextKind kind) const override { return embedder_->prefix(kind); }
  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    embedded.insert(embedded.end(), texts.begin(), texts.end());
    return embedder_->embed(texts, kind);
  }

  mutable std::vector<std::string> embedded;

 private:
  std::unique_ptr<Embedder> embedder_ = make_hashing_embedder();
};

}  // namespace rag
