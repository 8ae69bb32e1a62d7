#include <utility>

#include "core/text.h"
#include "ingest/chunker.h"

namespace rag {
namespace {

class OneChunkChunker : public Chunker {
 public:
  explicit OneChunkChunker(TokenCounter count_tokens) : count_tokens_(std::move(count_tokens)) {}

  std::string name() const override { return "one-chunk-1"; }

  std::vector<Chunk> split(const Document& document) const override {
    const std::string_view text = trim(document.text);
    if (text.empty()) return {};
    Chunk chunk;
    chunk.document_id = document.id;
    chunk.span.begin = static_cast<std::size_t>(text.data() - document.text.data());
    chunk.span.end = chunk.span.begin + text.size();
    chunk.text = std::string(text);
    chunk.heading_path = heading_path_at(document, chunk.span.begin);
    chunk.page = page_at(document, chunk.span.begin);
    chunk.token_count = static_cast<int>(count_tokens_(text));
    return {chunk};
  }

 private:
  TokenCounter count_tokens_;
};

}  // namespace

std::unique_ptr<Chunker> make_one_chunk_chunker(TokenCounter count_tokens) {
  return std::make_unique<OneChunkChunker>(std::move(count_tokens));
}

}  // namespace rag
