#include "pipelines/eval/judge_answers.h"

#include "core/error.h"
#include "core/interrupt.h"

namespace rag {
namespace {

// An endpoint that gave nothing for the first answer, or for so many in a row, is gone; what it says of the others would be a matter of luck.
constexpr std::size_t kMostAnswersInARow = 3;

class Silence {
 public:
  // Throws Error(Backend) with the endpoint's own words.
  void after(const JudgedAnswer& judged) {
    if (judged.calls == 0) return;
    const bool silent = judged.failed_calls == judged.calls;
    in_a_row_ = silent ? in_a_row_ + 1 : 0;
    if (silent && (!spoke_ || in_a_row_ == kMostAnswersInARow)) throw Error(ErrorKind::Backend, judged.failures.back().second);
    spoke_ = spoke_ || !silent;
  }

 private:
  bool spoke_ = false;
  std::size_t in_a_row_ = 0;
};

}  // namespace

void judge_answers(AnswersEvaluation& evaluation, Judge& judge, const SentenceSimilarity& similarity, Progress& progress) {
  std::size_t done = 0;
  Silence silence;
  for (EvaluatedAnswer& one : evaluation.questions) {
    throw_if_interrupted();
    progress.update("judging", done++, evaluation.questions.size());
    JudgedAnswer judged = judge_answer(judge, one.question, one.answer, similarity);
    silence.after(judged);
    one.values.merge(judged.values);
    for (auto& [measure, problem] : judged.failures) evaluation.judge_failures.push_back({one.question.id, measure, std::move(problem)});
  }
  progress.update("", done, done);
  add_mean(evaluation, "faithfulness", {"no answer with its passages could be judged", "구절이 있는 답변 중 판정할 수 있는 것이 없음"});
  add_mean(evaluation, "answer_relevancy", similarity ? Wording{"no answer could be judged", "판정할 수 있는 답변이 없음"} : Wording{"needs an encoder; name one with --model", "인코더가 필요함; --model로 지정하세요"});
  add_mean(evaluation, "context_precision", {"no question with a reference answer and passages could be judged", "정답과 구절이 있는 질문 중 판정할 수 있는 것이 없음"});
  add_mean(evaluation, "context_recall", {"no question with a reference answer and passages could be judged", "정답과 구절이 있는 질문 중 판정할 수 있는 것이 없음"});
  evaluation.configuration["judge"] = judge.model();
}

}  // namespace rag
