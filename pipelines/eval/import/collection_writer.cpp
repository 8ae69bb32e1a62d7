#include "pipelines/eval/import/collection_writer.h"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "pipelines/json_output.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string line_of(const Json& object) { return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

// Tabs and line ends would break the columns of a qrels file.
bool fits_a_column(const std::string& id) { return !trim(id).empty() && id.find_first_of("\t\n\r") == std::string::npos && trim(id) == id; }

}  // namespace

Wording counted_note(const Wording& what, std::size_t count, const Wording& example) {
  const auto times = [&](const char* unit) { return count > 1 ? " (" + std::to_string(count) + unit + ")" : std::string(); };
  return {what.english + times(" times") + ": " + example.english, what.in(true) + times("번") + ": " + example.in(true)};
}

std::string import_json(const ImportReport& report) {
  return Json({{"schema_version", kSchemaVersion},
               {"documents", report.documents},
               {"queries", report.queries},
               {"judgements", report.judgements},
               {"answers", report.answers},
               {"unanswerable", report.unanswerable},
               {"spans", report.spans},
               {"notes", english_of(report.notes)}})
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

CollectionWriter::CollectionWriter(fs::path folder, std::string split) : folder_(std::move(folder)), split_(std::move(split)) {
  if (split_.empty() || split_.find('/') != std::string::npos)
    throw Error(ErrorKind::Usage, "split \"" + excerpt(split_) + "\": not a name, expected one such as test, dev or train");
  for (const char* name : {"corpus.jsonl", "queries.jsonl", "qrels", "answers.jsonl", "gold.jsonl", "dataset.json"})
    if (fs::exists(folder_ / name)) throw Error(ErrorKind::Usage, (folder_ / name).string() + ": already there; name a folder without a collection");
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) throw Error(ErrorKind::Io, folder_.string() + ": cannot be made: " + error.message());
  corpus_aside_ = folder_ / ("corpus.jsonl.tmp" + std::to_string(::getpid()));
}

CollectionWriter::~CollectionWriter() {
  std::error_code ignored;
  if (corpus_.is_open()) fs::remove(corpus_aside_, ignored);
}

bool CollectionWriter::add_document(const std::string& id, const std::string& title, const std::string& text) {
  if (!fits_a_column(id)) return note({"documents whose id is empty or holds a tab or line end left out", "id가 비었거나 탭, 줄바꿈이 있는 문서를 뺌"}, excerpt(id)), false;
  if (!has_word(text)) return note({"documents without a word left out", "단어가 하나도 없는 문서를 뺌"}, id), false;
  if (!documents_.insert(id).second) return note({"documents left out whose id was there before", "앞에 나온 id를 다시 쓴 문서를 뺌"}, id), false;
  if (!corpus_.is_open()) {
    corpus_.open(corpus_aside_, std::ios::binary | std::ios::trunc);
    if (!corpus_) throw Error(ErrorKind::Io, corpus_aside_.string() + ": cannot be created");
  }
  corpus_ << line_of({{"_id", id}, {"title", title}, {"text", text}});
  if (!corpus_) throw Error(ErrorKind::Io, corpus_aside_.string() + ": cannot be written; is the disk full?");
  ++report_.documents;
  return true;
}

bool CollectionWriter::add_query(const std::string& id, const std::string& text) {
  if (!fits_a_column(id)) return note({"questions whose id is empty or holds a tab or line end left out", "id가 비었거나 탭, 줄바꿈이 있는 질문을 뺌"}, excerpt(id)), false;
  if (trim(text).empty()) return note({"questions without a text left out", "문장이 없는 질문을 뺌"}, id), false;
  if (!query_ids_.insert(id).second) return note({"questions left out whose id was there before", "앞에 나온 id를 다시 쓴 질문을 뺌"}, id), false;
  queries_.push_back({id, std::string(trim(text))});
  return true;
}

void CollectionWriter::judge(const std::string& query, const std::string& document, int grade) {
  const auto [at, is_new] = qrels_[query].emplace(document, grade);
  if (is_new) return;
  if (at->second != grade) note({"judgements with two grades: the higher one is kept", "등급이 둘인 판정: 높은 쪽을 남김"}, query + " " + document);
  at->second = std::max(at->second, grade);
}

void CollectionWriter::add_span(const std::string& query, const std::string& document, Span span, const std::string& quote) {
  spans_ += line_of({{"query", query}, {"document", document}, {"span", {{"begin", span.begin}, {"end", span.end}}}, {"quote", quote}});
  ++report_.spans;
}

void CollectionWriter::answer(const std::string& query, std::vector<std::string> answers) {
  std::vector<std::string>& kept = answers_[query];
  for (std::string& answer : answers)
    if (std::ranges::find(kept, answer) == kept.end()) kept.push_back(std::move(answer));
}

void CollectionWriter::note(const Wording& what, const Wording& example) {
  auto at = std::ranges::find(notes_, what, &Note::what);
  if (at == notes_.end()) at = notes_.insert(at, {what, 0, example});
  ++at->count;
}

ImportReport CollectionWriter::finish(const std::string& name, const std::string& about) {
  if (queries_.empty()) throw Error(ErrorKind::Usage, folder_.string() + ": nothing written: no question could be read" + (notes_.empty() ? "" : "; " + notes_.front().what.english));
  std::string queries, answers, judgements = "query-id\tcorpus-id\tscore\n";
  for (const EvalQuery& query : queries_) {
    queries += line_of({{"_id", query.id}, {"text", query.text}});
    if (const auto judged = qrels_.find(query.id); judged != qrels_.end()) {
      for (const auto& [document, grade] : judged->second) {
        if (corpus_.is_open() && grade > 0 && !documents_.contains(document)) note({"judgements of documents that the corpus lacks, kept", "말뭉치에 없는 문서의 판정, 남겨 둠"}, query.id + " " + document);
        judgements += query.id + "\t" + document + "\t" + std::to_string(grade) + "\n";
        ++report_.judgements;
      }
    }
    if (const auto answered = answers_.find(query.id); answered != answers_.end()) {
      Json line = {{"_id", query.id}, {"answers", answered->second}};
      if (answered->second.empty()) line["is_impossible"] = true;
      answers += line_of(line);
      ++(answered->second.empty() ? report_.unanswerable : report_.answers);
    }
  }
  for (const auto& [query, grades] : qrels_)
    if (!query_ids_.contains(query)) note({"queries with judgements and without a text: their judgements left out", "판정만 있고 문장이 없는 질문: 그 판정을 뺌"}, query);
  report_.queries = queries_.size();

  fs::create_directories(folder_ / "qrels");
  if (corpus_.is_open()) {
    corpus_.close();
    if (!corpus_) throw Error(ErrorKind::Io, corpus_aside_.string() + ": cannot be written; is the disk full?");
    fs::rename(corpus_aside_, folder_ / "corpus.jsonl");
  }
  write_file_atomically(folder_ / "queries.jsonl", queries);
  write_file_atomically(folder_ / "qrels" / (split_ + ".tsv"), judgements);
  if (!answers.empty()) write_file_atomically(folder_ / "answers.jsonl", answers);
  if (!spans_.empty()) write_file_atomically(folder_ / "gold.jsonl", spans_);
  write_file_atomically(folder_ / "dataset.json", Json({{"name", name}, {"drop_self_hits", false}, {"about", about}}).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  for (const Note& note : notes_) report_.notes.push_back(counted_note(note.what, note.count, note.example));
  return report_;
}

}  // namespace rag
