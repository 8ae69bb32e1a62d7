#include "retrieve/access.h"

#include <algorithm>
#include <utility>

namespace rag {
namespace {

class WithinAccess : public Filter {
 public:
  WithinAccess(std::unique_ptr<Filter> filter, std::vector<std::string> groups) : filter_(std::move(filter)), groups_(std::move(groups)) {}
  bool accepts(const DocumentRecord& document) const override {
    return may_read(document, groups_) && (!filter_ || filter_->accepts(document));
  }

 private:
  std::unique_ptr<Filter> filter_;
  std::vector<std::string> groups_;
};

}  // namespace

bool may_read(const DocumentRecord& document, std::span<const std::string> groups) {
  if (document.acl.empty()) return true;
  return std::ranges::any_of(document.acl, [&](const std::string& group) { return std::ranges::find(groups, group) != groups.end(); });
}

std::unique_ptr<Filter> within_access(std::unique_ptr<Filter> filter, const Groups& groups) {
  if (!groups) return filter;
  return std::make_unique<WithinAccess>(std::move(filter), *groups);
}

}  // namespace rag
