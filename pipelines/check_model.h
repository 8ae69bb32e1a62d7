#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "models/embedder.h"
#include "models/vector_agreement.h"

namespace rag {

struct PrecisionCost {
  Precision precision = Precision::Fp32;
  double texts_per_s = 0;     // tokenising included, without loading
  VectorAgreement agreement;  // with fp32
};

// What int8 costs in finding: nDCG@10 of dense retrieval with one chunk a document, documents and questions in the same precision.
struct DatasetCost {
  std::string name;
  std::size_t queries = 0;
  double fp32 = 0;
  double int8 = 0;
};

struct ModelCheck {
  std::string model;  // the embedder's name
  std::size_t texts = 0;
  std::vector<PrecisionCost> precisions;  // fp32, bf16, int8
  std::optional<DatasetCost> dataset;
};

// Embeds the texts as passages in every precision and compares with fp32.  Each precision is measured for half a second, or twenty
// times over all texts.
// Throws Error(Usage) for no texts.
ModelCheck check_model(const std::string& model, const std::vector<std::string>& texts, std::size_t threads, Progress& progress);

// A collection in the BEIR layout, indexed in fp32 and in int8 in the caches of `rag eval retrieval --one-chunk`.  Throws Error(Usage)
// where a part of it is missing, its corpus is empty, or no query is judged.
DatasetCost check_on_dataset(const std::string& model, const std::filesystem::path& dataset, std::size_t threads, Progress& progress);

struct CheckLimits {
  double min_cosine = 0.99;      // mean over the texts, int8 beside fp32; larger refuses more models
  double max_ndcg_loss = 0.002;  // of nDCG@10; larger lets more go
};

// What speaks against int8 with this model.
struct Int8Verdict {
  bool turns_vectors = false;  // the mean cosine is too low
  bool finds_less = false;     // nDCG@10 falls too far; false where no collection was measured

  bool safe() const { return !turns_vectors && !finds_less; }
};

Int8Verdict judge_int8(const ModelCheck& check, const CheckLimits& limits);

// "fp32", "bf16", "int8".
const char* precision_name(Precision precision);

}  // namespace rag
