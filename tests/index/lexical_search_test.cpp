#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "core/error.h"
#include "index/analyzer_options.h"
#include "lexical_fixture.h"

namespace rag {
namespace {

// BM25 as lexical_index.h writes it, over every text.
class EveryText {
 public:
  explicit EveryText(const Texts& texts) {
    for (const auto& [id, text] : texts) {
      const auto terms = default_analyzer().terms(text);
      for (const std::string& term : terms) ++frequencies_[id][term];
      for (const auto& [term, frequency] : frequencies_[id]) ++with_term_[term];
      lengths_[id] = static_cast<double>(terms.size());
      total_ += lengths_[id];
    }
  }
  double score(const std::string& question, ChunkId id, const Bm25Options& o) const {
    double sum = 0;
    const double n = static_cast<double>(lengths_.size());
    for (const std::string& term : default_analyzer().query_terms(question)) {
      const auto found = frequencies_.at(id).find(term);
      if (found == frequencies_.at(id).end()) continue;
      const double df = with_term_.at(term), tf = found->second;
      const double k1 = term.front() == 'w' ? o.k1 : o.characters_k1;
      sum += std::log(1 + (n - df + 0.5) / (df + 0.5)) * tf / (tf + k1 * (1 - o.b + o.b * lengths_.at(id) / (total_ / n)));
    }
    return sum;
  }
  std::vector<double> scores_downwards(const std::string& question, const std::vector<ChunkId>& of, const Bm25Options& o) const {
    std::vector<double> scores;
    for (const ChunkId id : of)
      if (const double s = score(question, id, o); s > 0) scores.push_back(s);
    std::sort(scores.rbegin(), scores.rend());
    return scores;
  }

 private:
  mutable std::map<ChunkId, std::map<std::string, int>> frequencies_;
  std::map<std::string, double> with_term_;
  std::map<ChunkId, double> lengths_;
  double total_ = 0;
};

// Few frequent words and many rare ones, as in any language; every third in Hangul.
std::string random_text(std::mt19937& random, std::size_t words, int vocabulary) {
  constexpr std::array kSyllables = {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차"};
  std::uniform_real_distribution<double> uniform(0, 1);
  std::string text;
  for (std::size_t i = 0; i < words; ++i) {
    const std::string word = std::to_string(static_cast<int>(std::pow(vocabulary, uniform(random))));
    if (word.back() % 3 != 0)
      text += "w" + word;
    else
      for (const char digit : word) text += kSyllables[static_cast<std::size_t>(digit - '0')];
    text += " ";
  }
  return text;
}

struct Collection {
  Texts all;
  std::vector<std::unique_ptr<LexicalSegment>> segments;
  ChunkSet deleted, allowed;
  std::vector<ChunkId> live, live_and_allowed;
  std::unique_ptr<LexicalIndex> index;
};

// Ids have gaps, and the segments' ids are interleaved where `interleaved`.
Collection random_collection(std::mt19937& random, std::size_t chunks, std::size_t segments, bool interleaved) {
  Collection c;
  std::vector<Texts> parts(segments);
  std::uniform_int_distribution<int> percent(0, 99);
  std::int64_t id = 5;
  for (std::size_t i = 0; i < chunks; ++i, id += 1 + percent(random) / 60) {
    const std::string text = random_text(random, static_cast<std::size_t>(percent(random) / 4), 3000);
    parts[interleaved ? i % segments : i * segments / chunks][{id}] = text;
    c.all[{id}] = text;
    if (percent(random) < 10)
      c.deleted.insert({id});
    else
      c.live.push_back({id});
    if (percent(random) < 30) c.allowed.insert({id});
    if (!c.deleted.contains({id}) && c.allowed.contains({id})) c.live_and_allowed.push_back({id});
  }
  std::vector<LexicalSegmentView> views;
  for (const Texts& part : parts) {
    c.segments.push_back(segment_of(part));
    views.push_back({c.segments.back().get(), &c.deleted});
  }
  c.index = make_lexical_index(views, default_analyzer());
  return c;
}

void expect_exact(const Collection& c, const EveryText& truth, const std::string& question, std::size_t k, bool filtered,
                  const Bm25Options& o) {
  const std::vector<Hit> hits = c.index->search(question, k, filtered ? &c.allowed : nullptr, o);
  const std::vector<double> best = truth.scores_downwards(question, filtered ? c.live_and_allowed : c.live, o);
  ASSERT_EQ(hits.size(), std::min(k, best.size())) << question;
  std::vector<ChunkId> ids;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    EXPECT_NEAR(hits[i].score, best[i], 1e-9) << question << " at rank " << i + 1;
    EXPECT_NEAR(hits[i].score, truth.score(question, hits[i].chunk, o), 1e-9);
    EXPECT_FALSE(c.deleted.contains(hits[i].chunk));
    EXPECT_TRUE(!filtered || c.allowed.contains(hits[i].chunk));
    EXPECT_TRUE(i == 0 || hits[i - 1].score > hits[i].score || (hits[i - 1].score == hits[i].score && hits[i - 1].chunk < hits[i].chunk));
    ids.push_back(hits[i].chunk);
  }
  const std::vector<double> scores = c.index->score(question, ids, o);
  for (std::size_t i = 0; i < hits.size(); ++i) EXPECT_EQ(scores[i], hits[i].score) << "search and score agree to the bit";
}

TEST(LexicalSearch, FindsExactlyWhatScoringEveryChunkFinds) {
  std::mt19937 random(7);
  struct Shape {
    std::size_t chunks, segments;
    bool interleaved;
  };
  for (const Shape shape : {Shape{1, 1, false}, Shape{300, 1, false}, Shape{4500, 1, false}, Shape{2700, 3, false}, Shape{2600, 4, true}}) {
    const Collection c = random_collection(random, shape.chunks, shape.segments, shape.interleaved);
    const EveryText truth(c.all);
    for (const Bm25Options o : {Bm25Options{}, Bm25Options{.k1 = 0.9, .characters_k1 = 0.9, .b = 0.4},
                                Bm25Options{.k1 = 0, .characters_k1 = 0, .b = 0}, Bm25Options{.k1 = 2, .characters_k1 = 0.3, .b = 1}})
      for (std::size_t words : {1U, 3U, 12U}) {
        const std::string question = random_text(random, words, 2000);
        for (const std::size_t k : {std::size_t{1}, std::size_t{10}, std::size_t{100}, c.all.size()})
          for (const bool filtered : {false, true}) expect_exact(c, truth, question, k, filtered, o);
      }
  }
}

TEST(LexicalSearch, BreaksTiesByChunkIdAcrossSegments) {
  const auto odd = segment_of({{{1}, "leave policy"}, {{3}, "leave policy"}, {{5}, "leave policy"}});
  const auto even = segment_of({{{0}, "leave policy"}, {{2}, "leave policy"}, {{4}, "leave policy"}});
  const auto index = make_lexical_index({{odd.get(), nullptr}, {even.get(), nullptr}}, default_analyzer());
  const auto hits = index->search("policy leave", 3, nullptr);
  ASSERT_EQ(hits.size(), 3U);
  for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(hits[static_cast<std::size_t>(i)].chunk, ChunkId{i});
}

TEST(LexicalSearch, CountsARepeatedWordOfTheQuestionEachTime) {
  const auto segment = segment_of({{{0}, "leave"}, {{1}, "travel"}, {{2}, "pension"}});
  const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
  const double once = index->search("leave", 1, nullptr)[0].score;
  EXPECT_NEAR(index->search("leave leave leave", 1, nullptr)[0].score, 3 * once, 1e-9);
}

TEST(LexicalSearch, FindsNothingWithoutAKnownTerm) {
  const auto segment = segment_of({{{0}, "leave policy"}});
  const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
  for (const char* question : {"", "?!", "the", "zebra", "정글"}) EXPECT_TRUE(index->search(question, 10, nullptr).empty()) << question;
  EXPECT_TRUE(index->search("leave", 0, nullptr).empty());
  EXPECT_TRUE(make_lexical_index({}, default_analyzer())->search("leave", 10, nullptr).empty());
}

TEST(LexicalSearch, FindsKoreanByTheWordWhateverItsParticle) {
  const auto segment = segment_of({{{0}, "연차휴가를 신청한다"}, {{1}, "출장비를 신청한다"}});
  const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
  const auto hits = index->search("휴가는 며칠인가요?", 10, nullptr);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].chunk, ChunkId{0});
}

