#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "core/text_signature.h"
#include "index/index_reader.h"
#include "index/stored_signatures.h"

namespace rag {

// Which of these are alike, by their places: groups of two or more, each ascending, ordered by their first.  A group is what hangs together
// by pairs of at least `at_least`, so its ends may be less alike than that.
//
// Not every pair is compared: only those that agree in all eight values of one of sixteen bands (locality-sensitive hashing; Indyk and
// Motwani 1998).  A pair of resemblance r is met with probability 1 - (1 - r^8)^16: .95 at .80, .994 at .85, .9999 at .90.
// Memory: some 40 bytes a signature.
std::vector<std::vector<std::size_t>> group_signatures(const StoredSignatures& signatures, double at_least);

struct DuplicateMember {
  DocumentRecord document;
  double resemblance = 1;  // of its signature to that of the group's first member
  std::string text_hash;   // SHA-256 of its text: the same for exact copies, whatever file they come from
};

// Two documents or more, by uri.
struct DuplicateGroup {
  std::vector<DuplicateMember> members;
};

struct DuplicateOptions {
  double at_least = kNearDuplicate;  // smaller than .8 would miss too many to be of use
  bool exact = false;                // only documents with the same text, byte for byte
  std::function<bool(const DocumentRecord&)> accept;  // none: all documents; what it refuses takes no part, as if it were not there
};

// All groups of an index, one after the other by the uri of their first member.  Holds about 100 bytes of memory a document, 70 more where
// `accept` says which, and one group; reads the texts only of documents that belong to a group.  Returns how many groups there are.
// Throws Error(Interrupted) where the user asks.
std::size_t visit_duplicates(const IndexReader& index, const DuplicateOptions& options, const std::function<void(const DuplicateGroup&)>& visit);

}  // namespace rag
