#include "retrieve/reranker.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <utility>

#include "core/error.h"
#include "models/passage_text.h"

namespace rag {
namespace {

class CrossEncoderReranker final : public Reranker {
 public:
  explicit CrossEncoderReranker(const CrossEncoder& encoder) : encoder_(encoder) {}

  std::string name() const override { return encoder_.name(); }

  std::vector<Passage> rerank(const std::string& question, std::vector<Passage> passages) const override {
    std::vector<std::string> texts;
    for (const Passage& passage : passages)
      texts.push_back(passage_text(passage.title, passage.chunk, encoder_.tokenizer(), encoder_.max_tokens()));
    const PairScores found = encoder_.score(question, texts);
    for (std::size_t i = 0; i < passages.size(); ++i) passages[i].scores.rerank = found.scores.at(i);
    std::ranges::stable_sort(passages, [](const Passage& a, const Passage& b) { return *a.scores.rerank > *b.scores.rerank; });
    return passages;
  }

 private:
  const CrossEncoder& encoder_;
};

class RerankingRetriever final : public Retriever {
 public:
  RerankingRetriever(std::unique_ptr<Retriever> retriever, const Reranker& reranker)
      : retriever_(std::move(retriever)), reranker_(reranker) {}

  std::vector<std::vector<Passage>> retrieve_many(std::span<const std::string> questions, const RetrieveOptions& options,
                                                  std::vector<RetrieveTimings>* timings) const override {
    if (options.rerank_depth == 0) throw Error(ErrorKind::Usage, "rerank depth: 0 passages to rerank, expected at least 1");
    RetrieveOptions deeper = options;
    // k of 0 stays what it is: the retriever says what is wrong with it.
    if (options.k > 0) deeper.k = std::max(options.k, options.rerank_depth);
    std::vector<RetrieveTimings> spent;
    std::vector<std::vector<Passage>> answers = retriever_->retrieve_many(questions, deeper, &spent);
    for (std::size_t i = 0; i < answers.size(); ++i) rerank(questions[i], options, answers[i], spent[i]);
    if (timings != nullptr) *timings = std::move(spent);
    return answers;
  }

 private:
  void rerank(const std::string& question, const RetrieveOptions& options, std::vector<Passage>& passages, RetrieveTimings& spent) const {
    const auto start = std::chrono::steady_clock::now();
    const auto border = passages.begin() + static_cast<std::ptrdiff_t>(std::min(passages.size(), options.rerank_depth));
    std::vector<Passage> best = reranker_.rerank(question, {std::make_move_iterator(passages.begin()), std::make_move_iterator(border)});
    std::ranges::move(best, passages.begin());
    passages.resize(std::min(passages.size(), options.k));
    spent.rerank_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }

  std::unique_ptr<Retriever> retriever_;
  const Reranker& reranker_;
};

}  // namespace

std::unique_ptr<Reranker> make_reranker(const CrossEncoder& encoder) { return std::make_unique<CrossEncoderReranker>(encoder); }

std::unique_ptr<Retriever> make_reranking_retriever(std::unique_ptr<Retriever> retriever, const Reranker& reranker) {
  return std::make_unique<RerankingRetriever>(std::move(retriever), reranker);
}

}  // namespace rag
