#pragma once

#include "core/progress.h"
#include "generate/eval/judged_answer.h"
#include "pipelines/eval/answers_evaluation.h"

namespace rag {

// Has a judge look at every answer and adds faithfulness, answer_relevancy, context_precision and context_recall to the questions and as means.  What could not be
// judged, or for which its endpoint failed, is listed in judge_failures and is in no mean.  Throws Error(Backend) where the endpoint gave nothing for
// the first answer, or for three in a row.  `similarity` null: no answer_relevancy.
void judge_answers(AnswersEvaluation& evaluation, Judge& judge, const SentenceSimilarity& similarity, Progress& progress);

}  // namespace rag
