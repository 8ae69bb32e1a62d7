#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/passage.h"
#include "core/text_signature.h"
#include "index/index_reader.h"

namespace rag {

// True where one of the two may stand for both: their shingles (core/shingles.h) resemble each other by kNearDuplicate at least and both hold
// the same numbers.  One changed word in a hundred passes, "25 days" for "27 days" never does.
bool say_the_same(const std::string& text, const std::string& other);

// Folds passages of near-duplicate documents: a passage that says the same as one that is shown already is not shown again, the one shown
// names its document in `also_in`.  Two documents are near-duplicates where their signatures resemble each other by kNearDuplicate at least;
// what differs between them stays apart, since it is what a reader must see.
//
// Only passages that are handed in are ever named: whatever must not be seen, is not handed in.
class Copies {
 public:
  // `shown` grows while this is used, and must outlive it.
  Copies(const IndexReader& index, std::vector<Passage>& shown) : index_(index), shown_(shown) {}

  // True where one of those shown says the same and names it now.
  bool fold(const Passage& passage);
  // True where it is a near-duplicate of a document of one of those shown, and not that document itself.
  bool is_copy(const std::string& document_id);
  // The document of the first passage shown that this one is a near-duplicate of, else itself.
  std::string original_of(const std::string& document_id);

 private:
  bool near_duplicates(const std::string& document_id, const std::string& other);
  const std::optional<TextSignature>& signature_of(const std::string& document_id);

  const IndexReader& index_;
  std::vector<Passage>& shown_;
  std::map<std::string, std::optional<TextSignature>> signatures_;
};

}  // namespace rag
