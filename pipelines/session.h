#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/answer.h"
#include "generate/generator.h"
#include "index/index_reader.h"
#include "models/cross_encoder.h"
#include "models/embedder.h"
#include "pipelines/remembering_embedder.h"
#include "retrieve/reranker.h"
#include "retrieve/retriever.h"

namespace rag {

struct SessionOptions {
  std::filesystem::path index;  // the .rag folder
  std::string model;            // "" for the one the index was built with
  EmbedderOptions embedder;
  std::string reranker;         // name or directory of a cross-encoder that reads the best passages once more; "" for none
  CrossEncoderOptions cross_encoder;
  std::size_t remembered_texts = kTextsRemembered;  // questions whose vectors are kept for the next time they are asked
};

// How many of many questions are best given to Session::search_many() at once: one on the processor, where each then has a time of its own and is
// answered as soon as may be; some on a GPU, but not more than whose passages may well be held in memory.
std::size_t asked_together(const RetrieveOptions& options);

// The cosines of an encoder.  It must outlive the function.
SentenceSimilarity similarity_of(const Embedder& encoder);

// An open index with its encoder: what search, ask, chat and a server stand on.  Encoder and reranker are opened when they are first
// needed, so that a lexical search never waits for the one.  Use from one thread at a time.
class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();

  const IndexReader& index() const { return *index_; }
  const Embedder& embedder();

  std::vector<Passage> search(const std::string& question, const RetrieveOptions& options, RetrieveTimings* timings = nullptr);

  // Several questions at once, as Retriever::retrieve_many().
  std::vector<std::vector<Passage>> search_many(std::span<const std::string> questions, const RetrieveOptions& options, std::vector<RetrieveTimings>* timings = nullptr);

  // Retrieves, answers, and says how long each took (retrieve, generate, total) in Answer::timings_ms.
  Answer ask(const std::string& question, const RetrieveOptions& options, const Generator& generator, const std::vector<Turn>& history = {},
             const OnText& on_text = {});

  // For generators that compare sentences with the question.  Stays valid as long as the session.
  SentenceSimilarity similarity();

 private:
  const Reranker& reranker();
  std::unique_ptr<Retriever> retriever_for(const RetrieveOptions& options);

  SessionOptions options_;
  std::unique_ptr<IndexReader> index_;
  std::unique_ptr<Embedder> embedder_;
  std::unique_ptr<CrossEncoder> cross_encoder_;
  std::unique_ptr<Reranker> reranker_;  // reads cross_encoder_
};

}  // namespace rag
