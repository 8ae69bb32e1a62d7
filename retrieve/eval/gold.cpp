#include "retrieve/eval/gold.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/json_nesting.h"
#include "core/text.h"
#include "retrieve/eval/lines.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

using Json = nlohmann::json;

constexpr const char* kExpected =
    "expected {\"query\":\"...\",\"document\":\"...\"} with \"page\", \"span\" or \"quote\" where it is a part";

// The fields of one line, each checked for its kind.
class Fields {
 public:
  Fields(std::string_view line, const std::filesystem::path& file, std::size_t number) : Fields(Json::parse(line, nullptr, false), file, number) {}
  Fields(Json object, const std::filesystem::path& file, std::size_t number) : object_(std::move(object)), file_(file), number_(number) {
    if (!object_.is_object()) fail(std::string("not a JSON object, ") + kExpected);
  }

  // A question's own gold, an entry each, written as items of a file of gold are; nothing where the line is such an item itself.
  std::optional<std::vector<Fields>> of_question() const {
    if (object_.contains("query") || !object_.contains("_id")) return std::nullopt;
    std::vector<Fields> entries;
    for (const char* name : {"spans", "evidence", "documents"}) {
      const auto list = object_.find(name);
      if (list == object_.end() || list->is_null()) continue;
      if (!list->is_array()) fail("\"" + std::string(name) + "\" is not a list");
      entries.clear();
      for (const Json& entry : *list) {
        Json item = entry.is_object() ? entry : Json{{"document", entry}};
        for (const char* key : {"file", "uri", "corpus-id"})
          if (!item.contains("document") && item.contains(key)) item["document"] = item[key];
        item["query"] = object_["_id"];
        entries.emplace_back(std::move(item), file_, number_);
      }
    }
    return entries;
  }

  [[noreturn]] void fail(const std::string& problem) const { fail_at_line(file_, number_, problem); }

  std::string text(const char* name) const {
    const auto at = object_.find(name);
    if (at == object_.end()) return "";
    if (at->is_number_integer()) return at->dump();
    if (!at->is_string()) fail("\"" + std::string(name) + "\" is no string, " + kExpected);
    return at->get<std::string>();
  }

  int number(const char* name, int otherwise) const {
    const auto at = object_.find(name);
    return at == object_.end() ? otherwise : whole(*at, name);
  }

  std::optional<Span> span() const {
    const auto at = object_.find("span");
    if (at == object_.end()) return std::nullopt;
    if (!at->is_object() || !at->contains("begin") || !at->contains("end"))
      fail("\"span\" is not {\"begin\":N,\"end\":N}, bytes of the document's text");
    const auto begin = (*at)["begin"], end = (*at)["end"];
    if (!begin.is_number_unsigned() || !end.is_number_unsigned() || begin.get<std::uint64_t>() >= end.get<std::uint64_t>())
      fail("\"span\" runs from " + begin.dump() + " to " + end.dump() + ", expected bytes with begin before end");
    return Span{begin.get<std::size_t>(), end.get<std::size_t>()};
  }

 private:
  int whole(const Json& value, const char* name) const {
    if (!value.is_number_integer() || value < -1000000 || value > 1000000)
      fail("\"" + std::string(name) + "\" is " + excerpt(value.dump()) + ", expected a whole number");
    return value.get<int>();
  }

  Json object_;
  std::filesystem::path file_;
  std::size_t number_;
};

GoldItem item_of(const Fields& fields, std::size_t number) {
  GoldItem item{.query = fields.text("query"),
                .document = fields.text("document"),
                .grade = fields.number("grade", 1),
                .page = fields.number("page", 0),
                .span = fields.span(),
                .content_hash = fields.text("content_hash"),
                .quote = fields.text("quote"),
                .line = number};
  if (item.query.empty()) fields.fail(std::string("no \"query\", ") + kExpected);
  if (item.document.empty() && item.content_hash.empty())
    fields.fail(std::string("neither \"document\" nor \"content_hash\", ") + kExpected);
  if (item.page < 0) fields.fail("page " + std::to_string(item.page) + ", expected a number from 1");
  if (item.page > 0 && item.span) fields.fail("both \"page\" and \"span\"; keep one of them");
  if (!item.quote.empty() && !has_word(item.quote))
    fields.fail("the quote " + excerpt(item.quote) + " has no word in it, expected text of the document");
  return item;
}

// Two lines that mean the same part of the same document for the same question.
std::string identity_of(const GoldItem& item) {
  GoldItem same = item;
  same.grade = 0;
  return gold_line(same);
}

std::vector<GoldItem> items_in(const std::filesystem::path& file) {
  std::vector<GoldItem> items;
  std::map<std::string, std::pair<int, std::size_t>> seen;
  const auto add = [&](GoldItem item, std::size_t number) {
    const auto [at, is_new] = seen.emplace(identity_of(item), std::pair(item.grade, number));
    if (!is_new && at->second.first != item.grade)
      fail_at_line(file, number,
                   "grade " + std::to_string(item.grade) + " here and " + std::to_string(at->second.first) + " for the same in line " +
                       std::to_string(at->second.second) + "; keep one of the two lines");
    if (is_new) items.push_back(std::move(item));
  };
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    if (nests_too_deep(line)) fail_at_line(file, number, "nested deeper than 256 levels");
    const Fields fields(line, file, number);
    const auto entries = fields.of_question();
    if (!entries) return add(item_of(fields, number), number);
    for (const Fields& entry : *entries) add(item_of(entry, number), number);
  });
  return items;
}

}  // namespace

std::vector<GoldItem> read_gold(const std::filesystem::path& file) {
  std::vector<GoldItem> items = items_in(file);
  if (items.empty()) throw Error(ErrorKind::Usage, file.string() + ": no gold in it, " + kExpected);
  return items;
}

std::vector<GoldItem> gold_in_questions(const std::filesystem::path& file) {
  bool questions = true, first = true;
  for_each_line(file, [&](std::string_view line, std::size_t) {
    if (std::exchange(first, false)) questions = trim(line).starts_with('{');
  });
  return questions ? items_in(file) : std::vector<GoldItem>{};
}

std::string gold_line(const GoldItem& item) {
  nlohmann::ordered_json line = {{"query", item.query}};
  if (!item.document.empty()) line["document"] = item.document;
  if (item.page > 0) line["page"] = item.page;
  if (item.span) line["span"] = {{"begin", item.span->begin}, {"end", item.span->end}};
  if (!item.content_hash.empty()) line["content_hash"] = item.content_hash;
  if (!item.quote.empty()) line["quote"] = item.quote;
  line["grade"] = item.grade;
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string fingerprint_of(const std::vector<GoldItem>& items) {
  std::vector<std::string> lines;
  for (const GoldItem& item : items) lines.push_back(gold_line(item));
  std::ranges::sort(lines);
  std::string bytes;
  for (const std::string& line : lines) bytes += line;
  return sha256_hex(bytes);
}

}  // namespace rag
