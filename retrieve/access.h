#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/records.h"
#include "retrieve/filter.h"

namespace rag {

// The groups somebody belongs to who asks.  nullopt: whoever owns the index, who reads everything.  An empty list is in no group.
using Groups = std::optional<std::vector<std::string>>;

// Whether one of these groups may read the document.  A document without an access list is everybody's.  Names are compared byte for
// byte: "HR" does not open what "hr" may read.
bool may_read(const DocumentRecord& document, std::span<const std::string> groups);

// Accepts what both `filter` (nullptr: everything) and the access lists accept; nullptr where neither forbids anything.
// Access lists cannot be undone by a filter, whatever it says.
std::unique_ptr<Filter> within_access(std::unique_ptr<Filter> filter, const Groups& groups);

}  // namespace rag
