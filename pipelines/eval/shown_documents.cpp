#include "pipelines/eval/shown_documents.h"

#include <set>
#include <vector>

#include "retrieve/excerpt.h"

namespace rag {
namespace {

constexpr std::size_t kExtractBytes = 160;

std::set<std::string> named_in(const Evaluation& evaluation) {
  std::set<std::string> names;
  for (const EvaluatedQuery& query : evaluation.queries) {
    for (const auto& [document, grade] : query.relevant) names.insert(document);
    for (const ScoredDocument& document : query.found) names.insert(document.document);
  }
  return names;
}

// Only what the name does not say itself.
ShownDocument shown(const std::string& name, const std::string& title, const std::string& uri) {
  const std::string document = name.starts_with(uri + "#") ? uri : name;  // a part bears its document's uri
  ShownDocument made;
  if (document != title && !document.ends_with("/" + title)) made.title = title;
  if (uri != document && !uri.ends_with("#" + document)) made.uri = uri;
  return made;
}

bool says_anything(const ShownDocument& document) { return !document.title.empty() || !document.uri.empty() || !document.extract.empty(); }

}  // namespace

std::map<std::string, ShownDocument> shown_documents(const Evaluation& evaluation, const IndexReader& index, bool by_uri) {
  const std::set<std::string> names = named_in(evaluation);
  std::map<std::string, ShownDocument> documents;
  index.for_each_document([&](const DocumentRecord& record) {
    const std::string& name = by_uri ? record.uri : record.id;
    if (!names.contains(name)) return;
    if (ShownDocument made = shown(name, record.title, record.uri); says_anything(made)) documents.emplace(name, std::move(made));
  });
  return documents;
}

std::map<std::string, ShownDocument> shown_parts(const Evaluation& evaluation, const IndexReader& index, const std::map<std::string, GoldPlace>& places) {
  std::map<std::string, std::vector<std::string>> names_of;  // document -> its parts, so that each is read once
  for (const std::string& name : named_in(evaluation))
    if (const auto at = places.find(name); at != places.end()) names_of[at->second.document_id].push_back(name);
  std::map<std::string, ShownDocument> parts;
  for (const auto& [id, names] : names_of) {
    const Document document = index.load_document(id);
    for (const std::string& name : names) {
      ShownDocument made = shown(name, document.title, document.uri);
      const Span span = places.at(name).span;
      if (name != document.uri) made.extract = excerpt(std::string_view(document.text).substr(span.begin, span.size()), kExtractBytes);
      if (says_anything(made)) parts.emplace(name, std::move(made));
    }
  }
  return parts;
}

void add_shown(const std::map<std::string, ShownDocument>& documents, const std::map<std::string, int>& relevant, const std::vector<ScoredDocument>& found,
               std::map<std::string, ShownDocument>& shown) {
  const auto add = [&](const std::string& name) {
    if (const auto at = documents.find(name); at != documents.end()) shown.emplace(*at);
  };
  for (const auto& [document, grade] : relevant) add(document);
  for (const ScoredDocument& document : found) add(document.document);
}

}  // namespace rag
