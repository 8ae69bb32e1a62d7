#pragma once

#include <map>
#include <string>

// Private to cli/.
namespace rag::cli {

// The TOML text with these settings ("search.dense_weight" -> "0.3", the value as TOML writes it) set: where a key stands its value is
// replaced, else it is added to its table, or the table at the end.  Comments, order and everything else stay as they are.
// Throws Error(Usage) where the text is not TOML, or a key stands in a form that is not a plain "key = value" line of its table.
std::string with_settings(const std::string& toml, const std::map<std::string, std::string>& settings);

}  // namespace rag::cli
