#include <cstdlib>
#include <system_error>

#include "cli/command.h"
#include "core/error.h"
#include "index/maintenance.h"

namespace rag::cli {
namespace {

// A folder that holds a .rag folder stands for it.
std::filesystem::path inner(const std::filesystem::path& folder) {
  std::error_code error;
  const bool is_index = std::filesystem::exists(folder / "catalog.sqlite", error);
  return !is_index && std::filesystem::is_directory(folder / ".rag", error) ? folder / ".rag" : folder;
}

std::filesystem::path named_index(const std::string& option, const Config& config) {
  if (!option.empty()) return inner(option);
  if (const char* variable = std::getenv("RAG_INDEX"); variable && *variable) return inner(variable);
  if (config.index) return inner(*config.index);
  return {};
}

}  // namespace

std::filesystem::path existing_index(const std::string& option, const Config& config) {
  if (const auto named = named_index(option, config); !named.empty()) {
    std::error_code error;
    const auto catalog = std::filesystem::status(named / "catalog.sqlite", error);
    if (!std::filesystem::exists(catalog) && error == std::errc::permission_denied) throw Error(ErrorKind::Io, named.string() + ": " + error.message() + "; ask its owner for the right to read it");
    return named;
  }
  const auto found = find_index(std::filesystem::current_path());
  if (found.empty()) throw Error(ErrorKind::Usage, "no .rag folder here or above; run 'rag index FOLDER' first, or name one with --index");
  return found;
}

std::filesystem::path index_to_write(const std::string& option, const Config& config) {
  if (const auto named = named_index(option, config); !named.empty()) return named;
  const auto found = find_index(std::filesystem::current_path());
  return found.empty() ? std::filesystem::current_path() / ".rag" : found;
}

}  // namespace rag::cli
