#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "generate/eval/given_answer.h"
#include "generate/eval/gold_question.h"
#include "generate/eval/judge.h"

namespace rag {

struct JudgingOptions {
  std::size_t attempts = 3;             // replies that are asked for before one that can be read is given up
  std::size_t questions = 3;            // made from an answer for its relevancy
  std::size_t max_prompt_tokens = 16000;  // estimated; a longer prompt is not sent and counts as a failure
};

// What a judge makes of one answer, by the names and definitions of RAGAS (Es et al. 2024, "RAGAS: Automated Evaluation of Retrieval Augmented Generation", and
// its library for the two that need a reference).  A value that is not defined is not there.
//   faithfulness        share of the answer's statements that follow from its passages.  Not where it abstained, or nobody kept the passages
//   answer_relevancy    mean cosine of the question and `questions` questions that the judge writes for the answer.  Not where it abstained, or without encoder
//   context_precision   average precision of the passages in their order: the mean, over the useful ones, of the share of useful ones up to there; 0 where none is
//                       useful.  Useful is what helps to come to the first reference answer.  Not without reference or passages
//   context_recall      share of the first reference's statements that follow from the passages.  Not without reference or passages
struct JudgedAnswer {
  std::map<std::string, double> values;
  std::vector<std::pair<std::string, std::string>> failures;  // measure, problem: no reply, or none that could be read
  std::size_t calls = 0, failed_calls = 0;                    // of the judge; those that ended in Error(Backend)
};

// `similarity` null: no answer_relevancy.  A judge's Error(Backend) costs the measure that asked; throws what else the judge throws.
JudgedAnswer judge_answer(Judge& judge, const GoldQuestion& question, const GivenAnswer& answer, const SentenceSimilarity& similarity, const JudgingOptions& options = {});

}  // namespace rag
