#include "models/sentencepiece_charsmaps.h"

#include <sentencepiece_trainer.h>

#include <exception>
#include <unordered_map>
#include <vector>

#include "core/error.h"
#include "models/sentencepiece_model.h"

namespace rag {
namespace {

class Sentences : public sentencepiece::SentenceIterator {
 public:
  bool done() const override { return at_ == texts_.size(); }
  void Next() override { ++at_; }
  const std::string& value() const override { return texts_[at_]; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  std::vector<std::string> texts_{"a b", "b a"};
  std::size_t at_ = 0;
};

}  // namespace

std::string nmt_nfkc_charsmap() {
  // The library hands its maps out only inside a model, so the smallest one is trained for the sake of its map.
  Sentences sentences;
  std::string model;
  try {
    const std::unordered_map<std::string, std::string> options{
        {"model_type", "char"}, {"vocab_size", "6"},           {"normalization_rule_name", "nmt_nfkc"},
        {"minloglevel", "3"},   {"hard_vocab_limit", "false"}, {"num_threads", "1"}};
    const auto status = sentencepiece::SentencePieceTrainer::Train(options, &sentences, &model);
    if (!status.ok()) throw Error(ErrorKind::Backend, "sentencepiece: gives no nmt_nfkc map: " + status.ToString());
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::Backend, std::string("sentencepiece: gives no nmt_nfkc map: ") + error.what());
  }
  std::string charsmap = read_sentencepiece_model(model, "sentencepiece").charsmap;
  if (charsmap.empty())
    throw Error(ErrorKind::Backend, "sentencepiece: gives an empty nmt_nfkc map; another build of libsentencepiece is needed");
  return charsmap;
}

}  // namespace rag
