#include "retrieve/retriever.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "retrieve/copies.h"
#include "retrieve/evidence.h"
#include "retrieve/lexical_query.h"
#include "retrieve/selection.h"

namespace rag {
namespace {

constexpr std::size_t kManyCandidates = 10000;
constexpr std::size_t kCopiesSought = 100;  // hits behind the last one shown that are looked at for further copies of what is shown
constexpr std::size_t kLoadAtLeast = 16;  // passages fetched at once: overlapping ones fall out, so a few more than k are needed

// Adds the time since its making, in milliseconds, to a timing.
class Stopwatch {
 public:
  explicit Stopwatch(double& total) : total_(total) {}
  ~Stopwatch() { total_ += std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_).count(); }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& total_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// What a question has become: the same for every round of one retrieval.
struct Question {
  std::vector<float> vector;   // empty where the dense leg is not asked
  std::string words;           // empty where the lexical leg is not asked
  const ChunkSet* allowed = nullptr;
  std::vector<Hit> nearest;    // what the dense leg finds in the first round
  std::size_t nearest_of = 0;  // where it was asked already: for so many
};

// What several questions asked at once have in common.
struct Asking {
  std::unique_ptr<Filter> filter;
  std::shared_ptr<const ChunkSet> allowed;  // null: all
};

struct Candidates {
  std::vector<FusedHit> hits;       // best first
  bool exhausted = false;           // asking for more would find no more
  std::map<ChunkId, Passage> seen;  // passages that have been read already, without scores
};

// Who may see what of which state of the index.
struct Allowed {
  std::uint64_t generation = 0;
  std::string filter;
  Groups groups;
  bool operator==(const Allowed&) const = default;
};

// Appends to `hits` the chunks that only `others` has, with the score this leg gives them.
template <typename Score>
void fill_in(std::vector<Hit>& hits, const std::vector<Hit>& others, const Score& score) {
  std::set<ChunkId> known;
  for (const Hit& hit : hits) known.insert(hit.chunk);
  std::vector<ChunkId> missing;
  for (const Hit& hit : others)
    if (known.insert(hit.chunk).second) missing.push_back(hit.chunk);
  if (missing.empty()) return;
  const std::vector<double> scores = score(std::span<const ChunkId>(missing));
  for (std::size_t i = 0; i < missing.size() && i < scores.size(); ++i) hits.push_back({missing[i], scores[i]});
}

std::vector<FusedHit> single_leg(const std::vector<Hit>& hits, std::optional<double> Scores::*leg) {
  std::vector<FusedHit> found;
  for (const Hit& hit : hits) {
    found.push_back({.chunk = hit.chunk});
    found.back().scores.*leg = hit.score;
  }
  std::ranges::sort(found, [leg](const FusedHit& a, const FusedHit& b) {
    return a.scores.*leg != b.scores.*leg ? *(a.scores.*leg) > *(b.scores.*leg) : a.chunk < b.chunk;
  });
  return found;
}

class IndexRetriever : public Retriever {
 public:
  IndexRetriever(const IndexReader& index, const Embedder* embedder) : index_(index), embedder_(embedder) {}

  std::vector<std::vector<Passage>> retrieve_many(std::span<const std::string> questions, const RetrieveOptions& options,
                                                  std::vector<RetrieveTimings>* timings) const override {
    std::vector<RetrieveTimings> spent(questions.size());
    std::vector<std::vector<Passage>> answers = answer(questions, options, spent);
    if (timings != nullptr) *timings = std::move(spent);
    return answers;
  }

