#include "retrieve/eval/collection_check.h"

#include <algorithm>

#include "core/hash.h"
#include "core/parallel.h"
#include "core/shingles.h"
#include "core/text.h"
#include "index/duplicate_groups.h"
#include "retrieve/eval/beir_dataset.h"

namespace rag {
namespace {

constexpr FindingKind kKinds[] = {
    {"empty-collection", "the collection has no document",
     "컬렉션에 문서가 하나도 없음"},
    {"repeated-ids", "documents bear the id of another one",
     "다른 문서와 id가 같은 문서"},
    {"empty-documents", "documents have not a single word",
     "단어가 하나도 없는 문서"},
    {"missing-gold", "documents judged relevant are not in the collection: nobody can find them",
     "정답으로 판정된 문서가 컬렉션에 없음: 아무도 찾을 수 없음"},
    {"judged-without-text", "judged queries have no text: they cannot be asked and count 0",
     "판정은 있으나 문장이 없는 질문: 물을 수 없어 0으로 셈"},
    {"without-relevant", "judged queries have nothing relevant: they count 0 whatever is found",
     "판정은 있으나 정답이 하나도 없는 질문: 무엇을 찾아도 0으로 셈"},
    {"unjudged-queries", "queries have no judgements: they are not asked",
     "판정이 없는 질문: 묻지 않음"},
    {"exact-copies", "documents have the text of another one, letter for letter",
     "다른 문서와 글이 한 글자도 다르지 않은 문서"},
    {"near-copies", "documents are nearly the same as another one",
     "다른 문서와 거의 같은 문서"},
    {"copies-of-gold", "relevant documents have a copy that is not judged so: finding the copy counts as a miss",
     "정답 문서에 정답으로 판정되지 않은 사본이 있음: 사본을 찾으면 틀린 것으로 셈"},
    {"repeated-questions", "queries ask in the words of another one",
     "다른 질문과 같은 말로 묻는 질문"},
    {"questions-in-documents", "questions stand word for word in a document: finding it takes no understanding",
     "문서에 글자 그대로 있는 질문: 이해하지 않아도 찾을 수 있음"},
    {"answers-in-names", "answers stand in the title or file name of a relevant document",
     "정답 문서의 제목이나 파일 이름에 있는 답"},
};

Finding finding_of(const std::string& kind) {
  const auto known = std::ranges::find(kKinds, kind, &FindingKind::name);
  return {.kind = kind, .what = {known->english, known->korean}, .examples = {}, .only_a_note = kind == "unjudged-queries"};
}

void count(Finding& finding, Wording example) {
  if (++finding.count <= kExamplesKept) finding.examples.push_back(std::move(example));
}

// An id says itself in every language.
void count_id(Finding& finding, const std::string& id) { count(finding, {id, id}); }

void keep(std::vector<Finding>& findings, Finding finding) {
  if (finding.count > 0) findings.push_back(std::move(finding));
}

// As copies are compared: case folded, Hangul, Han and kana character by character, without punctuation.
std::vector<std::string> compared_words(std::string_view text) {
  std::vector<std::string> words;
  for_each_compared_word(text, [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

// Four words or eight characters of Hangul and its like: shorter questions stand in documents by chance.
bool fills_a_shingle(const std::vector<std::string>& words) {
  std::size_t weight = 0;
  for (const std::string& word : words) {
    std::size_t offset = 0;
    weight += is_cjk(next_code_point(word, offset)) ? 1 : 2;
  }
  return weight >= 8;
}

// Short answers ("3", "no") stand in names by chance.
bool long_enough(const std::vector<std::string>& answer) {
  std::size_t letters = 0;
  for (const std::string& word : answer)
    for (std::size_t offset = 0; offset < word.size();) letters += is_cjk(next_code_point(word, offset)) ? 2 : 1;
  return letters >= 4;
}

bool stands_in(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return !part.empty() && std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end();
}

}  // namespace

struct CollectionCheck::Look {
  std::uint64_t text_hash = 0;
  std::optional<TextSignature> signature;
  std::vector<std::size_t> asked;  // places in questions_ that stand in it
};

std::span<const FindingKind> finding_kinds() { return kKinds; }

CollectionCheck::CollectionCheck(std::vector<EvalQuery> queries, Qrels qrels, std::vector<ExpectedAnswer> answers)
    : queries_(std::move(queries)), qrels_(std::move(qrels)), answers_(std::move(answers)), occurs_(queries_.size(), false) {
  for (const auto& [query, grades] : qrels_)
    for (const auto& [document, grade] : grades)
      if (grade > 0) relevant_.insert(document);
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    if (!fills_a_shingle(compared_words(queries_[i].text))) continue;
    Question question{.query = i, .shingles = {}};
    for_each_shingle(queries_[i].text, [&](std::uint64_t shingle) { question.shingles.push_back(shingle); });
    by_first_[question.shingles.front()].push_back(questions_.size());
    questions_.push_back(std::move(question));
  }
}

CollectionCheck::Look CollectionCheck::look_at(const CheckedDocument& document) const {
  Look look{.text_hash = checksum64(document.text), .signature = document.signature, .asked = {}};
  if (!look.signature) look.signature = text_signature(document.text);
  for (const std::string* text : {&document.title, &document.text}) {
    std::vector<std::uint64_t> shingles;
    for_each_shingle(*text, [&](std::uint64_t shingle) { shingles.push_back(shingle); });
    for (std::size_t i = 0; i < shingles.size(); ++i) {
      const auto begins = by_first_.find(shingles[i]);
      if (begins == by_first_.end()) continue;
      for (const std::size_t question : begins->second) {
        const std::vector<std::uint64_t>& wanted = questions_[question].shingles;
        if (wanted.size() <= shingles.size() - i && std::equal(wanted.begin(), wanted.end(), shingles.begin() + static_cast<std::ptrdiff_t>(i)))
          look.asked.push_back(question);
      }
    }
  }
  return look;
}

void CollectionCheck::add(std::span<const CheckedDocument> documents) {
  std::vector<Look> looks(documents.size());
  in_parallel(0, documents.size(), [&](std::size_t i) { looks[i] = look_at(documents[i]); });
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const std::size_t place = ids_.size();
    ids_.push_back(documents[i].id);
    text_hashes_.push_back(looks[i].text_hash);
    if (looks[i].signature) {
      signed_.push_back(place);
      signatures_.add(*looks[i].signature);
    } else {
      without_words_.push_back(place);
    }
    for (const std::size_t question : looks[i].asked) {
      const std::size_t query = questions_[question].query;
      if (!occurs_[query]) occurrences_.push_back({query, place});
      occurs_[query] = true;
    }
    if (is_relevant_to_any(documents[i].id))
      names_[documents[i].id] = {documents[i].title, documents[i].name.empty() ? documents[i].id : documents[i].name};
  }
}

std::vector<Finding> CollectionCheck::findings() const {
  std::vector<Finding> findings;
  find_gaps(findings);
  find_copies(findings);
  find_questions(findings);
  find_leaks(findings);
  return findings;
}

void CollectionCheck::find_gaps(std::vector<Finding>& findings) const {
  Finding empty = finding_of("empty-collection"), repeated = finding_of("repeated-ids"), wordless = finding_of("empty-documents"),
          missing = finding_of("missing-gold"), textless = finding_of("judged-without-text"), hopeless = finding_of("without-relevant"),
          unjudged = finding_of("unjudged-queries");
  if (ids_.empty()) empty.count = 1;
  std::set<std::string> known;
  for (const std::string& id : ids_)
    if (!known.insert(id).second) count_id(repeated, id);
  for (const std::size_t place : without_words_) count_id(wordless, ids_[place]);
  const DatasetGaps gaps = find_dataset_gaps(queries_, qrels_, known);
  for (const auto& [query, document] : gaps.documents_not_stored) count(missing, {document + " for query " + query, "질문 " + query + "의 " + document});
  for (const std::string& query : gaps.judged_without_text) count_id(textless, query);
  for (const std::string& query : gaps.unjudged_queries) count_id(unjudged, query);
  for (const auto& [query, grades] : qrels_)
    if (std::ranges::none_of(grades, [](const auto& judgement) { return judgement.second > 0; })) count_id(hopeless, query);
  for (Finding* finding : {&empty, &repeated, &wordless, &missing, &textless, &hopeless, &unjudged}) keep(findings, std::move(*finding));
}

void CollectionCheck::find_copies(std::vector<Finding>& findings) const {
  Finding exact = finding_of("exact-copies"), near = finding_of("near-copies"), blurred = finding_of("copies-of-gold");
  std::unordered_map<std::string, std::vector<std::size_t>> copies;  // of relevant documents: the places of their group
  for (const std::vector<std::size_t>& group : group_signatures(signatures_, kNearDuplicate)) {
    std::map<std::uint64_t, std::size_t> first_of;  // text -> place of the first that has it
    std::vector<std::size_t> places;
    for (const std::size_t member : group) {
      const std::size_t place = signed_[member];
      const auto [first, is_new] = first_of.emplace(text_hashes_[place], place);
      if (!is_new)
        count(exact, {ids_[place] + " has the text of " + ids_[first->second], ids_[place] + "의 글이 " + ids_[first->second] + "와(과) 같음"});
      else if (!places.empty())
        count(near, {ids_[place] + " is nearly " + ids_[places.front()], ids_[place] + "이(가) " + ids_[places.front()] + "와(과) 거의 같음"});
      places.push_back(place);
    }
    for (const std::size_t place : places)
      if (is_relevant_to_any(ids_[place])) copies.emplace(ids_[place], places);
  }
  for (const auto& [query, grades] : qrels_)
    for (const auto& [document, grade] : grades) {
      const auto group = grade > 0 ? copies.find(document) : copies.end();
      if (group == copies.end()) continue;
      const auto not_so_judged = [&, &grades = grades](std::size_t place) {
        const auto judged = grades.find(ids_[place]);
        return judged == grades.end() || judged->second <= 0;
      };
      const auto copy = std::ranges::find_if(group->second, not_so_judged);
      if (copy != group->second.end())
        count(blurred, {"query " + query + ": " + document + " is relevant, its copy " + ids_[*copy] + " is not",
                        "질문 " + query + ": " + document + "은(는) 정답, 그 사본 " + ids_[*copy] + "은(는) 아님"});
    }
  for (Finding* finding : {&exact, &near, &blurred}) keep(findings, std::move(*finding));
}

void CollectionCheck::find_questions(std::vector<Finding>& findings) const {
  Finding repeated = finding_of("repeated-questions"), verbatim = finding_of("questions-in-documents");
  std::map<std::vector<std::string>, std::size_t> asked;  // words -> the first query that has them
  for (std::size_t i = 0; i < queries_.size(); ++i) {
    const std::vector<std::string> words = compared_words(queries_[i].text);
    if (words.empty()) continue;
    const auto [first, is_new] = asked.emplace(words, i);
    if (is_new) continue;
    const auto here = qrels_.find(queries_[i].id), there = qrels_.find(queries_[first->second].id);
    const bool differ = (here == qrels_.end()) != (there == qrels_.end()) || (here != qrels_.end() && here->second != there->second);
    const std::string &mine = queries_[i].id, &theirs = queries_[first->second].id;
    count(repeated, {mine + " asks what " + theirs + " asks" + (differ ? ", and their judgements differ" : ""),
                     mine + "이(가) " + theirs + "와(과) 같은 것을 물음" + (differ ? ", 판정은 서로 다름" : "")});
  }
  std::vector<Occurrence> occurrences = occurrences_;
  std::ranges::sort(occurrences, {}, &Occurrence::query);
  for (const Occurrence& occurrence : occurrences) {
    const std::string &query = queries_[occurrence.query].id, &document = ids_[occurrence.document];
    count(verbatim, {"query " + query + " in " + document, "질문 " + query + "이(가) " + document + "에 있음"});
  }
  keep(findings, std::move(repeated));
  keep(findings, std::move(verbatim));
}

void CollectionCheck::find_leaks(std::vector<Finding>& findings) const {
  Finding leaks = finding_of("answers-in-names");
  std::map<std::string, std::vector<std::string>> asked;
  for (const EvalQuery& query : queries_) asked.emplace(query.id, compared_words(query.text));
  for (const ExpectedAnswer& expected : answers_) {
    const auto judged = qrels_.find(expected.query);
    if (judged == qrels_.end()) continue;
    const auto leak = [&]() -> std::optional<Wording> {
      for (const std::string& answer : expected.answers) {
        const std::vector<std::string> words = compared_words(answer);
        if (!long_enough(words) || stands_in(words, asked[expected.query])) continue;  // what the question says itself is no leak
        for (const auto& [document, grade] : judged->second) {
          const auto names = grade > 0 ? names_.find(document) : names_.end();
          if (names == names_.end()) continue;
          for (const std::string& name : names->second)
            if (stands_in(words, compared_words(name))) return Wording{"query " + expected.query + ": \"" + answer + "\" in \"" + name + "\"", "질문 " + expected.query + ": \"" + name + "\"에 \"" + answer + "\""};
        }
      }
      return std::nullopt;
    }();
    if (leak) count(leaks, *leak);
  }
  keep(findings, std::move(leaks));
}

}  // namespace rag
