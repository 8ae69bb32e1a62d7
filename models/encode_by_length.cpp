#include "models/encode_by_length.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "core/interrupt.h"

namespace rag {

std::vector<float> encode_by_length(const EncoderEngine& engine, const PackedTexts& texts, std::size_t width, std::size_t batch_tokens) {
  std::vector<float> values(texts.rows() * width);
  std::vector<std::size_t> order(texts.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t row) { return texts.length(row); });
  for (std::size_t done = 0; done < order.size();) {
    throw_if_interrupted();
    PackedTexts batch;
    std::size_t end = done;
    while (end < order.size() && (end == done || batch.ids.size() + texts.length(order[end]) <= batch_tokens))
      batch.add_row(texts, order[end++]);
    const std::vector<float> rows = engine.encode(batch);
    for (std::size_t i = done; i < end; ++i) std::copy_n(rows.data() + (i - done) * width, width, values.data() + order[i] * width);
    done = end;
  }
  return values;
}

}  // namespace rag
