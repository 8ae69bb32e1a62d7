#pragma once

#include <filesystem>
#include <string>

#include "core/document.h"

namespace rag {

// Whether a file is a corpus of JSON lines, each a document.  By name and content: a log of JSON lines is a text like any other.
bool is_corpus(const std::filesystem::path& file, const std::string& uri);

// Of what a document says, for those that share a file with others: of a changed file only what differs is embedded again.
std::string hash_of_content(const Document& document);

}  // namespace rag
