#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/options.h"
#include "core/wording.h"
#include "generate/eval/confidence.h"
#include "generate/eval/entailment.h"
#include "generate/eval/gold_question.h"
#include "retrieve/eval/beir_dataset.h"

// Private to cli/: the options of `rag eval answers` and what they name.
namespace rag::cli {

// All but those it shares with other commands.
void add_answer_options(po::options_description& options);

struct Gold {
  std::vector<GoldQuestion> questions;
  std::vector<Wording> notes;
};
// The questions, or the sample of them, and all that is said to be right for them; `dataset` null where there is none.
Gold read_gold(const po::variables_map& values, const BeirDataset* dataset);

ConfidenceKind confidence_kind(const std::string& name);

// Words, or the cross-encoder that is named, which this keeps alive.
class EntailmentChoice {
 public:
  EntailmentChoice(const po::variables_map& values, const Config& config);
  const Entailment& get() const { return *entailment_; }

 private:
  std::unique_ptr<CrossEncoder> encoder_;
  std::unique_ptr<Entailment> entailment_;
};

}  // namespace rag::cli
