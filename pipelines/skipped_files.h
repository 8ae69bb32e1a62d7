#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "index/index_reader.h"

namespace rag {

// Files without documents for one reason.
struct SkippedGroup {
  std::string reason;
  std::size_t files = 0;
  std::vector<std::string> first_uris;  // of some of them
};

// Files without documents whose uris `accept` (null: all), grouped by the reason.  A group holds at most `first_uris` of them, so memory grows with
// the reasons, not with the files.  Groups come in the order of their reasons.
std::vector<SkippedGroup> group_skipped_files(const IndexReader& index, const std::function<bool(const std::string& uri)>& accept, std::size_t first_uris);

// All the files of these groups, which must be of the same reader and `accept`: group after group, in a group ordered by source, uri.  Holds some
// thousand of them; goes through the index's files once for each large group, and once for so many small ones together.
void visit_skipped_files(const IndexReader& index, const std::function<bool(const std::string& uri)>& accept, const std::vector<SkippedGroup>& groups,
                         const std::function<void(const SkippedGroup&, const std::string& source, const std::string& uri)>& visit);

}  // namespace rag
