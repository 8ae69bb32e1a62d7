#include "ingest/json_value.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"

namespace rag::json {
namespace {

using Nlohmann = nlohmann::json;

constexpr std::size_t kMaxDepth = 256;

// Grows the tree as the library meets its parts.  (The library's own tree with members in order takes quadratic time.)
class Builder final : public nlohmann::json_sax<Nlohmann> {
 public:
  bool null() override { return add(Value::Kind::Null, "null"); }
  bool boolean(bool value) override { return add(Value::Kind::Bare, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add(Value::Kind::Bare, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override { return add(Value::Kind::Bare, std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return add(Value::Kind::Bare, text); }
  bool string(string_t& text) override { return add(Value::Kind::Text, std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Value::Kind::Object); }
  bool start_array(std::size_t) override { return open(Value::Kind::List); }
  bool key(string_t& name) override {
    open_.back()->children->names.push_back(std::move(name));
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t byte, const std::string&, const Nlohmann::exception&) override {
    error_ = "not JSON at byte " + std::to_string(byte) + ", cut short perhaps";
    return false;
  }

  const std::string& error() const { return error_; }
  Value root;

 private:
  // Only the innermost open list or object grows, so pointers to the others stay good.
  Value* place() {
    if (open_.empty()) return &root;
    return &open_.back()->children->values.emplace_back();
  }

  bool add(Value::Kind kind, std::string text) {
    Value* value = place();
    value->kind = kind;
    value->text = std::move(text);
    return true;
  }

  bool open(Value::Kind kind) {
    if (open_.size() >= kMaxDepth) {
      error_ = "JSON nested deeper than " + std::to_string(kMaxDepth);
      return false;
    }
    Value* value = place();
    value->kind = kind;
    value->children = std::make_unique<Value::Children>();
    open_.push_back(value);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Value*> open_;
  std::string error_;
};

}  // namespace

Value::Value() = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

const std::vector<Value>& Value::values() const {
  static const std::vector<Value> kNone;
  return children ? children->values : kNone;
}

const std::string& Value::name(std::size_t i) const {
  static const std::string kNone;
  return children && i < children->names.size() ? children->names[i] : kNone;
}

const Value& Value::member(std::string_view name) const {
  static const Value kNothing;
  if (!is_object()) return kNothing;
  const auto found = std::find(children->names.begin(), children->names.end(), name);
  const auto at = static_cast<std::size_t>(found - children->names.begin());
  return at < children->values.size() ? children->values[at] : kNothing;
}

Value parse(std::string_view text) {
  Builder builder;
  if (!Nlohmann::sax_parse(text, &builder, nlohmann::detail::input_format_t::json, true, true))
    throw Error(ErrorKind::Ingest, builder.error().empty() ? "not JSON" : builder.error());
  return std::move(builder.root);
}

Value parse_lines(std::string_view text) {
  Value list;
  list.kind = Value::Kind::List;
  list.children = std::make_unique<Value::Children>();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = trim(text.substr(at, end - at));
    if (!line.empty()) list.children->values.push_back(parse(line));
    at = end + 1;
  }
  return list;
}

std::string text_of(const Value& value) {
  if (value.kind == Value::Kind::Text) return value.text;
  std::string text;
  if (value.is_list())
    for (const Value& piece : value.values())
      if (piece.kind == Value::Kind::Text) text += piece.text;
  return text;
}

}  // namespace rag::json
