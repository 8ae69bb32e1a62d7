#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/encoder_weights.h"
#include "models/kernels/byte_product.h"
#include "models/kernels/row_kernels.h"
#include "models/prepared_file.h"

namespace rag {

// x W^T + bias, but for the scale of x.
struct PreparedLinear {
  ByteMatrix weights;
  LayerOutputs outputs;  // their bias has already what input byte 0 adds to every token where bytes count from a minimum upwards
};

struct PreparedLayer {
  PreparedLinear query_key_value;  // one layer, three times as wide: queries, then keys, then values
  PreparedLinear attention_output;
  NormWeights attention_norm;
  PreparedLinear widen;
  PreparedLinear narrow;
  NormWeights output_norm;
};

// The layers of an encoder as the int8 engine computes with them.
//
// Preparing them costs a tenth of a second or two, so they are kept in a file that the next process maps (docs/formats/prepared_layers.md).
// The file is rubbish to be made again: one that is missing, cut, damaged, or of other weights is replaced, and where it cannot be written
// everything works without it.
class PreparedLayers {
 public:
  // `file`: where they are kept; empty: nowhere.  `threads`: 0: all cores.
  // Throws Error(Backend) naming a layer whose weights are no numbers.
  PreparedLayers(const EncoderWeights& weights, const EncoderConfig& config, const std::filesystem::path& file, std::size_t threads);
  PreparedLayers(const PreparedLayers&) = delete;
  PreparedLayers& operator=(const PreparedLayers&) = delete;

  const std::vector<PreparedLayer>& layers() const { return layers_; }
  // Whether they came from the file.
  bool mapped() const { return file_.found(); }

 private:
  PreparedFile file_;
  std::vector<char> made_;
  std::vector<PreparedLayer> layers_;  // point into one of the two
};

// Where a program keeps the layers of these weights, below cache_folder("models").
std::filesystem::path prepared_layers_file(const EncoderWeights& weights);

}  // namespace rag
