#include "ingest/json_value.h"

#include "core/error.h"
#include "core/text.h"

namespace rag::json {
namespace {

constexpr int kMaxDepth = 256;

// Looked at before anything is built: the tree of a million brackets is deep enough to break what walks it.
void check_depth(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) throw Error(ErrorKind::Ingest, "JSON nested deeper than " + std::to_string(kMaxDepth));
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
}

}  // namespace

Value parse(std::string_view text) {
  check_depth(text);
  try {
    return Value::parse(text, nullptr, true, true);  // comments are no JSON, but configurations have them
  } catch (const nlohmann::json::parse_error& e) {
    throw Error(ErrorKind::Ingest, "not JSON at byte " + std::to_string(e.byte) + ", cut short perhaps");
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorKind::Ingest, std::string("not JSON: ") + e.what());  // a number beyond all bounds
  }
}

std::string text_of(const Value& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  if (value.is_array())
    for (const Value& piece : value)
      if (piece.is_string()) text += piece.get_ref<const std::string&>();
  return text;
}

const Value& member(const Value& object, const char* name) {
  static const Value kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string scalar_text(const Value& value) {
  if (value.is_string()) return value.get<std::string>();
  return is_scalar(value) ? value.dump() : std::string();
}

}  // namespace rag::json
