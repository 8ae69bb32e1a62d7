#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace rag {

using Json = nlohmann::json;

// Throws Error(Backend), "file: what".
[[noreturn]] void refuse_model(const std::filesystem::path& file, const std::string& what);

// A stranger's text in quotes, short and without control characters, fit for a one-line message.
std::string shown(std::string_view text);

// A model's JSON file.  Throws Error(Backend) where it is missing, unreadable, over 4 MB, or not JSON.
Json read_json(const std::filesystem::path& file);

// Nothing where the file is not there; a file that is there must be good.
std::optional<Json> read_optional_json(const std::filesystem::path& file);

// One JSON object of a file, with getters that name the file and the field when something is wrong with it.
class Fields {
 public:
  Fields(std::filesystem::path file, Json json);

  // A whole number from low to high; `otherwise` where there is none, else an error.
  std::size_t count(const char* key, std::size_t low, std::size_t high, std::optional<std::size_t> otherwise = std::nullopt) const;
  // Above 0 and at most 0.1.
  double small_number(const char* key, double otherwise) const;
  std::string text(const char* key, const std::string& otherwise = "") const;
  bool flag(const char* key) const;         // false where it is not there
  const Json* find(const char* key) const;  // nullptr where it is not there
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  Json json_;
};

std::optional<Fields> optional_fields(const std::filesystem::path& file);

}  // namespace rag
