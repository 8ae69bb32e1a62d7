#include "retrieve/eval/gold_places.h"

#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "retrieve/eval/compared_text.h"
#include "retrieve/eval/find_quote.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

const std::string& name_of(const GoldItem& item) { return item.document.empty() ? item.content_hash : item.document; }

// The documents that items name.
class NamedDocuments {
 public:
  NamedDocuments(const std::vector<GoldItem>& items, const IndexReader& index) {
    for (const GoldItem& item : items) by_uri_[name_of(item)], by_id_[name_of(item)], by_hash_[name_of(item)];
    index.for_each_document([&](const DocumentRecord& document) {
      keep(by_uri_, document.uri, document);
      keep(by_id_, document.id, document);
      keep(by_hash_, document.content_hash, document);
    });
  }

  const std::vector<DocumentRecord>& meant_by(const GoldItem& item) const {
    const std::string& name = name_of(item);
    if (const auto& by_uri = by_uri_.at(name); !by_uri.empty()) return by_uri;
    if (const auto& by_id = by_id_.at(name); !by_id.empty()) return by_id;
    return by_hash_.at(name);
  }

 private:
  using Names = std::map<std::string, std::vector<DocumentRecord>>;
  static void keep(Names& names, const std::string& name, const DocumentRecord& document) {
    if (const auto at = names.find(name); at != names.end()) at->second.push_back(document);
  }

  Names by_uri_, by_id_, by_hash_;
};

// A document that items are looked for in.
struct OpenDocument {
  DocumentRecord record;
  Document document;
  QuoteFinder quotes;

  OpenDocument(DocumentRecord known, Document loaded) : record(std::move(known)), document(std::move(loaded)), quotes(document.text) {}
  OpenDocument(const OpenDocument&) = delete;  // the finder reads the document's text
};

std::optional<Span> page_span(const Document& document, int page) {
  for (std::size_t i = 0; i < document.pages.size(); ++i)
    if (document.pages[i].number == page)
      return Span{document.pages[i].begin, i + 1 < document.pages.size() ? document.pages[i + 1].begin : document.text.size()};
  return std::nullopt;
}

bool on_characters(const std::string& text, Span span) {
  return span.end <= text.size() && floor_to_character(text, span.begin) == span.begin && floor_to_character(text, span.end) == span.end;
}

std::string percent(double share) { return std::to_string(static_cast<int>(100 * share)) + " %"; }

std::string range(Span span) { return std::to_string(span.begin) + "-" + std::to_string(span.end); }

// What looking for an item in one document came to: places, or why there are none.
struct Looked {
  std::vector<Span> spans;
  Wording problem;
  bool moved = false, unchecked = false;
  double similarity = 1;
};

// Of several places the one nearest to where it was said to be.
void keep_nearest(std::vector<Span>& spans, std::size_t hint) {
  const auto distance = [&](const Span& span) { return span.begin > hint ? span.begin - hint : hint - span.begin; };
  spans = {*std::ranges::min_element(spans, {}, distance)};
}

Looked look_for_quote(const GoldItem& item, OpenDocument& open) {
  Looked looked;
  const QuoteSearch search = open.quotes.find(item.quote);
  for (const QuotePlace& place : search.places) {
    looked.spans.push_back(place.span);
    looked.similarity = place.similarity;
  }
  if (looked.spans.empty()) {
    looked.problem = {"the quote " + excerpt(item.quote) + " is not in " + open.record.uri, "인용문 " + excerpt(item.quote) + "이(가) " + open.record.uri + "에 없음"};
    if (search.closest.similarity > 0) {
      const bool too_short = search.closest.similarity >= kLeastSimilarity;
      looked.problem.english += "; the closest is " + percent(search.closest.similarity) + " alike at bytes " + range(search.closest.span) + ", expected " +
                                percent(kLeastSimilarity) + (too_short ? " and a longer quote" : "");
      looked.problem.korean += "; 가장 비슷한 곳은 " + range(search.closest.span) + "바이트로 " + percent(search.closest.similarity) + " 일치, " + percent(kLeastSimilarity) +
                               " 이상이어야 함" + (too_short ? ", 인용문도 더 길어야 함" : "");
    }
    return looked;
  }
  const std::optional<Span> page = item.page > 0 ? page_span(open.document, item.page) : std::nullopt;
  if (looked.spans.size() > 1 && (item.span || page)) keep_nearest(looked.spans, item.span ? item.span->begin : page->begin);
  return looked;
}

