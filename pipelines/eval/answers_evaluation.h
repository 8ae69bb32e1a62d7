#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "generate/eval/answer_measures.h"
#include "generate/eval/selective.h"

namespace rag {

// A question, what was answered, and its figures.
struct EvaluatedAnswer {
  GoldQuestion question;
  GivenAnswer answer;
  std::map<std::string, double> values;  // those that are defined
};

// What became of the judge: see pipelines/eval/judge_answers.h.
struct JudgeFailure {
  std::string question;  // id
  std::string measure;
  std::string problem;
};

// What an evaluation of answers found.  Holds nothing that changes from one run of the same command to the next.
struct AnswersEvaluation {
  std::string name;
  std::string version;                               // of rag
  std::map<std::string, std::string> configuration;  // generator, k, mode, correct, confidence, entailment ...
  std::map<std::string, std::string> fingerprints;   // SHA-256 or names: questions, gold, corpus, encoder ...
  std::vector<MeasureMean> measures;                 // in the order of tables
  RiskCoverage risk_coverage;
  std::vector<EvaluatedAnswer> questions;            // the judged ones, by id
  std::vector<std::string> unjudged;                 // without any gold: left out
  std::vector<std::string> missing;                  // judged, but no answer is there: each counts as an abstention
  std::vector<std::string> unknown;                  // answered, but no question of that id
  std::vector<JudgeFailure> judge_failures;          // no value there
  std::vector<Wording> notes;
};

struct AnswersScoring {
  std::string correct = "contains";  // the measure whose complement is an answer's loss; it must be from 0 to 1
  const Entailment* entailment = nullptr;
};

// Throws Error(Usage), listing what there is, where `correct` is no measure that goes from 0 to 1.
void check_scoring(const AnswersScoring& scoring);

// Scores answers that are there.  Throws Error(Usage) where no question is judged, and as check_scoring does.
AnswersEvaluation evaluate_answers(const std::vector<GoldQuestion>& questions, const std::map<std::string, GivenAnswer>& answers, const AnswersScoring& scoring);

// Adds the mean of a value of the questions, or says why there is none.
void add_mean(AnswersEvaluation& evaluation, const std::string& name, const Wording& none);

// What the answer to an unanswerable question loses is 1, to any other what it lacks in `correct`.
double loss_of(const EvaluatedAnswer& one, const std::string& correct);

}  // namespace rag