 private:
  std::vector<std::vector<Passage>> answer(std::span<const std::string> asked, const RetrieveOptions& options, std::vector<RetrieveTimings>& spent) const {
    std::vector<std::vector<Passage>> answers(asked.size());
    std::vector<std::string> texts;
    std::vector<std::size_t> places;  // of the texts among those asked
    for (std::size_t i = 0; i < asked.size(); ++i) {
      std::string text = find_invalid_utf8(asked[i]) ? replace_invalid_utf8(asked[i]) : asked[i];
      if (trim(text).empty()) throw Error(ErrorKind::Usage, "empty question; type one");
      if (!has_word(text)) continue;  // the nearest vectors of "???" are somebody's, but nothing was asked
      texts.push_back(std::move(text));
      places.push_back(i);
    }
    if (options.k == 0) throw Error(ErrorKind::Usage, "k: 0 passages asked for, expected at least 1");
    if (texts.empty()) return answers;
    Asking asking{.filter = within_access(parse_filter(options.filter), options.groups), .allowed = nullptr};
    if (asking.filter) {
      asking.allowed = chunks_allowed({index_.generation(), options.filter, options.groups}, *asking.filter);
      if (asking.allowed->empty()) return answers;
    }
    RetrieveTimings together;
    std::vector<Question> questions = prepare(texts, options, asking.allowed.get(), together);
    const auto share = static_cast<double>(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      RetrieveTimings& mine = spent[places[i]];
      mine.embed_ms = together.embed_ms / share;
      mine.dense_ms = together.dense_ms / share;
      answers[places[i]] = answer(questions[i], asking, options, mine);
    }
    return answers;
  }

  std::vector<Passage> answer(Question& question, const Asking& asking, const RetrieveOptions& options, RetrieveTimings& spent) const {
    // A document whose chunks crowd the top can leave fewer than k after selection: then ask for more, until there is no more.
    for (std::size_t wanted = first_round(options);; wanted *= 4) {
      Candidates candidates = search(question, wanted, options, spent);
      std::vector<Passage> passages = select(candidates, options, asking.filter.get(), spent);
      if (passages.size() >= options.k || candidates.exhausted) return passages;
    }
  }

  // No more than there is, so that "everything" may be asked for with any large number.
  std::size_t first_round(const RetrieveOptions& options) const {
    const std::size_t wanted = std::max(options.k, options.candidates);
    return wanted <= kManyCandidates ? wanted : std::min(wanted, std::max(kManyCandidates, index_.statistics().chunks + 1));
  }

  std::vector<Question> prepare(std::span<const std::string> texts, const RetrieveOptions& options, const ChunkSet* allowed, RetrieveTimings& spent) const {
    std::vector<Question> questions(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
      questions[i].allowed = allowed;
      if (options.mode != SearchMode::Dense) questions[i].words = bound_lexical_query(texts[i]);
    }
    if (options.mode == SearchMode::Lexical) return questions;
    if (embedder_ == nullptr)
      throw Error(ErrorKind::Usage, std::string(options.mode == SearchMode::Dense ? "dense" : "hybrid") +
                                        " search: no encoder is open, one is needed; choose it with --model or search with --mode lexical");
    const std::vector<float> vectors = vectors_of(texts, spent);
    const std::size_t size = vectors.size() / texts.size();
    for (std::size_t i = 0; i < texts.size(); ++i) questions[i].vector.assign(vectors.begin() + static_cast<std::ptrdiff_t>(i * size), vectors.begin() + static_cast<std::ptrdiff_t>((i + 1) * size));
    find_nearest(questions, vectors, first_round(options), options, spent);
    return questions;
  }

  std::vector<float> vectors_of(std::span<const std::string> texts, RetrieveTimings& spent) const {
    const Stopwatch watch(spent.embed_ms);
    Embeddings embeddings = embedder_->embed(texts, TextKind::Query);
    if (embeddings.rows != texts.size() || embeddings.values.empty() ||
        !std::ranges::all_of(embeddings.values, [](float x) { return std::isfinite(x); }))
      throw Error(ErrorKind::Backend,
                  embedder_->name() + ": the question's vector holds values that are no numbers; check the model with 'rag doctor'");
    return std::move(embeddings.values);
  }

