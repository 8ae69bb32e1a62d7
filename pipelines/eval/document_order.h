#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "index/index_reader.h"

namespace rag {

// The documents of an index in an order that a seed chooses, a window at a time: an index of any size needs the memory of one window, and
// eight bytes for each document that was given.
//
// Copies (the same content hash) are one document; the first of them in the order stands for all.  Documents whose uri holds a tab or a
// line break are left out, since judgements cannot name them.  The same index and seed give the same order.
class DocumentOrder {
 public:
  // `index` must outlive it.
  DocumentOrder(const IndexReader& index, std::uint64_t seed);

  // The next documents, `most` or fewer; none where all were given.  Each call reads the list of documents once.
  std::vector<DocumentRecord> next(std::size_t most);

 private:
  // Where a document stands in the order.
  struct Rank {
    std::uint64_t key = 0;
    std::string id;
    auto operator<=>(const Rank&) const = default;
  };
  Rank rank_of(const std::string& id) const;

  const IndexReader& index_;
  std::uint64_t seed_;
  Rank last_;  // of the documents that were given or left out
  bool started_ = false;
  std::unordered_set<std::uint64_t> contents_;  // of the documents that were given
};

// How gold names a document: by uri, or by id where its uri names another document as well.  With `one_word` also where the uri holds white
// space, which a run file cannot.
std::string gold_name(const IndexReader& index, const DocumentRecord& record, bool one_word = false);

}  // namespace rag
