#include "pipelines/eval/import/foreign_run.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "ingest/json_value.h"
#include "pipelines/eval/import/collection_writer.h"
#include "pipelines/eval/import/first_sign.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

using json::Value;

// One question's hits as the file has them, a list or {"document": score}, and what it calls the question.
struct Answer {
  std::string id, text;
  const Value* hits = nullptr;
  bool failed = false;  // the engine answered with an error
};

std::string scalar(const Value& value) { return value.is_scalar() && value.kind != Value::Kind::Null ? value.text : ""; }

std::string first_of(const Value& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const std::string text = scalar(object.member(name)); !text.empty()) return text;
  return "";
}

std::optional<double> number_in(const Value& value) {
  double number = 0;
  const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), number);
  if (value.kind != Value::Kind::Bare || error != std::errc() || end != value.text.data() + value.text.size()) return std::nullopt;
  return number;
}

bool is_pair(const Value& value) { return value.is_list() && value.values().size() == 2 && number_in(value.values()[1]).has_value(); }

const Value* hits_of(const Value& object) {
  if (const Value& hits = object.member("hits"); hits.is_object() && hits.member("hits").is_list()) return &hits.member("hits");
  for (const char* name : {"results", "hits", "nodes", "source_nodes", "documents", "docs", "retrieved", "contexts"})
    if (const Value& hits = object.member(name); hits.is_list()) return &hits;
  return nullptr;
}

// Every answer of a value that has some; false where it has none.
bool find_answers(const Value& value, std::vector<Answer>& answers) {
  if (value.is_object()) {
    if (value.member("responses").is_list()) {
      for (const Value& response : value.member("responses").values())
        if (!find_answers(response, answers)) return false;
      return true;
    }
    const std::string id = first_of(value, {"query_id", "qid", "query-id", "queryId", "question_id", "_id"});
    const std::string text = first_of(value, {"query", "question", "query_str", "input"});
    if (const Value* hits = hits_of(value)) return answers.push_back({id, text, hits}), true;
    if (!value.member("error").is_scalar() || !scalar(value.member("error")).empty()) return answers.push_back({id, text, nullptr, true}), true;
    const auto holds_hits = [](const Value& each) { return each.is_list() || each.is_object(); };
    if (value.values().empty() || !std::ranges::all_of(value.values(), holds_hits)) return false;
    for (std::size_t i = 0; i < value.values().size(); ++i) answers.push_back({value.name(i), "", &value.values()[i]});
    return true;
  }
  if (!value.is_list()) return false;
  const auto is_answer = [](const Value& each) {
    return (each.is_list() && !is_pair(each)) || (each.is_object() && (hits_of(each) != nullptr || each.member("responses").is_list() || !each.member("error").is_scalar()));
  };
  if (value.values().empty() || !std::ranges::all_of(value.values(), is_answer)) return answers.push_back({"", "", &value}), true;
  for (const Value& each : value.values()) {
    if (each.is_list())
      answers.push_back({"", "", &each});
    else if (!find_answers(each, answers))
      return false;
  }
  return true;
}

// "metadata.source" below a value; null where there is none.
const Value& below(const Value& value, std::string_view path) {
  const std::size_t dot = path.find('.');
  const Value& inner = value.member(path.substr(0, dot));
  return dot == std::string_view::npos ? inner : below(inner, path.substr(dot + 1));
}

class Reader {
 public:
  Reader(const std::filesystem::path& file, const ForeignRunOptions& options) : file_(file), options_(options) {
    for (const EvalQuery& query : options.queries) {
      ids_.emplace(query.id, query.id);
      texts_.emplace(std::string(trim(query.text)), query.id);
    }
  }

  ForeignRun read(const std::vector<Answer>& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const std::string query = name_of(answers[i], i, answers.size());
      if (answers[i].failed) {
        note({"answers that are an error of the engine, left out", "검색 엔진의 오류인 답을 뺌"}, query);
        continue;
      }
      if (result_.run.contains(query)) fail("query \"" + excerpt(query) + "\" is answered twice; keep one answer");
      result_.run.emplace(query, documents_in(*answers[i].hits, query));
    }
    for (const auto& [what, note] : notes_) add(counted_note(note.what, note.count, {note.example, note.example}));
    for (const auto& [field, count] : fields_)
      add({std::to_string(count) + " hits named by " + field, "결과 " + std::to_string(count) + "개의 이름: " + (field == "themselves" ? "결과 자체" : field)});
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(const std::string& problem) const { throw Error(ErrorKind::Usage, file_.string() + ": " + problem); }

  struct Note {
    Wording what;
    std::size_t count = 0;
    std::string example;  // the first
  };

  void note(const Wording& what, const std::string& example) { ++notes_.try_emplace(what.english, Note{what, 0, excerpt(example)}).first->second.count; }
  void add(const Wording& said) { result_.notes.push_back({file_.string() + ": " + said.english, file_.string() + ": " + said.korean}); }

  std::string name_of(const Answer& answer, std::size_t place, std::size_t count) {
    if (!answer.id.empty()) return answer.id;
    if (const std::string text(trim(answer.text)); !text.empty()) {
      if (const auto id = ids_.find(text); id != ids_.end()) return id->second;
      if (const auto known = texts_.find(text); known != texts_.end()) return known->second;
      if (!options_.queries.empty()) fail("\"" + excerpt(text) + "\" is none of the questions of --queries; name them by id, or by the same text");
      return text;
    }
    if (count == 1 && !options_.query_id.empty()) return options_.query_id;
    if (options_.queries.size() == count) return options_.queries[place].id;
    if (options_.queries.empty()) fail("answers without a question's name; --queries FILE gives them in order" + std::string(count == 1 ? ", or --query-id names the one" : ""));
    fail(std::to_string(count) + " answers without a question's name and " + std::to_string(options_.queries.size()) + " questions in --queries; expected as many, in the same order");
  }

