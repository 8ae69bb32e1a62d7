#include "pipelines/eval/ask_questions.h"

#include "core/interrupt.h"
#include "core/text.h"

namespace rag {

AskedQuestions ask_questions(Session& session, const std::vector<GoldQuestion>& questions, const RetrieveOptions& retrieve, const Generator& generator,
                             ConfidenceKind confidence, Progress& progress) {
  AskedQuestions asked;
  std::size_t done = 0;
  for (const GoldQuestion& question : questions) {
    throw_if_interrupted();
    progress.update("asking", done++, questions.size());
    if (trim(question.text).empty()) {
      asked.answers.emplace(question.id, GivenAnswer{.id = question.id, .abstained = true, .reason = "the question has no text"});
      continue;
    }
    Answer answer = session.ask(question.text, retrieve, generator);
    GivenAnswer given = given_answer_of(question.id, answer);
    given.confidence = confidence_of(confidence, question.text, answer);
    asked.answers.emplace(question.id, std::move(given));
    for (const char* stage : {"retrieve", "generate", "total"})
      if (const auto ms = answer.timings_ms.find(stage); ms != answer.timings_ms.end()) asked.times.add(stage, ms->second);
    asked.passages.emplace(question.id, std::move(answer.passages));
  }
  progress.update("", questions.size(), questions.size());
  return asked;
}

}  // namespace rag
