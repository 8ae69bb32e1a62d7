#include "models/json_fields.h"

#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/json_nesting.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kMaxConfigBytes = 4 << 20;

std::string found(const Json& value) {
  return escape_for_terminal(value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40));
}

}  // namespace

void refuse_model(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorKind::Backend, file.string() + ": " + what);
}

std::string shown(std::string_view text) { return '"' + collapse_white_space(escape_for_terminal(text.substr(0, 80))) + '"'; }

Json read_json(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored))
    refuse_model(file, "no such file, expected in a Hugging Face model directory; see 'rag model list' for what is installed");
  std::string bytes;
  try {
    bytes = read_file(file, kMaxConfigBytes);
  } catch (const Error& error) {
    throw Error(ErrorKind::Backend, error.what());
  }
  if (nests_too_deep(bytes)) refuse_model(file, "nested too deeply for a model's file; fetch the model again");
  Json json = Json::parse(bytes, nullptr, false);
  if (json.is_discarded()) refuse_model(file, "not JSON, or cut short; fetch the model again");
  return json;
}

std::optional<Json> read_optional_json(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  return read_json(file);
}

Fields::Fields(std::filesystem::path file, Json json) : file_(std::move(file)), json_(std::move(json)) {
  if (!json_.is_object()) refuse_model(file_, "expected a JSON object");
}

std::size_t Fields::count(const char* key, std::size_t low, std::size_t high, std::optional<std::size_t> otherwise) const {
  const Json* value = find(key);
  if (!value || value->is_null()) {
    if (otherwise) return *otherwise;
    refuse_model(file_, std::string("no \"") + key + "\" in it");
  }
  if (!value->is_number_integer() || *value < low || *value > high)
    refuse_model(file_, std::string("\"") + key + "\" is " + found(*value) + ", expected a whole number from " + std::to_string(low) +
                            " to " + std::to_string(high));
  return value->get<std::size_t>();
}

double Fields::small_number(const char* key, double otherwise) const {
  const Json* value = find(key);
  if (!value || value->is_null()) return otherwise;
  if (!value->is_number() || !(value->get<double>() > 0) || value->get<double>() > 0.1)
    refuse_model(file_, std::string("\"") + key + "\" is " + found(*value) + ", expected a number above 0 and at most 0.1");
  return value->get<double>();
}

std::string Fields::text(const char* key, const std::string& otherwise) const {
  const Json* value = find(key);
  if (!value || value->is_null()) return otherwise;
  if (!value->is_string()) refuse_model(file_, std::string("\"") + key + "\" is " + found(*value) + ", expected a text");
  return value->get<std::string>();
}

bool Fields::flag(const char* key) const {
  const Json* value = find(key);
  return value && value->is_boolean() && value->get<bool>();
}

const Json* Fields::find(const char* key) const {
  const auto at = json_.find(key);
  return at == json_.end() ? nullptr : &*at;
}

std::optional<Fields> optional_fields(const std::filesystem::path& file) {
  std::optional<Json> json = read_optional_json(file);
  if (!json) return std::nullopt;
  return Fields(file, std::move(*json));
}

}  // namespace rag