Looked look_for_span(const GoldItem& item, OpenDocument& open) {
  const bool same_content = item.content_hash.empty() || item.content_hash == open.record.content_hash;
  const std::string& text = open.document.text;
  const bool inside = on_characters(text, *item.span);
  if (item.quote.empty()) {
    if (!same_content)
      return {.problem = {"span " + range(*item.span) + " was taken from another version of " + open.record.uri + " (content_hash " +
                              excerpt(item.content_hash, 12) + ", now " + open.record.content_hash.substr(0, 12) +
                              ") and has no quote to find it again by",
                          "구간 " + range(*item.span) + "은(는) " + open.record.uri + "의 다른 판에서 가져왔고 (content_hash " + excerpt(item.content_hash, 12) + ", 지금은 " +
                              open.record.content_hash.substr(0, 12) + ") 다시 찾을 인용문이 없음"}};
    if (!inside)
      return {.problem = {"span " + range(*item.span) + " lies outside the " + std::to_string(text.size()) + " bytes of " + open.record.uri +
                              ", or within a character",
                          "구간 " + range(*item.span) + "이(가) " + open.record.uri + "의 " + std::to_string(text.size()) + "바이트를 벗어나거나 글자 중간에 걸침"}};
    return {.spans = {*item.span}, .unchecked = item.content_hash.empty()};
  }
  // Read by another version of rag, the same file may give another text: what counts is that the quote stands there.
  if (same_content && inside &&
      compared_text(std::string_view(text).substr(item.span->begin, item.span->size())).characters == compared_text(item.quote).characters)
    return {.spans = {*item.span}};
  Looked looked = look_for_quote(item, open);
  looked.moved = !looked.spans.empty();
  return looked;
}

Looked look_for(const GoldItem& item, OpenDocument& open) {
  if (item.span) return look_for_span(item, open);
  if (!item.quote.empty()) return look_for_quote(item, open);
  if (item.page == 0) return {.spans = {{0, open.document.text.size()}}};
  if (const auto page = page_span(open.document, item.page)) return {.spans = {*page}};
  const bool none = open.document.pages.empty();
  return {.problem = {open.record.uri + " has no page " + std::to_string(item.page) + (none ? ", nor any other" : ""),
                      open.record.uri + "에 " + std::to_string(item.page) + "쪽이 없음" + (none ? " (쪽이 없는 문서)" : "")}};
}

std::string label_of(const GoldItem& item, const std::string& uri, const std::vector<Span>& spans) {
  if (item.span || !item.quote.empty()) return uri + "#" + (spans.empty() ? std::to_string(item.line) : range(spans.front()));
  return item.page > 0 ? uri + "#p" + std::to_string(item.page) : uri;
}

void note(const Looked& looked, const GoldItem& item, PlacedGold& gold) {
  gold.moved += looked.moved;
  gold.unchecked += looked.unchecked;
  gold.ambiguous += looked.spans.size() > 1;
  if (looked.similarity >= 1) return;
  ++gold.approximate;
  if (looked.similarity < gold.least_similarity) {
    gold.least_similarity = looked.similarity;
    gold.least_line = item.line;
  }
}

// Two items of a question with one label are the same place told twice: the better grade stays.
void add(std::vector<PlacedItem>& items, PlacedItem item) {
  const auto same = std::ranges::find(items, item.label, &PlacedItem::label);
  if (same == items.end()) return items.push_back(std::move(item));
  same->grade = std::max(same->grade, item.grade);
}

}  // namespace

PlacedGold place_gold(const std::vector<GoldItem>& items, const IndexReader& index) {
  const NamedDocuments documents(items, index);
  // Document by document, so that each is read once.
  std::map<std::string, std::vector<std::size_t>> items_of;
  std::vector<std::vector<GoldPlace>> places(items.size());
  std::vector<std::vector<Span>> first_spans(items.size());
  std::vector<Wording> problems(items.size());
  PlacedGold gold;
  std::map<std::string, DocumentRecord> records;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::vector<DocumentRecord>& named = documents.meant_by(items[i]);
    if (named.empty())
      problems[i] = {"document " + excerpt(name_of(items[i]), 200) + " is not in the collection", "문서 " + excerpt(name_of(items[i]), 200) + "이(가) 컬렉션에 없음"};
    for (const DocumentRecord& record : named) {
      items_of[record.id].push_back(i);
      records.emplace(record.id, record);
    }
  }
  std::vector<bool> noted(items.size(), false);
  for (const auto& [id, wanted] : items_of) {
    OpenDocument open(records.at(id), index.load_document(id));
    for (const std::size_t i : wanted) {
      const Looked looked = look_for(items[i], open);
      for (const Span& span : looked.spans) places[i].push_back({id, span});
      if (looked.spans.empty()) {
        problems[i] = looked.problem;
      } else if (!noted[i]) {
        noted[i] = true;
        first_spans[i] = looked.spans;
        note(looked, items[i], gold);
      }
    }
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::vector<DocumentRecord>& named = documents.meant_by(items[i]);
    const std::string uri = named.empty() ? name_of(items[i]) : named.front().uri;
    if (places[i].empty())
      (named.empty() ? gold.not_stored : gold.problems).push_back({"line " + std::to_string(items[i].line) + ", query " + items[i].query + ": " + problems[i].english,
                                                                      std::to_string(items[i].line) + "번째 줄, 질문 " + items[i].query + ": " + problems[i].korean});
    add(gold.items[items[i].query],
        {.label = label_of(items[i], uri, first_spans[i]), .grade = items[i].grade, .places = std::move(places[i])});
  }
  return gold;
}

}  // namespace rag
