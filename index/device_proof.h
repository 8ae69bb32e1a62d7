#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "index/device_rows.h"

namespace rag {

// A query as a GPU gets it: times a power of two, so that its largest number is between 1/2 and 1 and fp16 holds it.
struct ScaledQuery {
  std::vector<float> values;
  double scale = 1;  // a score of the GPU is the query's own times this
  double bound = 0;  // largest difference between the GPU's score of a row and the processor's, times the scale
};

// `rounded`: the GPU rounds the query to fp16, too.
//
// Where the bound comes from, for a query q, a row x, and what the GPU has of them, q' and x':
//     |q x - q' x'| <= |q| |x - x'| + |q - q'| |x'|
// whose lengths are known: largest_error is measured while rows are rounded, |q - q'| here.  Adding up adds to it: products of fp16 are exact in fp32; each
// addition of fp32, in any order, and each of a tensor core, which cuts off instead of rounding, errs by at most 2^-22 of what is added up so far, at most
// |q'| |x'| by Cauchy and Schwarz; the processor's own sum errs by half of that.
ScaledQuery scale_query(std::span<const float> query, const DeviceRounding& rounding, bool rounded);

}  // namespace rag
