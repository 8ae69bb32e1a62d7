#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "generate/eval/confidence.h"
#include "generate/eval/given_answer.h"
#include "generate/eval/gold_question.h"
#include "pipelines/eval/stage_times.h"
#include "pipelines/session.h"

namespace rag {

struct AskedQuestions {
  std::map<std::string, GivenAnswer> answers;             // by question
  std::map<std::string, std::vector<Passage>> passages;   // what each answer was made from
  StageTimes times;                                       // retrieve, generate, total
};

// Asks every question as `rag ask` does, each by itself.  What ends one question (an endpoint that fails) ends the run: an evaluation with holes would
// look better than it is.
AskedQuestions ask_questions(Session& session, const std::vector<GoldQuestion>& questions, const RetrieveOptions& retrieve, const Generator& generator,
                             ConfidenceKind confidence, Progress& progress);

}  // namespace rag
