#include "generate/eval/judge_reply.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/json_nesting.h"
#include "core/text.h"
#include "generate/reply_json.h"

namespace rag {
namespace {

using nlohmann::json;

// The list `name` of the first JSON object that has one, or else the first bare list.
std::optional<json> list_in(const std::string& text, const std::string& name) {
  std::optional<json> bare;
  for (const std::string_view part : json_parts(text)) {
    if (nests_too_deep(part)) continue;
    json value = json::parse(part, nullptr, false);
    if (value.is_object() && value.contains(name) && value[name].is_array()) return value[name];
    if (value.is_array() && !bare) bare = std::move(value);
  }
  return bare;
}

// The lines of a list that is written by hand: "1. yes", "2) no", "- text".
std::vector<std::string> listed_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = trim(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    const std::size_t digits = line.find_first_not_of("0123456789");
    if (digits != 0 && digits != std::string_view::npos && digits < 4 && (line[digits] == '.' || line[digits] == ')' || line[digits] == ':'))
      line.remove_prefix(digits + 1);
    else if (line.starts_with("- ") || line.starts_with("* "))
      line.remove_prefix(2);
    else
      continue;
    lines.emplace_back(trim(line));
  }
  return lines;
}

std::optional<bool> verdict_of_word(std::string_view said) {
  const std::string word = fold_case(trim(said));
  constexpr std::array<std::string_view, 5> kYes = {"1", "true", "yes", "예", "네"};
  constexpr std::array<std::string_view, 6> kNo = {"0", "false", "no", "아니오", "아니요", "아님"};
  const auto begins_with = [&](std::string_view one) {
    // "yes, because ..." but not "yesterday".
    if (!word.starts_with(one)) return false;
    std::size_t next = one.size();
    return next == word.size() || !(is_letter(next_code_point(word, next)) || is_digit(static_cast<unsigned char>(word[one.size()])));
  };
  if (std::ranges::any_of(kYes, begins_with)) return true;
  if (std::ranges::any_of(kNo, begins_with)) return false;
  return std::nullopt;
}

std::optional<bool> verdict_of(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value == 1 ? std::optional(true) : value == 0 ? std::optional(false) : std::nullopt;
  if (value.is_string()) return verdict_of_word(value.get<std::string>());
  if (value.is_object() && value.contains("verdict") && !value["verdict"].is_object()) return verdict_of(value["verdict"]);
  return std::nullopt;
}

std::optional<std::string> text_of(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return std::nullopt;
  for (const char* name : {"statement", "question", "text"})
    if (value.contains(name) && value[name].is_string()) return value[name].get<std::string>();
  return std::nullopt;
}

// All of them or nothing: a list with holes would count for less than it is.
template <typename T, typename List, typename Read>
std::optional<std::vector<T>> read_all(const List& list, const Read& read) {
  std::vector<T> all;
  for (const auto& one : list) {
    auto value = read(one);
    if (!value) return std::nullopt;
    all.push_back(std::move(*value));
  }
  return all;
}

}  // namespace

std::optional<std::vector<std::string>> texts_in_reply(const std::string& reply, const std::string& name) {
  const std::string text = without_thoughts(replace_invalid_utf8(reply));
  std::optional<std::vector<std::string>> texts;
  if (const auto list = list_in(text, name)) {
    texts = read_all<std::string>(*list, text_of);
  } else if (auto lines = listed_lines(text); !lines.empty()) {
    texts = std::move(lines);
  }
  if (texts) std::erase_if(*texts, [](const std::string& one) { return !has_word(one); });
  return texts;
}

std::optional<std::vector<bool>> verdicts_in_reply(const std::string& reply, std::size_t count) {
  const std::string text = without_thoughts(replace_invalid_utf8(reply));
  const auto list = list_in(text, "verdicts");
  auto verdicts = list ? read_all<bool>(*list, verdict_of) : read_all<bool>(listed_lines(text), verdict_of_word);
  return verdicts && verdicts->size() == count ? verdicts : std::nullopt;
}

}  // namespace rag
