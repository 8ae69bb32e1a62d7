#include <algorithm>
#include <array>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "ingest/json_lines.h"
#include "ingest/json_value.h"
#include "pipelines/eval/import/first_sign.h"
#include "pipelines/eval/import/import.h"
#include "pipelines/eval/import/topics.h"
#include "retrieve/eval/lines.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

// The first of several names that a line has.
std::string first_of(const json::Value& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const json::Value& value = object.member(name); value.is_scalar() && value.kind != json::Value::Kind::Null) return value.text;
  return "";
}

void add_json_document(const fs::path& file, std::string_view line, std::size_t number, CollectionWriter& out) {
  json::Value object;
  try {
    object = json::parse(line);
  } catch (const Error& error) {
    fail_at_line(file, number, error.what());
  }
  if (!object.is_object()) fail_at_line(file, number, "not a JSON object, expected {\"_id\": \"...\", \"title\": \"...\", \"text\": \"...\"}");
  const std::string id = first_of(object, {"_id", "docid", "doc_id", "id", "pid"});
  if (id.empty()) fail_at_line(file, number, "no \"_id\", \"docid\" or \"id\", expected {\"_id\": \"...\", \"title\": \"...\", \"text\": \"...\"}");
  out.add_document(id, first_of(object, {"title"}), first_of(object, {"text", "contents", "body", "passage"}));
}

void add_tab_document(const fs::path& file, std::string_view line, std::size_t number, CollectionWriter& out) {
  std::array<std::string_view, 3> fields;
  const std::size_t count = split_tabs(line, fields);
  if (count == 2)
    out.add_document(std::string(fields[0]), "", std::string(fields[1]));
  else if (count == 3)
    out.add_document(std::string(fields[0]), std::string(fields[1]), std::string(fields[2]));
  else
    fail_at_line(file, number, std::to_string(count) + " columns, expected id, a tab, the text; or id, title, text");
}

// Files in the order of their names, so that the same folder gives the same corpus.
std::vector<fs::path> files_of(const std::vector<fs::path>& named) {
  std::vector<fs::path> files;
  for (const fs::path& path : named) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<fs::path> inside;
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) inside.push_back(entry.path());
    if (inside.empty()) throw Error(ErrorKind::Usage, path.string() + ": an empty folder, expected the files of a corpus");
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

void add_corpus(const fs::path& file, CollectionWriter& out, Progress& progress) {
  const bool json = file.extension() == ".jsonl" || file.extension() == ".json" || (file.extension() != ".tsv" && looks_like_json(file));
  bool first = true;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    if (number % 1024 == 0) throw_if_interrupted();
    if (number % 65536 == 0) progress.update("reading " + file.filename().string(), number, 0);
    const bool is_header = !json && std::exchange(first, false) && (line.starts_with("id\t") || line.starts_with("_id\t") || line.starts_with("pid\t") || line.starts_with("docid\t"));
    if (json)
      add_json_document(file, line, number, out);
    else if (!is_header)
      add_tab_document(file, line, number, out);
  });
}

}  // namespace

void import_topics(const TopicFiles& files, CollectionWriter& out, Progress& progress) {
  if (first_sign_of(files.topics) == '<') {
    add_topics(files.topics, files.field, out);
  } else {
    for (const EvalQuery& query : read_queries(files.topics)) out.add_query(query.id, query.text);
  }
  for (const auto& [query, grades] : read_qrels(files.qrels))
    for (const auto& [document, grade] : grades) out.judge(query, document, grade);
  for (const fs::path& file : files_of(files.corpus)) add_corpus(file, out, progress);
  progress.update("", 0, 0);
}

}  // namespace rag
