#include "pipelines/eval/document_order.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/hash.h"

namespace rag {

DocumentOrder::DocumentOrder(const IndexReader& index, std::uint64_t seed) : index_(index), seed_(seed) {}

DocumentOrder::Rank DocumentOrder::rank_of(const std::string& id) const { return {checksum64(std::to_string(seed_) + '\n' + id), id}; }

std::vector<DocumentRecord> DocumentOrder::next(std::size_t most) {
  using Ranked = std::pair<Rank, DocumentRecord>;
  const auto earlier = [](const Ranked& a, const Ranked& b) { return a.first < b.first; };
  std::vector<DocumentRecord> documents;
  while (documents.size() < most) {
    const std::size_t wanted = most - documents.size();
    std::vector<Ranked> nearest;  // a heap, the last in the order on top
    index_.for_each_document([&](const DocumentRecord& record) {
      Rank rank = rank_of(record.id);
      if ((started_ && rank <= last_) || (nearest.size() == wanted && nearest.front().first <= rank)) return;
      if (nearest.size() == wanted) {
        std::ranges::pop_heap(nearest, earlier);
        nearest.pop_back();
      }
      nearest.emplace_back(std::move(rank), record);
      std::ranges::push_heap(nearest, earlier);
    });
    if (nearest.empty()) break;
    std::ranges::sort(nearest, earlier);
    last_ = nearest.back().first;
    started_ = true;
    for (auto& [rank, record] : nearest)
      if (record.uri.find_first_of("\t\r\n") == std::string::npos && contents_.insert(checksum64(record.content_hash)).second)
        documents.push_back(std::move(record));
    if (nearest.size() < wanted) break;
  }
  return documents;
}

std::string gold_name(const IndexReader& index, const DocumentRecord& record, bool one_word) {
  if (one_word && record.uri.find_first_of(" \t\r\n") != std::string::npos) return record.id;
  try {
    return index.resolve_document(record.uri).id == record.id ? record.uri : record.id;
  } catch (const Error&) {
    return record.id;  // several documents share the uri
  }
}

}  // namespace rag