  std::string document_of(const Value& hit, const Value& node) {
    const auto take = [&](const std::string& field, const std::string& name) {
      if (!name.empty()) ++fields_[field];
      return name;
    };
    if (hit.kind == Value::Kind::Text || hit.kind == Value::Kind::Bare) return take("themselves", hit.text);
    if (!options_.document_field.empty()) {
      std::string name = scalar(below(hit, options_.document_field));
      if (name.empty()) name = scalar(below(node, options_.document_field));
      if (name.empty()) fail("a hit without \"" + excerpt(options_.document_field) + "\"; name another --document-field");
      return take(options_.document_field, name);
    }
    // A node's or a document's own id is that of a chunk, so what names its source comes first there.
    const bool is_chunk = node.member("metadata").is_object() || node.member("relationships").is_object();
    static constexpr const char* kSources[] = {"metadata.doc_id", "metadata.document_id", "metadata.source", "metadata.file_path", "metadata.file_name", "ref_doc_id", "relationships.1.node_id"};
    static constexpr const char* kIds[] = {"_id", "doc_id", "document_id", "docid", "document", "id", "id_", "uri"};
    if (is_chunk)
      for (const char* field : kSources)
        if (const std::string name = scalar(below(node, field)); !name.empty()) return take(field, name);
    for (const char* field : kIds)
      if (const std::string name = scalar(node.member(field)); !name.empty()) return take(field, name);
    fail("a hit without a document's name, expected \"_id\", \"id\" or \"metadata.source\"; --document-field says where it is");
  }

  static const Value& node_of(const Value& hit) {
    for (const char* name : {"node", "document", "doc"})
      if (const Value& node = hit.member(name); node.is_object()) return node;
    return hit;
  }

  std::vector<ScoredDocument> documents_in(const Value& hits, const std::string& query) {
    std::vector<std::pair<std::string, std::optional<double>>> read;
    if (hits.is_object()) {
      for (std::size_t i = 0; i < hits.values().size(); ++i) {
        const std::optional<double> score = number_in(hits.values()[i]);
        if (!score) fail("query \"" + excerpt(query) + "\", document \"" + excerpt(hits.name(i)) + "\": no number, expected a score");
        read.emplace_back(hits.name(i), score);
      }
    } else {
      for (const Value& hit : hits.values()) {
        const bool pair = is_pair(hit);
        const Value& named = pair ? hit.values()[0] : hit;
        std::optional<double> score = pair ? number_in(hit.values()[1]) : std::nullopt;
        for (const char* name : {"score", "_score", "similarity", "relevance_score"})
          if (!score && named.is_object()) score = number_in(named.member(name));
        read.emplace_back(document_of(named, node_of(named)), score);
      }
    }
    return rolled_up(read, query);
  }

  std::vector<ScoredDocument> rolled_up(const std::vector<std::pair<std::string, std::optional<double>>>& hits, const std::string& query) {
    const auto scored = static_cast<std::size_t>(std::ranges::count_if(hits, [](const auto& hit) { return hit.second.has_value(); }));
    if (scored != 0 && scored != hits.size()) fail("query \"" + excerpt(query) + "\": some hits have a score and some have none");
    if (std::ranges::any_of(hits, [](const auto& hit) { return hit.first.empty(); })) fail("query \"" + excerpt(query) + "\": a hit whose document has an empty name");
    if (scored == 0 && !hits.empty()) note({"answers without scores: their order counts", "점수가 없는 답: 순서를 따름"}, query);
    std::vector<ScoredDocument> documents;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < hits.size(); ++i) {
      const double score = hits[i].second.value_or(static_cast<double>(hits.size() - i));
      const auto [at, is_new] = places.emplace(hits[i].first, documents.size());
      if (is_new)
        documents.push_back({hits[i].first, score});
      else
        note({"hits of a document that was found already: its best counts", "이미 찾은 문서의 다른 결과: 가장 좋은 것을 셈"}, query + " " + hits[i].first);
      ScoredDocument& document = documents[at->second];
      document.score = std::max(document.score, score);
    }
    return documents;
  }

  const std::filesystem::path& file_;
  const ForeignRunOptions& options_;
  std::map<std::string, std::string> ids_, texts_;
  std::map<std::string, Note> notes_;                                 // by what they say
  std::map<std::string, std::size_t> fields_;                         // what named documents -> how often
  ForeignRun result_;
};

}  // namespace

ForeignRun read_foreign_run(const std::filesystem::path& file, const ForeignRunOptions& options) {
  std::string bytes = read_file(file);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  if (const auto bad = find_invalid_utf8(bytes)) throw Error(ErrorKind::Usage, file.string() + ": invalid UTF-8 at byte " + std::to_string(*bad) + "; save the file as UTF-8");
  Value root;
  try {
    root = json::parse(bytes);
  } catch (const Error& whole) {
    try {
      root = json::parse_lines(bytes);
    } catch (const Error&) {
      throw Error(ErrorKind::Usage, file.string() + ": " + whole.what());
    }
  }
  std::vector<Answer> answers;
  if (!find_answers(root, answers))
    throw Error(ErrorKind::Usage, file.string() + ": no answers known in it, expected Elasticsearch's hits, a list of nodes with scores, or {\"query\", \"results\": [{\"id\", \"score\"}]}");
  return Reader(file, options).read(answers);
}

ForeignRun read_any_run(const std::filesystem::path& file, const ForeignRunOptions& options) {
  return looks_like_json(file) ? read_foreign_run(file, options) : ForeignRun{read_run(file), {}};
}

}  // namespace rag
