#include "pipelines/source_plan.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/hash.h"
#include "ingest/parser.h"

namespace rag {
namespace {

bool starts_with_folder(const std::string& path, const std::string& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/');
}

bool in_scope(const std::string& uri, const std::string& prefix) {
  return prefix.empty() || uri == prefix || (prefix.ends_with('/') && uri.starts_with(prefix));
}

// A file below a folder that could not be opened is not gone: we just cannot see it.
bool hidden_by_trouble(const std::string& uri, const std::vector<SkippedFile>& skipped) {
  return std::any_of(skipped.begin(), skipped.end(),
                     [&](const SkippedFile& skip) { return uri == skip.uri || starts_with_folder(uri, skip.uri) || skip.uri == "."; });
}

void find_moves(SourcePlan& plan) {
  std::multimap<std::uint64_t, const FileRecord*> gone_by_size;
  for (const FileRecord& file : plan.gone)
    if (file.skipped.empty()) gone_by_size.emplace(file.size, &file);
  if (gone_by_size.empty()) return;
  std::set<std::string> taken;
  std::vector<FoundFile> still_to_read;
  for (FoundFile& file : plan.to_read) {
    const bool is_new = !plan.known.contains(file.uri);
    const auto [first, last] = gone_by_size.equal_range(file.size);
    const FileRecord* origin = nullptr;
    if (is_new && first != last) {
      std::string hash;
      try {
        hash = sha256_file(file.path);
      } catch (const Error&) {  // reported when it is read
      }
      for (auto candidate = first; candidate != last && !origin; ++candidate)
        if (candidate->second->content_hash == hash && !taken.contains(candidate->second->uri)) origin = candidate->second;
    }
    if (origin) {
      taken.insert(origin->uri);
      plan.moved.push_back({origin->uri, std::move(file)});
    } else {
      still_to_read.push_back(std::move(file));
    }
  }
  plan.to_read = std::move(still_to_read);
  std::erase_if(plan.gone, [&](const FileRecord& file) { return taken.contains(file.uri); });
}

}  // namespace

SourceScope scope_of(const std::filesystem::path& path, const std::vector<std::string>& sources) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::canonical(path, error);
  if (error) throw Error(ErrorKind::Usage, path.string() + ": no such file or folder; check the path");
  const std::string name = absolute.string();
  for (const std::string& source : sources) {
    if (!starts_with_folder(name, source) || !std::filesystem::is_directory(source, error)) continue;
    std::string prefix = name.substr(source.size() + (source.ends_with('/') ? 0 : 1));
    if (std::filesystem::is_directory(absolute, error)) prefix += '/';
    return {source, prefix};
  }
  return {name, ""};
}

SourcePlan plan_source(const SourceScope& scope, const IndexReader* index, const PlanOptions& options) {
  SourcePlan plan{.reread = options.reread, .listens = options.listens};
  FolderWalkResult found = walk_folder(scope.source, options.walk);
  std::erase_if(found.files, [&](const FoundFile& file) { return !in_scope(file.uri, scope.prefix); });
  plan.skipped = std::move(found.skipped);
  std::erase_if(plan.skipped, [&](const SkippedFile& file) { return !in_scope(file.uri, scope.prefix); });
  if (index) {
    index->for_each_file([&](const FileRecord& file) {
      if (file.source == scope.source && in_scope(file.uri, scope.prefix)) plan.known.emplace(file.uri, file);
    });
  }
  std::set<std::string> present;
  for (FoundFile& file : found.files) {
    present.insert(file.uri);
    const auto known = plan.known.find(file.uri);
    const bool same = known != plan.known.end() && !options.reread && known->second.size == file.size &&
                      known->second.mtime_ns == file.mtime_ns && file.mtime_ns != 0 && !has_parser_now(known->second.skipped, options.listens);
    (same ? plan.unchanged : plan.to_read).push_back(std::move(file));
  }
  for (const auto& [uri, file] : plan.known)
    if (!present.contains(uri) && !hidden_by_trouble(uri, plan.skipped)) plan.gone.push_back(file);
  find_moves(plan);
  return plan;
}

}  // namespace rag
