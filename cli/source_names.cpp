#include "cli/source_names.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/error.h"

namespace rag::cli {

std::string find_source(const IndexReader& index, const std::string& name) {
  const std::vector<std::string> sources = index.sources();
  std::error_code error;
  std::string canonical = std::filesystem::weakly_canonical(std::filesystem::absolute(name, error), error).string();
  while (canonical.size() > 1 && canonical.ends_with('/')) canonical.pop_back();
  for (const std::string& candidate : {name, canonical})
    if (std::find(sources.begin(), sources.end(), candidate) != sources.end()) return candidate;
  throw Error(ErrorKind::NotFound, name + ": not a source of " + index.directory().string() + "; 'rag sources list' lists them");
}

}  // namespace rag::cli
