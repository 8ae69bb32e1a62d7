#include "pipelines/session.h"

#include <chrono>

#include "core/error.h"
#include "core/text.h"
#include "generate/conversation.h"
#include "models/model_store.h"
#include "pipelines/open_model.h"
#include "pipelines/remembering_embedder.h"

namespace rag {
namespace {

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::size_t asked_together(const RetrieveOptions& options) { return options.vectors.device.kind == DeviceChoice::Kind::Cuda ? 64 : 1; }

Session::Session(SessionOptions options) : options_(std::move(options)), index_(open_index_reader(options_.index)) {}
Session::~Session() = default;

const Embedder& Session::embedder() {
  if (!embedder_)
    embedder_ = make_remembering_embedder(open_model_of_index(index_->settings(), options_.index.string(), options_.model, options_.embedder),
                                          options_.remembered_texts);
  return *embedder_;
}

const Reranker& Session::reranker() {
  if (!reranker_) {
    cross_encoder_ = open_cross_encoder(resolve_model(options_.reranker), options_.cross_encoder);
    reranker_ = make_reranker(*cross_encoder_);
  }
  return *reranker_;
}

std::unique_ptr<Retriever> Session::retriever_for(const RetrieveOptions& options) {
  const Embedder* encoder = options.mode == SearchMode::Lexical ? nullptr : &embedder();
  std::unique_ptr<Retriever> retriever = make_retriever(*index_, encoder);
  if (!options_.reranker.empty()) retriever = make_reranking_retriever(std::move(retriever), reranker());
  return retriever;
}

std::vector<Passage> Session::search(const std::string& question, const RetrieveOptions& options, RetrieveTimings* timings) {
  return retriever_for(options)->retrieve(question, options, timings);
}

std::vector<std::vector<Passage>> Session::search_many(std::span<const std::string> questions, const RetrieveOptions& options, std::vector<RetrieveTimings>* timings) {
  return retriever_for(options)->retrieve_many(questions, options, timings);
}

Answer Session::ask(const std::string& question, const RetrieveOptions& options, const Generator& generator, const std::vector<Turn>& history,
                    const OnText& on_text) {
  const auto start = std::chrono::steady_clock::now();
  RetrieveTimings timings;
  if (!has_word(question) && question.find_first_not_of(" \t\r\n") != std::string::npos)
    return {.abstained = true, .reason = "no letter or digit in the question; ask in words", .timings_ms = {{"total", since(start)}}};
  const std::vector<Passage> passages = search(standalone_question(question, history), options, &timings);
  const double retrieved = since(start);
  Answer answer;
  if (passages.empty()) {
    answer.abstained = true;
    answer.reason = "nothing in the index fits the question";
  } else {
    answer = generator.answer(question, passages, history, on_text);
  }
  answer.passages = passages;
  answer.timings_ms["retrieve"] = retrieved;
  answer.timings_ms["embed"] = timings.embed_ms;
  if (!options_.reranker.empty()) answer.timings_ms["rerank"] = timings.rerank_ms;
  answer.timings_ms["generate"] = since(start) - retrieved;
  answer.timings_ms["total"] = since(start);
  return answer;
}

SentenceSimilarity similarity_of(const Embedder& encoder) {
  return [&encoder](const std::string& question, const std::vector<std::string>& sentences) {
    const Embeddings query = encoder.embed(std::vector<std::string>{question}, TextKind::Query);
    const Embeddings found = encoder.embed(sentences, TextKind::Passage);
    std::vector<double> scores(sentences.size());
    for (std::size_t row = 0; row < scores.size(); ++row)
      for (std::size_t i = 0; i < query.dimension; ++i)
        scores[row] += static_cast<double>(query.values[i]) * found.values[row * query.dimension + i];
    return scores;
  };
}

// The encoder is opened when the first sentences are compared.
SentenceSimilarity Session::similarity() {
  return [this](const std::string& question, const std::vector<std::string>& sentences) { return similarity_of(embedder())(question, sentences); };
}

}  // namespace rag
