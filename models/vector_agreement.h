#pragma once

#include <cstddef>

#include "models/embedder.h"

namespace rag {

// How near vectors come to the exact ones of the same texts.
struct VectorAgreement {
  double cosine_mean = 1;
  double cosine_p05 = 1;  // one text in twenty is below
  double cosine_min = 1;
  double neighbours = 1;  // share of each text's nearest `depth` others that stay among its nearest `depth`
  std::size_t depth = 0;  // ten, or all others where there are fewer
};

// Both must have the same rows, at least one, and the same dimension; rows need not have length 1.  Two rows of zeros agree (1), one
// against anything else does not (0), nor does a row with a value that is no number.  Neighbours are sought among all texts, for the
// first thousand of them; of equally near ones the earlier text counts as nearer.
VectorAgreement vector_agreement(const Embeddings& exact, const Embeddings& other);

}  // namespace rag
