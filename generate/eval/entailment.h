#pragma once

#include <memory>
#include <string>

#include "models/cross_encoder.h"

namespace rag {

enum class Entails { Yes, No, CannotTell };

// Whether a text supports a claim.
class Entailment {
 public:
  virtual ~Entailment() = default;
  virtual std::string name() const = 0;
  virtual Entails decide(const std::string& premise, const std::string& claim) const = 0;
};

// By words: some sentences of the premise share enough of the claim's content words, and every number with its unit, every name and everything quoted
// occurs there; the same rules that check citations before an answer is shown (generate/citation_check.h).  A claim in another language without a number
// or a name cannot be told.  It does not notice a sentence turned round in the premise's own words.
std::unique_ptr<Entailment> make_overlap_entailment();

// By a cross-encoder with one label that reads claim and premise together: yes where its score is at least `threshold` (0 is a probability of one half,
// where the score is a logit).  `encoder` must outlive it.
std::unique_ptr<Entailment> make_model_entailment(const CrossEncoder& encoder, double threshold);

}  // namespace rag