  void find_nearest(std::vector<Question>& questions, std::span<const float> vectors, std::size_t wanted, const RetrieveOptions& options, RetrieveTimings& spent) const {
    const Stopwatch watch(spent.dense_ms);
    auto nearest = index_.vectors().search_many(vectors, questions.size(), wanted, questions.front().allowed, options.vectors);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      questions[i].nearest = std::move(nearest[i]);
      questions[i].nearest_of = wanted;
    }
  }

  Candidates search(Question& question, std::size_t wanted, const RetrieveOptions& options, RetrieveTimings& spent) const {
    std::vector<Hit> dense, lexical;
    const bool use_dense = options.mode != SearchMode::Lexical, use_lexical = options.mode != SearchMode::Dense;
    if (use_dense) {
      const Stopwatch watch(spent.dense_ms);
      dense = question.nearest_of == wanted ? std::move(question.nearest) : index_.vectors().search(question.vector, wanted, question.allowed, options.vectors);
    }
    if (use_lexical) {
      const Stopwatch watch(spent.lexical_ms);
      lexical = index_.lexical().search(question.words, wanted, question.allowed, options.bm25);
    }
    Candidates candidates;
    candidates.exhausted = dense.size() < wanted && lexical.size() < wanted;
    if (!use_lexical) candidates.hits = single_leg(dense, &Scores::dense);
    if (!use_dense) candidates.hits = single_leg(lexical, &Scores::lexical);
    if (use_dense && use_lexical) candidates.hits = join(std::move(dense), std::move(lexical), question, options, candidates.seen, spent);
    return candidates;
  }

  // Both legs score every candidate, so that the one's find is not punished for standing just below the other's cut.
  // Where no word of the question occurs anywhere, the lexical leg has nothing to say and stays out of it.
  std::vector<FusedHit> join(std::vector<Hit> dense, std::vector<Hit> lexical, const Question& question, const RetrieveOptions& options,
                             std::map<ChunkId, Passage>& seen, RetrieveTimings& spent) const {
    const std::vector<Hit> found_dense = dense;
    {
      const Stopwatch watch(spent.dense_ms);
      fill_in(dense, lexical, [&](std::span<const ChunkId> chunks) { return index_.vectors().score(question.vector, chunks); });
    }
    if (!lexical.empty()) {
      const Stopwatch watch(spent.lexical_ms);
      fill_in(lexical, found_dense,
              [&](std::span<const ChunkId> chunks) { return index_.lexical().score(question.words, chunks, options.bm25); });
    }
    const Stopwatch watch(spent.fuse_ms);
    if (options.fusion.method != FusionMethod::Convex || lexical.empty()) return fuse(dense, lexical, options.fusion);
    FoundByLegs found{std::move(dense), std::move(lexical), {}};
    for (const Hit& hit : found_dense) found.nearest.push_back(hit.chunk);
    const LexicalEvidence evidence = gather_evidence(index_, question.words, found, options.fusion, options.bm25, seen);
    return fuse(found.dense, found.lexical, options.fusion, evidence);
  }

  std::vector<Passage> select(Candidates& candidates, const RetrieveOptions& options, const Filter* filter, RetrieveTimings& spent) const {
    const Stopwatch watch(spent.load_ms);
    const std::vector<FusedHit>& hits = candidates.hits;
    Selection selection(options.max_per_document, options.drop_overlapping);
    std::vector<Passage> kept;
    std::optional<Copies> copies;
    if (options.fold_copies) copies.emplace(index_, kept);
    std::size_t begin = 0, behind = 0;
    while (begin < hits.size() && kept.size() < options.k) {
      const std::size_t batch = std::min(hits.size() - begin, std::max(kLoadAtLeast, options.k - kept.size()));
      for (Passage& passage : load(std::span(hits).subspan(begin, batch), candidates.seen)) {
        if (kept.size() == options.k) break;
        if (filter != nullptr && !accepted(*filter, passage)) continue;
        if (copies && copies->fold(passage)) continue;
        if (selection.take(passage.chunk, copies ? copies->original_of(passage.chunk.document_id) : passage.chunk.document_id))
          kept.push_back(std::move(passage));
      }
      behind = begin;  // of the last batch some may not have been looked at
      begin += batch;
    }
    if (copies) name_further_copies(std::span(hits).subspan(behind), *copies, filter, candidates.seen);
    return kept;
  }