TEST(LexicalSearch, TakesAQuestionOfAHundredThousandCharacters) {
  std::mt19937 random(3);
  const auto segment = segment_of({{{0}, random_text(random, 5000, 3000)}, {{1}, "leave"}});
  const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
  EXPECT_EQ(index->search(random_text(random, 20000, 100000), 10, nullptr).size(), 1U);
  std::string same;
  for (int i = 0; i < 20000; ++i) same += "leave ";
  EXPECT_NEAR(index->search(same, 10, nullptr)[0].score, 20000 * index->search("leave", 10, nullptr)[0].score, 1e-3);
}

TEST(LexicalSearch, ScoresUnknownAndDeletedChunksAsZero) {
  const auto segment = segment_of({{{0}, "leave"}, {{4}, "leave"}, {{9}, "travel"}});
  ChunkSet deleted;
  deleted.insert({4});
  const auto index = make_lexical_index({{segment.get(), &deleted}}, default_analyzer());
  const std::vector<ChunkId> asked = {{9}, {4}, {7}, {-1}, {0}, {0}};
  const auto scores = index->score("leave", asked);
  ASSERT_EQ(scores.size(), asked.size());
  for (const std::size_t zero : {0, 1, 2, 3}) EXPECT_EQ(scores[zero], 0);
  EXPECT_GT(scores[4], 0);
  EXPECT_EQ(scores[4], scores[5]);
}

TEST(LexicalSearch, RefusesASegmentOfAnotherAnalyzer) {
  const auto other = make_analyzer({.stem = false});
  const auto segment = open_bytes(segment_bytes({{{0}, "leave"}}, *other));
  EXPECT_THROW(make_lexical_index({{segment.get(), nullptr}}, default_analyzer()), Error);
}

TEST(LexicalSearch, RefusesBm25OptionsOutOfRange) {
  const auto index = make_lexical_index({}, default_analyzer());
  for (const Bm25Options o :
       {Bm25Options{.k1 = -1, .b = 0}, Bm25Options{.characters_k1 = -1}, Bm25Options{.k1 = 1, .b = 1.5}, Bm25Options{.k1 = NAN, .b = 0}})
    EXPECT_THROW(index->search("leave", 10, nullptr, o), Error);
}

}  // namespace
}  // namespace rag
