#include "generate/eval/gold_question.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "generate/eval/text_limit.h"
#include "retrieve/eval/lines.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

using nlohmann::json;

struct Place {
  const std::filesystem::path& file;
  std::size_t line;
  [[noreturn]] void fail(const std::string& problem) const { fail_at_line(file, line, problem); }
};

const json* field(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_of(const json& value, const char* name, const Place& place) {
  if (!value.is_string()) place.fail(std::string("\"") + name + "\" is not a text");
  return limited_text(value.get<std::string>(), name, place.file, place.line);
}

std::vector<std::string> texts_of(const json& value, const char* name, const Place& place) {
  if (value.is_string()) return {text_of(value, name, place)};
  if (!value.is_array()) place.fail(std::string("\"") + name + "\" is neither a text nor a list of texts");
  std::vector<std::string> texts;
  for (const json& one : value) texts.push_back(text_of(one, name, place));
  return texts;
}

bool flag_of(const json& value, const char* name, const Place& place) {
  if (!value.is_boolean()) place.fail(std::string("\"") + name + "\" is neither true nor false");
  return value.get<bool>();
}

std::string id_of(const json& object, const Place& place) {
  const json* id = field(object, "_id");
  if (!id || !(id->is_string() || id->is_number_integer())) place.fail("no \"_id\" that is a string, expected {\"_id\": \"...\", ...}");
  return id->is_string() ? id->get<std::string>() : id->dump();
}

Nugget nugget_of(const json& value, const Place& place) {
  if (value.is_string()) return {text_of(value, "nuggets", place)};
  if (!value.is_object() || !field(value, "text")) place.fail("a nugget is neither a text nor an object with \"text\"");
  Nugget nugget{text_of(*field(value, "text"), "text", place)};
  if (const json* vital = field(value, "vital")) nugget.vital = flag_of(*vital, "vital", place);
  if (const json* importance = field(value, "importance")) {
    const std::string said = text_of(*importance, "importance", place);
    if (said != "vital" && said != "okay") place.fail("importance \"" + excerpt(said) + "\", expected vital or okay");
    nugget.vital = said == "vital";
  }
  return nugget;
}

std::vector<std::string> documents_of(const json& value, const char* name, const Place& place) {
  if (!value.is_array()) place.fail(std::string("\"") + name + "\" is not a list");
  std::vector<std::string> documents;
  for (const json& one : value) {
    if (one.is_object()) {
      const json* named = nullptr;
      for (const char* key : {"document", "file", "uri", "corpus-id"})
        if (!named) named = field(one, key);
      if (!named) place.fail(std::string("an entry of \"") + name + "\" has neither \"document\" nor \"file\" nor \"uri\"");
      documents.push_back(text_of(*named, name, place));
    } else {
      documents.push_back(text_of(one, name, place));
    }
    if (std::ranges::count(documents, documents.back()) > 1) documents.pop_back();
  }
  return documents;
}

// What of the gold a line has goes over what is there.
void read_gold(const json& object, const Place& place, GoldQuestion& question) {
  bool none = false;
  for (const char* name : {"answers", "answer"})
    if (const json* value = field(object, name)) {
      question.references = texts_of(*value, name, place);
      none = question.references.empty();
      std::erase_if(question.references, [](const std::string& text) { return trim(text).empty(); });
    }
  std::optional<bool> impossible;
  for (const char* name : {"is_impossible", "impossible"})
    if (const json* value = field(object, name)) impossible = flag_of(*value, name, place);
  if (const json* kind = field(object, "kind"); kind && kind->is_string() && *kind == "unanswerable") impossible = true;
  if (impossible || none) question.impossible = impossible.value_or(none);
  if (const json* value = field(object, "nuggets")) {
    if (!value->is_array()) place.fail("\"nuggets\" is not a list");
    question.nuggets.clear();
    for (const json& one : *value) question.nuggets.push_back(nugget_of(one, place));
  }
  for (const char* name : {"spans", "evidence", "documents"})
    if (const json* value = field(object, name)) question.documents = documents_of(*value, name, place), question.draws_on_all = true;
  if (question.impossible && !question.references.empty())
    place.fail("question " + excerpt(question.id) + " is called impossible and has answers; keep one of the two");
}

std::optional<json> object_of(std::string_view line) {
  json object = json::parse(line, nullptr, false);
  return object.is_object() ? std::optional(std::move(object)) : std::nullopt;
}

GoldQuestion question_from(std::string_view line, const Place& place) {
  const std::optional<json> object = object_of(line);
  if (!object) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || trim(line).starts_with('{')) place.fail("not a JSON object, expected {\"_id\": \"...\", \"text\": \"...\"}");
    return {.id = std::string(trim(line.substr(0, tab))), .text = std::string(trim(line.substr(tab + 1)))};
  }
  GoldQuestion question{.id = id_of(*object, place)};
  const json* text = field(*object, "text");
  if (!text) text = field(*object, "question");
  if (!text) place.fail("neither \"text\" nor \"question\", expected {\"_id\": \"...\", \"text\": \"...\"}");
  question.text = text_of(*text, "text", place);
  read_gold(*object, place, question);
  return question;
}

}  // namespace

std::vector<GoldQuestion> read_gold_questions(const std::filesystem::path& file) {
  std::vector<GoldQuestion> questions;
  std::set<std::string> ids;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    const Place place{file, number};
    GoldQuestion question = question_from(line, place);
    if (question.id.empty()) place.fail("an empty id");
    if (!ids.insert(question.id).second) place.fail("question \"" + excerpt(question.id) + "\" comes twice; keep one of them");
    questions.push_back(std::move(question));
  });
  if (questions.empty()) throw Error(ErrorKind::Usage, file.string() + ": no question in it; expected lines of {\"_id\": \"...\", \"text\": \"...\"}");
  return questions;
}

std::vector<std::string> add_gold(std::vector<GoldQuestion>& questions, const std::filesystem::path& file) {
  std::map<std::string, GoldQuestion*> by_id;
  for (GoldQuestion& question : questions) by_id.emplace(question.id, &question);
  std::vector<std::string> unknown;
  std::set<std::string> seen;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    const Place place{file, number};
    const std::optional<json> object = object_of(line);
    if (!object) place.fail("not a JSON object, expected {\"_id\": \"...\", \"answers\": [\"...\"]}");
    const std::string id = id_of(*object, place);
    if (!seen.insert(id).second) place.fail("question \"" + excerpt(id) + "\" comes twice; keep one of them");
    GoldQuestion nobody{.id = id};
    const auto found = by_id.find(id);
    if (found == by_id.end()) unknown.push_back(id);
    read_gold(*object, place, found == by_id.end() ? nobody : *found->second);
  });
  return unknown;
}

void add_gold_documents(std::vector<GoldQuestion>& questions, const Qrels& qrels) {
  for (GoldQuestion& question : questions) {
    const auto judged = qrels.find(question.id);
    if (judged == qrels.end() || !question.documents.empty()) continue;
    for (const auto& [document, grade] : judged->second)
      if (grade > 0) question.documents.push_back(document);
  }
}

}  // namespace rag
