#include "pipelines/eval/fingerprints.h"

#include <algorithm>

#include "core/hash.h"

namespace rag {
namespace {

// Fields that cannot run into each other.
void add_field(std::string& bytes, const std::string& field) { bytes += std::to_string(field.size()) + ':' + field; }

}  // namespace

std::string fingerprint_of(const Qrels& qrels) {
  std::string bytes;
  for (const auto& [query, grades] : qrels)
    for (const auto& [document, grade] : grades) {
      add_field(bytes, query);
      add_field(bytes, document);
      add_field(bytes, std::to_string(grade));
    }
  return sha256_hex(bytes);
}

std::string fingerprint_of(std::vector<EvalQuery> queries) {
  std::ranges::sort(queries, {}, &EvalQuery::id);
  std::string bytes;
  for (const EvalQuery& query : queries) {
    add_field(bytes, query.id);
    add_field(bytes, query.text);
  }
  return sha256_hex(bytes);
}

std::string gold_fingerprint(std::vector<GoldQuestion> questions) {
  std::ranges::sort(questions, {}, &GoldQuestion::id);
  std::string bytes;
  for (const GoldQuestion& question : questions) {
    add_field(bytes, question.id);
    add_field(bytes, question.text);
    add_field(bytes, question.impossible ? "impossible" : "answerable");
    const auto add_list = [&](const std::vector<std::string>& list) {
      add_field(bytes, std::to_string(list.size()));
      for (const std::string& text : list) add_field(bytes, text);
    };
    add_list(question.references);
    add_list(question.documents);
    add_field(bytes, std::to_string(question.nuggets.size()));
    for (const Nugget& nugget : question.nuggets) {
      add_field(bytes, nugget.text);
      add_field(bytes, nugget.vital ? "vital" : "okay");
    }
  }
  return sha256_hex(bytes);
}

std::string corpus_fingerprint(const IndexReader& index) {
  std::vector<std::string> documents;
  index.for_each_document([&](const DocumentRecord& document) {
    std::string bytes;
    add_field(bytes, document.uri);
    add_field(bytes, document.id);
    add_field(bytes, document.content_hash);
    documents.push_back(sha256_hex(bytes));
  });
  std::ranges::sort(documents);
  std::string bytes;
  for (const std::string& document : documents) bytes += document;
  return sha256_hex(bytes);
}

}  // namespace rag
