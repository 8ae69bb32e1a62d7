#include <algorithm>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/json_value.h"
#include "pipelines/eval/import/import.h"

namespace rag {
namespace {

using json::Value;

std::optional<std::size_t> whole_number(const Value& value) {
  if (value.kind != Value::Kind::Bare || value.text.empty() || value.text.size() > 15 || value.text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoull(value.text);
}

// Bytes of the first `characters` of a text; all of it where it has fewer.
std::size_t bytes_of(std::string_view text, std::size_t characters) {
  std::size_t offset = 0;
  while (characters-- > 0 && offset < text.size()) next_code_point(text, offset);
  return offset;
}

// Where the answer stands in the document: at the character that the file names, else where it stands nearest to that.
std::optional<Span> place_of(const std::string& answer, const std::string& context, const std::string& document, std::size_t start) {
  const std::size_t expected = clean_text(std::string_view(context).substr(0, bytes_of(context, start))).size();
  std::optional<Span> nearest;
  const auto distance = [&](std::size_t at) { return at > expected ? at - expected : expected - at; };
  for (std::size_t at = document.find(answer); at != std::string::npos; at = document.find(answer, at + 1))
    if (!nearest || distance(at) < distance(nearest->begin)) nearest = Span{at, at + answer.size()};
  return nearest;
}

class Squad {
 public:
  explicit Squad(CollectionWriter& out) : out_(out) {}

  void read(const Value& data) {
    for (const Value& entry : data.values()) {
      const std::string title = json::text_of(entry.member("title"));
      if (entry.member("paragraphs").is_list())
        for (const Value& paragraph : entry.member("paragraphs").values()) read_paragraph(title, paragraph);
      else
        read_paragraph(title, entry);
    }
  }

 private:
  void read_paragraph(const std::string& title, const Value& paragraph) {
    const std::string context = json::text_of(paragraph.member("context"));
    const std::string text = clean_text(context);
    const Value& questions = paragraph.member("qas");
    const std::string id = document_of(title, text);
    if (id.empty()) return;
    for (const Value& question : questions.values()) read_question(question, id, context, text);
  }

  // Its id, "" where it cannot be one.
  std::string document_of(const std::string& title, const std::string& text) {
    if (const auto known = documents_.find(text); known != documents_.end()) {
      out_.note({"paragraphs that come again: their questions belong to the first", "다시 나오는 문단: 그 질문은 처음 것에 속함"}, known->second);
      return known->second;
    }
    std::string number = std::to_string(documents_.size() + 1);
    const std::string id = "p" + std::string(5 - std::min<std::size_t>(5, number.size()), '0') + number;
    if (!out_.add_document(id, title, text)) return "";
    documents_.emplace(text, id);
    return id;
  }

  void read_question(const Value& question, const std::string& document, const std::string& context, const std::string& text) {
    const Value& given = question.member("id");
    const std::string id = given.is_scalar() && given.kind != Value::Kind::Null ? given.text : "";
    if (!out_.add_query(id, json::text_of(question.member("question")))) return;
    if (question.member("is_impossible").text == "true") return out_.answer(id, {});
    std::vector<const Value*> answers;
    if (question.member("answers").is_list())
      for (const Value& answer : question.member("answers").values()) answers.push_back(&answer);
    else if (question.member("answer").is_object())
      answers.push_back(&question.member("answer"));
    if (answers.empty()) return out_.note({"questions without an answer and not marked as impossible: kept, without judgement", "답이 없으나 답할 수 없다는 표시도 없는 질문: 판정 없이 남김"}, id);
    out_.judge(id, document, 1);
    std::vector<std::string> texts;
    std::vector<std::size_t> begins;
    for (const Value* answer : answers) {
      const std::string said = clean_text(json::text_of(answer->member("text")));
      if (trim(said).empty()) {
        out_.note({"empty answers left out", "빈 답을 뺌"}, id);
        continue;
      }
      texts.push_back(said);
      const std::optional<std::size_t> start = whole_number(answer->member("answer_start"));
      const std::optional<Span> span = start ? place_of(said, context, text, *start) : std::nullopt;
      if (!span)
        out_.note({"answers that do not stand in their paragraph: no span", "제 문단에 없는 답: 구간 없음"}, id + " \"" + said.substr(0, floor_to_character(said, std::min<std::size_t>(60, said.size()))) + "\"");
      else if (std::ranges::find(begins, span->begin) == begins.end()) {
        begins.push_back(span->begin);  // people who answer alike mark the same place
        out_.add_span(id, document, *span, said);
      }
    }
    if (!texts.empty()) out_.answer(id, std::move(texts));
  }

  CollectionWriter& out_;
  std::map<std::string, std::string> documents_;  // text -> id
};

// An object a line: each is JSON by itself, all of them together are not.
bool is_json_lines(std::string_view bytes) try {
  return json::parse(std::string(bytes.substr(0, bytes.find('\n')))).is_object();
} catch (const Error&) {
  return false;
}

}  // namespace

void import_squad(const std::filesystem::path& file, CollectionWriter& out) {
  std::string bytes = read_file(file);
  if (const auto bad = find_invalid_utf8(bytes))
    throw Error(ErrorKind::Usage, file.string() + ": invalid UTF-8 at byte " + std::to_string(*bad) + "; save the file as UTF-8");
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  Value root;
  try {
    root = json::parse(bytes);
  } catch (const Error& error) {
    if (is_json_lines(bytes))
      throw Error(ErrorKind::Usage, file.string() + ": JSON Lines, which need no import: 'rag eval retrieval --queries FILE' and 'rag eval answers --queries FILE' read them, and what "
                                                    "answers each question from the same lines (docs/cli/eval-answers.md)");
    throw Error(ErrorKind::Usage, file.string() + ": " + error.what());
  }
  if (!root.member("data").is_list())
    throw Error(ErrorKind::Usage, file.string() + ": no list \"data\" in it, expected SQuAD's or KorQuAD's JSON: {\"data\": [{\"title\", \"paragraphs\"}]}");
  Squad(out).read(root.member("data"));
}

}  // namespace rag
