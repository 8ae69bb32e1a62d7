#include "retrieve/eval/beir_dataset.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/listing.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

namespace fs = std::filesystem;

std::string splits_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".tsv") names.push_back(entry->path().stem().string());
  std::ranges::sort(names);
  return joined(names);
}

fs::path existing_file(const fs::path& file, const std::string& holds) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    throw Error(ErrorKind::Usage, file.string() + ": missing; a collection in the BEIR layout has " + holds + " there");
  return file;
}

[[noreturn]] void fail_at(const fs::path& file, const std::string& problem) {
  throw Error(ErrorKind::Usage, file.string() + ": " + problem + ", expected {\"name\": \"...\", \"drop_self_hits\": true or false, \"about\": \"...\"}");
}

void read_description(const fs::path& file, BeirDataset& dataset) {
  const auto object = nlohmann::json::parse(read_file(file, std::size_t{1} << 20), nullptr, false);
  if (!object.is_object()) fail_at(file, "not a JSON object");
  for (const auto& [key, value] : object.items()) {
    if (key == "name" && value.is_string())
      dataset.name = value.get<std::string>();
    else if (key == "drop_self_hits" && value.is_boolean())
      dataset.drop_self_hits = value.get<bool>();
    else if (key != "about" || !value.is_string())
      fail_at(file, "\"" + excerpt(key) + "\" is not known, or not of that kind");
  }
}

}  // namespace

BeirDataset open_beir_dataset(const fs::path& folder, const std::string& split) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    throw Error(ErrorKind::Usage,
                folder.string() + ": no such folder, expected one with corpus.jsonl, queries.jsonl and qrels/" + split + ".tsv");
  if (split.empty() || split.find('/') != std::string::npos)
    throw Error(ErrorKind::Usage, "split \"" + split + "\": not a name, expected one such as test, dev or train");
  BeirDataset dataset;
  const fs::path absolute = fs::absolute(folder, error).lexically_normal();
  dataset.name = (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
  dataset.corpus = existing_file(folder / "corpus.jsonl", "its documents (_id, title, text)");
  dataset.queries = existing_file(folder / "queries.jsonl", "its questions (_id, text)");
  dataset.qrels = folder / "qrels" / (split + ".tsv");
  if (!fs::is_regular_file(dataset.qrels, error)) {
    const std::string there = splits_in(folder / "qrels");
    throw Error(ErrorKind::Usage,
                dataset.qrels.string() + ": missing; " +
                    (there.empty() ? "a collection in the BEIR layout has its judgements there" : "there are the splits " + there));
  }
  dataset.split = split;
  if (fs::is_regular_file(folder / "answers.jsonl", error)) dataset.answers = folder / "answers.jsonl";
  if (fs::exists(folder / "dataset.json", error)) read_description(folder / "dataset.json", dataset);
  return dataset;
}

DatasetGaps find_dataset_gaps(const std::vector<EvalQuery>& queries, const Qrels& qrels, const std::set<std::string>& corpus_ids) {
  DatasetGaps gaps;
  std::set<std::string> with_text;
  for (const EvalQuery& query : queries) {
    with_text.insert(query.id);
    if (!qrels.contains(query.id)) gaps.unjudged_queries.push_back(query.id);
  }
  for (const auto& [query, grades] : qrels) {
    if (!with_text.contains(query)) gaps.judged_without_text.push_back(query);
    for (const auto& [document, grade] : grades)
      if (grade > 0 && !corpus_ids.contains(document)) gaps.documents_not_stored.emplace_back(query, document);
  }
  return gaps;
}

}  // namespace rag
