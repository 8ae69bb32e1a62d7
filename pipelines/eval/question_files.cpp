#include "pipelines/eval/question_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string query_line(const KeptQuestion& question) {
  Json line = {{"_id", question.id},
               {"text", question.made.text},
               {"language", question.made.language},
               {"kind", kind_name(question.made.kind)},
               {"lexical_first", question.lexical_first}};
  if (!question.answerable) line["answerable"] = false;
  return line_of(line);
}

std::string answer_line(const KeptQuestion& question) {
  if (question.answerable) return line_of({{"_id", question.id}, {"answers", {question.made.answer}}});
  return line_of({{"_id", question.id},
                  {"answers", Json::array()},
                  {"is_impossible", true},
                  {"written_for", question.document},
                  {"answer_there", question.made.answer}});
}

std::string filter_of(const std::vector<LeftOutDocument>& documents) {
  if (documents.empty()) return "";
  std::string filter;
  for (const LeftOutDocument& document : documents) {
    std::string quoted;
    for (const char c : document.name) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    filter += (filter.empty() ? "" : " AND ") + std::string(document.name == document.id ? "id" : "path") + "!=\"" + quoted + "\"";
  }
  return filter + "\n";
}

Json names_of(const std::vector<LeftOutDocument>& documents) {
  Json names = Json::array();
  for (const LeftOutDocument& document : documents) names.push_back(document.name);
  return names;
}

Json counts_of(const MadeQuestions& made, std::string (*key)(const KeptQuestion&)) {
  std::map<std::string, std::size_t> counts;
  for (const KeptQuestion& question : made.questions) ++counts[key(question)];
  return counts;
}

}  // namespace

std::string made_questions_json(const MadeQuestions& made, const MakeQuestionsOptions& options, const std::string& version) {
  const auto unanswerable = std::ranges::count_if(made.questions, [](const KeptQuestion& question) { return !question.answerable; });
  const auto lexical = std::ranges::count_if(made.questions, [](const KeptQuestion& question) { return question.lexical_first; });
  Json out = {{"schema_version", kSchemaVersion},
                    {"kind", "rag.questions"},
                    {"version", version},
                    {"seed", options.seed},
                    {"wanted", options.wanted},
                    {"within", options.within},
                    {"max_lexical", options.max_lexical},
                    {"fingerprints", made.fingerprints},
                    {"documents", made.documents},
                    {"documents_in_index", made.documents_there},
                    {"candidates", made.candidates},
                    {"questions", made.questions.size()},
                    {"unanswerable", unanswerable},
                    {"lexical_first", lexical},
                    {"kinds", counts_of(made, [](const KeptQuestion& question) { return std::string(kind_name(question.made.kind)); })},
                    {"languages", counts_of(made, [](const KeptQuestion& question) { return question.made.language; })},
                    {"rejected", made.rejected},
                    {"left_out", names_of(made.left_out)}};
  if (options.ask) {
    out["calls"] = made.calls;
    out["out_of_calls"] = made.out_of_calls;
    if (!made.last_failure.empty()) out["last_failure"] = made.last_failure;
  }
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void write_question_files(const std::filesystem::path& folder, const MadeQuestions& made, const MakeQuestionsOptions& options,
                          const std::string& version, bool with_corpus) {
  std::string queries, gold, answers, left_out, qrels = "query-id\tcorpus-id\tscore\n";
  for (const KeptQuestion& question : made.questions) {
    queries += query_line(question);
    answers += answer_line(question);
    if (!question.answerable) continue;
    std::vector<std::string> documents;
    for (const GoldItem& item : question.gold) {
      GoldItem written = item;
      if (with_corpus) written.content_hash.clear();  // an index of corpus.jsonl counts hashes of its lines; the quote tells as well
      gold += gold_line(written);
      if (std::ranges::find(documents, item.document) == documents.end()) documents.push_back(item.document);
    }
    for (const std::string& document : documents) qrels += question.id + "\t" + document + "\t1\n";
  }
  for (const LeftOutDocument& document : made.left_out) left_out += line_of({{"document", document.name}});
  std::filesystem::create_directories(folder / "qrels");
  write_file_atomically(folder / "queries.jsonl", queries);
  write_file_atomically(folder / "qrels" / "test.tsv", qrels);
  write_file_atomically(folder / "gold.jsonl", gold);
  write_file_atomically(folder / "answers.jsonl", answers);
  write_file_atomically(folder / "left_out.jsonl", left_out);
  write_file_atomically(folder / "left_out.filter", filter_of(made.left_out));
  if (with_corpus)
    write_file_atomically(folder / "dataset.json",
                          line_of({{"name", options.session.index.lexically_normal().parent_path().filename().string() + " questions"},
                                   {"drop_self_hits", false},
                                   {"about", "made by rag eval gen of an index's own documents; manifest.json says how"}}));
  write_file_atomically(folder / "manifest.json", made_questions_json(made, options, version));
}

}  // namespace rag