  // Copies stand next to each other, since they score alike; so those of the last passages shown may stand just behind them.
  void name_further_copies(std::span<const FusedHit> hits, Copies& copies, const Filter* filter, std::map<ChunkId, Passage>& seen) const {
    std::vector<ChunkId> chunks;
    for (const FusedHit& hit : hits.first(std::min(hits.size(), kCopiesSought))) chunks.push_back(hit.chunk);
    const std::vector<std::string> documents = index_.documents_of(chunks);
    std::vector<FusedHit> of_copies;
    for (std::size_t i = 0; i < chunks.size(); ++i)
      if (copies.is_copy(documents[i])) of_copies.push_back(hits[i]);
    for (const Passage& passage : load(of_copies, seen))
      if (filter == nullptr || accepted(*filter, passage)) copies.fold(passage);
  }

  // In the order of `hits`, each with its scores.  Takes out of `seen` what is there.
  std::vector<Passage> load(std::span<const FusedHit> hits, std::map<ChunkId, Passage>& seen) const {
    std::vector<ChunkId> chunks;
    for (const FusedHit& hit : hits) chunks.push_back(hit.chunk);
    read_unseen(index_, chunks, seen);
    std::vector<Passage> passages;
    for (const FusedHit& hit : hits)
      if (auto node = seen.extract(hit.chunk)) {
        passages.push_back(std::move(node.mapped()));
        passages.back().scores = hit.scores;
      }
    return passages;
  }

  // The legs have been told what they may return.  What is shown is checked all the same: a filter may guard what someone must not see.
  bool accepted(const Filter& filter, const Passage& passage) const {
    const std::optional<DocumentRecord> document = index_.find_document(passage.chunk.document_id);
    return document && filter.accepts(*document);
  }

  // Looking at every document takes longer than the search itself, and people ask several questions under one filter.
  std::shared_ptr<const ChunkSet> chunks_allowed(const Allowed& key, const Filter& filter) const {
    const std::lock_guard lock(mutex_);
    if (!last_allowed_ || last_key_ != key) {
      last_allowed_ =
          std::make_shared<ChunkSet>(index_.chunks_where([&](const DocumentRecord& document) { return filter.accepts(document); }));
      last_key_ = key;
    }
    return last_allowed_;
  }

  const IndexReader& index_;
  const Embedder* embedder_;
  mutable std::mutex mutex_;
  mutable Allowed last_key_;
  mutable std::shared_ptr<const ChunkSet> last_allowed_;
};

}  // namespace

std::vector<Passage> Retriever::retrieve(const std::string& question, const RetrieveOptions& options, RetrieveTimings* timings) const {
  std::vector<RetrieveTimings> spent;
  std::vector<std::vector<Passage>> answers = retrieve_many(std::span(&question, 1), options, &spent);
  if (timings != nullptr) *timings = spent.front();
  return std::move(answers.front());
}

double ranking_score(const Scores& scores) {
  for (const std::optional<double>& score : {scores.rerank, scores.fused, scores.dense, scores.lexical})
    if (score) return *score;
  return 0;
}

std::vector<double> ranking_scores(std::span<const Passage> passages) {
  std::vector<double> scores;
  double shift = 0;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const double own = ranking_score(passages[i].scores);
    if (i > 0 && passages[i - 1].scores.rerank && !passages[i].scores.rerank) shift = scores.back() - 1 - own;
    scores.push_back(own + shift);
  }
  return scores;
}

std::unique_ptr<Retriever> make_retriever(const IndexReader& index, const Embedder* embedder) {
  return std::make_unique<IndexRetriever>(index, embedder);
}

}  // namespace rag
