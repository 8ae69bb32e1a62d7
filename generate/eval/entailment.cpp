#include "generate/eval/entailment.h"

#include <span>

#include "core/text.h"
#include "generate/citation_check.h"
#include "generate/facts.h"
#include "generate/terms.h"

namespace rag {
namespace {

class OverlapEntailment final : public Entailment {
 public:
  std::string name() const override { return "overlap"; }

  Entails decide(const std::string& premise, const std::string& claim) const override {
    if (!has_word(premise)) return Entails::No;
    Passage passage;
    passage.chunk.text = premise;
    passage.chunk.span = {0, premise.size()};
    const Facts facts = facts_of(claim);
    FactSource source;
    source.add(premise);
    if (!source.has_all(facts)) return Entails::No;
    if (mostly_cjk(claim) != mostly_cjk(premise)) return facts.empty() ? Entails::CannotTell : Entails::Yes;
    return find_support(claim, passage).empty() ? Entails::No : Entails::Yes;
  }
};

class ModelEntailment final : public Entailment {
 public:
  ModelEntailment(const CrossEncoder& encoder, double threshold) : encoder_(encoder), threshold_(threshold) {}
  std::string name() const override { return encoder_.name(); }

  Entails decide(const std::string& premise, const std::string& claim) const override {
    if (!has_word(premise)) return Entails::No;
    return encoder_.score(claim, std::span(&premise, 1)).scores.at(0) >= threshold_ ? Entails::Yes : Entails::No;
  }

 private:
  const CrossEncoder& encoder_;
  double threshold_;
};

}  // namespace

std::unique_ptr<Entailment> make_overlap_entailment() { return std::make_unique<OverlapEntailment>(); }

std::unique_ptr<Entailment> make_model_entailment(const CrossEncoder& encoder, double threshold) {
  return std::make_unique<ModelEntailment>(encoder, threshold);
}

}  // namespace rag
