#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/answer.h"
#include "generate/generator.h"
#include "index/index_reader.h"
#include "models/embedder.h"
#include "retrieve/retriever.h"

namespace rag {

struct SessionOptions {
  std::filesystem::path index;  // the .rag folder
  std::string model;            // "" for the one the index was built with
  EmbedderOptions embedder;
};

// An open index with its encoder: what search, ask, chat and a server stand on.  The encoder is opened when it is first needed,
// so that a lexical search never waits for it.  Use from one thread at a time.
class Session {
 public:
  explicit Session(SessionOptions options);
  ~Session();

  const IndexReader& index() const { return *index_; }
  const Embedder& embedder();

  std::vector<Passage> search(const std::string& question, const RetrieveOptions& options, RetrieveTimings* timings = nullptr);

  // Retrieves, answers, and says how long each took (retrieve, generate, total) in Answer::timings_ms.
  Answer ask(const std::string& question, const RetrieveOptions& options, const Generator& generator, const std::vector<Turn>& history = {},
             const OnText& on_text = {});

  // For generators that compare sentences with the question.  Stays valid as long as the session.
  SentenceSimilarity similarity();

 private:
  SessionOptions options_;
  std::unique_ptr<IndexReader> index_;
  std::unique_ptr<Embedder> embedder_;
};

}  // namespace rag
