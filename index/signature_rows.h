#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/text_signature.h"
#include "index/sqlite.h"

namespace rag {

// Nothing is stored for a text without a word.
void insert_signature(Database& catalog, std::int64_t document_key, std::string_view text);

// A damaged signature counts as none: copies of its document are then not recognised, nothing else.
std::optional<TextSignature> find_signature(Database& catalog, std::string_view document_id);
void visit_signatures(Database& catalog, const std::function<void(const std::string& document_id, const TextSignature&)>& visit);  // by uri

}  // namespace rag
