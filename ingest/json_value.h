#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

// JSON of strangers, members in the file's order.  Only for this room's .cpp files.
namespace rag::json {

using Value = nlohmann::ordered_json;

// Throws Error(Ingest) for what is not JSON or is nested deeper than 256.  `text` is UTF-8.
Value parse(std::string_view text);

// "text" and ["te", "xt"] alike; "" for anything else.
std::string text_of(const Value& value);

// The member of an object, or null.
const Value& member(const Value& object, const char* name);

inline bool is_scalar(const Value& value) { return !value.is_object() && !value.is_array(); }

// A scalar as a reader writes it: strings without quotes.
std::string scalar_text(const Value& value);

}  // namespace rag::json
