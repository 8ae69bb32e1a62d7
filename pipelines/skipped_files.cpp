#include "pipelines/skipped_files.h"

#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "core/interrupt.h"

namespace rag {
namespace {

constexpr std::size_t kFilesAtOnce = 20000;

template <typename Visit>
void for_each_skipped(const IndexReader& index, const std::function<bool(const std::string&)>& accept, const Visit& visit) {
  index.for_each_file([&](const FileRecord& file) {
    if (file.skipped.empty() || (accept && !accept(file.uri))) return;
    throw_if_interrupted();
    visit(file);
  });
}

// Groups that are small enough to be sorted in memory together; a large one alone, whose files come in their order anyway.
std::size_t groups_of_next_pass(std::span<const SkippedGroup> groups) {
  std::size_t count = 1, files = groups.front().files;
  while (count < groups.size() && files + groups[count].files <= kFilesAtOnce) files += groups[count++].files;
  return count;
}

}  // namespace

std::vector<SkippedGroup> group_skipped_files(const IndexReader& index, const std::function<bool(const std::string& uri)>& accept, std::size_t first_uris) {
  std::map<std::string, SkippedGroup, std::less<>> by_reason;
  for_each_skipped(index, accept, [&](const FileRecord& file) {
    SkippedGroup& group = by_reason[file.skipped];
    if (group.files++ < first_uris) group.first_uris.push_back(file.uri);
  });
  std::vector<SkippedGroup> groups;
  for (auto& [reason, group] : by_reason) {
    group.reason = reason;
    groups.push_back(std::move(group));
  }
  return groups;
}

void visit_skipped_files(const IndexReader& index, const std::function<bool(const std::string& uri)>& accept, const std::vector<SkippedGroup>& groups,
                         const std::function<void(const SkippedGroup&, const std::string& source, const std::string& uri)>& visit) {
  for (std::span<const SkippedGroup> left(groups); !left.empty();) {
    const auto now = left.first(groups_of_next_pass(left));
    left = left.subspan(now.size());
    if (now.size() == 1) {
      for_each_skipped(index, accept, [&](const FileRecord& file) {
        if (file.skipped == now.front().reason) visit(now.front(), file.source, file.uri);
      });
      continue;
    }
    std::map<std::string_view, std::vector<std::pair<std::string, std::string>>> files;  // source and uri
    for (const SkippedGroup& group : now) files[group.reason].reserve(group.files);
    for_each_skipped(index, accept, [&](const FileRecord& file) {
      if (const auto group = files.find(file.skipped); group != files.end()) group->second.emplace_back(file.source, file.uri);
    });
    for (const SkippedGroup& group : now)
      for (const auto& [source, uri] : files[group.reason]) visit(group, source, uri);
  }
}

}  // namespace rag
