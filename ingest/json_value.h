#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rag::json {

// JSON of strangers: members in the file's order (and twice where the file has them twice), as small and as fast for a million
// members as for ten.
struct Value {
  enum class Kind { Null, Bare, Text, List, Object };  // Bare: a number or boolean, `text` as the file writes it

  Kind kind = Kind::Null;
  std::string text;
  struct Children;
  std::unique_ptr<Children> children;  // of lists and objects

  Value();
  Value(Value&&) noexcept;
  Value& operator=(Value&&) noexcept;
  ~Value();

  bool is_scalar() const { return kind != Kind::List && kind != Kind::Object; }
  bool is_list() const { return kind == Kind::List; }
  bool is_object() const { return kind == Kind::Object; }
  const std::vector<Value>& values() const;          // empty for scalars
  const std::string& name(std::size_t i) const;      // of an object's value i
  const Value& member(std::string_view name) const;  // a null where there is none; looks at every name
};

struct Value::Children {
  std::vector<Value> values;
  std::vector<std::string> names;  // of objects
};

// Throws Error(Ingest) for what is not JSON or is nested deeper than 256.  `text` is UTF-8; comments are passed over.
Value parse(std::string_view text);

// The same of a file with a value a line: a list of them.
Value parse_lines(std::string_view text);

// "text" and ["te", "xt"] alike; "" for anything else.
std::string text_of(const Value& value);

}  // namespace rag::json
