#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace rag {

// One answer that was given: how sure it was and how wrong.
struct ConfidentLoss {
  double confidence = 0;  // larger: surer
  double loss = 0;        // 0 right, 1 wrong, or between
};

// What is gained by answering only where the confidence is high (selective prediction).
struct RiskCoverage {
  // A point for each confidence that divides the answers, from the surest: share of the answers that are at least so sure, and their mean loss.
  std::vector<std::pair<double, double>> curve;
  // Area under it (Geifman & El-Yaniv 2017): the mean over i of the mean loss of the i surest.  Where confidences are equal, the expected value over their
  // orders, so that it does not hang on the order of the questions.  None without answers.
  std::optional<double> aurc;
  // What the same losses would have in the best possible order, and how much is above it (Geifman et al. 2019, E-AURC).  0: no order is better.
  std::optional<double> best_aurc;
  std::optional<double> excess_aurc;
};
RiskCoverage risk_coverage(std::vector<ConfidentLoss> answers);

// Saying that there is no answer, as a decision about each question.
struct Refusals {
  std::size_t unanswerable = 0, answerable = 0;
  std::size_t right = 0;   // unanswerable and refused
  std::size_t wrong = 0;   // answerable and refused

  std::optional<double> precision() const;  // of the refused, the share that is unanswerable; none where nothing was refused
  std::optional<double> recall() const;     // of the unanswerable, the share that was refused; none where all can be answered
  std::optional<double> f1() const;         // none without unanswerable questions; 0 where no refusal was right
  std::optional<double> answered() const;   // of the answerable, the share that was not refused
  std::optional<double> accuracy() const;   // of all, the share that was answered or refused as it should be; none of none
};

}  // namespace rag
