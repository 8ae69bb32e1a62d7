#include "pipelines/remembering_embedder.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace rag {
namespace {

constexpr std::size_t kLongestText = 2000;  // bytes: long texts are passages, and those do not come again

class RememberingEmbedder final : public Embedder {
 public:
  RememberingEmbedder(std::unique_ptr<Embedder> embedder, std::size_t texts) : embedder_(std::move(embedder)), texts_(texts) {}

  std::string name() const override { return embedder_->name(); }
  std::size_t dimension() const override { return embedder_->dimension(); }
  std::size_t max_tokens() const override { return embedder_->max_tokens(); }
  const Tokenizer& tokenizer() const override { return embedder_->tokenizer(); }
  std::string prefix(TextKind kind) const override { return embedder_->prefix(kind); }
  Batching batching() const override { return embedder_->batching(); }

  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    Embeddings out{.rows = texts.size(), .dimension = dimension(), .values = std::vector<float>(texts.size() * dimension()),
                   .cut_tokens = std::vector<std::size_t>(texts.size())};
    std::vector<std::string> unknown;
    std::vector<std::size_t> rows;
    {
      const std::lock_guard lock(mutex_);
      for (std::size_t row = 0; row < texts.size(); ++row) {
        const auto known = known_.find({kind, texts[row]});
        if (known != known_.end()) {
          write(known->second, out, row);
        } else {
          unknown.push_back(texts[row]);
          rows.push_back(row);
        }
      }
    }
    if (unknown.empty()) return out;
    const Embeddings fresh = embedder_->embed(unknown, kind);
    const std::lock_guard lock(mutex_);
    if (known_.size() + unknown.size() > texts_) known_.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const auto begin = fresh.values.begin() + static_cast<std::ptrdiff_t>(i * dimension());
      const Known vector{{begin, begin + static_cast<std::ptrdiff_t>(dimension())}, fresh.cut_tokens[i]};
      write(vector, out, rows[i]);
      if (unknown[i].size() <= kLongestText && known_.size() < texts_) known_.insert_or_assign({kind, std::move(unknown[i])}, vector);
    }
    return out;
  }

 private:
  struct Known {
    std::vector<float> values;
    std::size_t cut_tokens = 0;
  };

  static void write(const Known& vector, Embeddings& out, std::size_t row) {
    std::ranges::copy(vector.values, out.values.begin() + static_cast<std::ptrdiff_t>(row * out.dimension));
    out.cut_tokens[row] = vector.cut_tokens;
  }

  std::unique_ptr<Embedder> embedder_;
  std::size_t texts_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<TextKind, std::string>, Known> known_;
};

}  // namespace

std::unique_ptr<Embedder> make_remembering_embedder(std::unique_ptr<Embedder> embedder, std::size_t texts) {
  return std::make_unique<RememberingEmbedder>(std::move(embedder), texts);
}

}  // namespace rag
