#include "pipelines/eval/label_pool.h"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>

#include "core/error.h"
#include "core/text.h"
#include "retrieve/eval/gold_metrics.h"

namespace rag {
namespace {

struct Ranked {
  PooledPassage passage;
  std::size_t rank = 0;
};

PooledPassage pooled(const Passage& passage, const IndexReader& index) {
  const auto record = index.find_document(passage.chunk.document_id);
  return {.document = passage.uri,
          .content_hash = record ? record->content_hash : "",
          .title = passage.title,
          .heading_path = passage.chunk.heading_path,
          .page = passage.chunk.page,
          .span = passage.chunk.span,
          .text = passage.chunk.text};
}

void add(std::vector<Ranked>& pool, PooledPassage passage, std::size_t rank) {
  for (Ranked& known : pool) {
    if (known.passage.document != passage.document || known.passage.content_hash != passage.content_hash ||
        !share_half(known.passage.span, passage.span))
      continue;
    known.rank = std::min(known.rank, rank);
    if (passage.span.size() < known.passage.span.size()) known.passage = std::move(passage);
    return;
  }
  pool.push_back({std::move(passage), rank});
}

// A filter that only this document passes.
std::string only(const std::string& id) { return "id=\"" + id + "\""; }

}  // namespace

LabelPool::LabelPool(PoolOptions options) : options_(std::move(options)) {
  for (const SessionOptions& index : options_.indexes) sessions_.push_back(std::make_unique<Session>(index));
  if (sessions_.empty()) throw Error(ErrorKind::Usage, "no index to label passages of");
}

std::vector<PooledPassage> LabelPool::passages_for(const EvalQuery& query) {
  std::vector<Ranked> pool;
  if (trim(query.text).empty()) return {};
  const auto search = [&](Session& session, SearchMode mode, std::size_t k, const std::string& filter) {
    RetrieveOptions retrieve = options_.retrieve;
    retrieve.k = k;
    retrieve.mode = mode;
    if (!filter.empty()) retrieve.filter = filter;
    return session.search(query.text, retrieve);
  };
  for (const auto& session : sessions_)
    for (const SearchMode mode : options_.modes) {
      const std::vector<Passage> found = search(*session, mode, options_.depth, "");
      for (std::size_t rank = 0; rank < found.size(); ++rank) add(pool, pooled(found[rank], session->index()), rank);
    }
  Session& first = *sessions_.front();
  for (const Run& run : options_.runs) {
    const auto answered = run.find(query.id);
    if (answered == run.end()) continue;
    const std::vector<ScoredDocument> documents = trec_order(answered->second);
    for (std::size_t rank = 0; rank < documents.size() && rank < options_.depth; ++rank) {
      const DocumentRecord record = first.index().resolve_document(documents[rank].document);
      for (const Passage& best : search(first, options_.modes.empty() ? SearchMode::Lexical : options_.modes.front(), 1, only(record.id)))
        add(pool, pooled(best, first.index()), rank);
    }
  }
  std::ranges::sort(pool, [](const Ranked& a, const Ranked& b) {
    return std::tie(a.rank, a.passage.document, a.passage.span.begin) < std::tie(b.rank, b.passage.document, b.passage.span.begin);
  });
  std::vector<PooledPassage> passages;
  for (Ranked& ranked : pool) passages.push_back(std::move(ranked.passage));
  return passages;
}

}  // namespace rag
