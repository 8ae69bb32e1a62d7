#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/kernels/float_instructions.h"
#include "models/kernels/split_rows.h"

namespace rag {

// A matrix of weights as floats, as float_product() reads it.  Points at memory of FloatWeights.
struct FloatMatrix {
  // Outputs whose weights are packed together.
  static constexpr std::size_t kPanel = 64;

  std::size_t inputs = 0;
  std::size_t outputs = 0;
  const float* packed = nullptr;   // [outputs / kPanel][inputs][kPanel], filled up with zeros
  const float* bias = nullptr;     // likewise
  const float* factors = nullptr;  // what each output's weights are multiplied with in tiles (float_pieces.h); null: a weight is no number

  std::size_t panels() const { return (outputs + kPanel - 1) / kPanel; }
};

// A matrix of weights as floats, packed for float_product().
class FloatWeights {
 public:
  // `weights`: inputs x outputs, in rows of `outputs`; no bias.
  FloatWeights(const float* weights, std::size_t inputs, std::size_t outputs);
  // x W^T + bias.  `weights`: outputs x inputs, in rows of `inputs`; `bias`: outputs.
  static FloatWeights of_layer(const float* weights, const float* bias, std::size_t outputs, std::size_t inputs);

  std::size_t inputs() const { return inputs_; }
  std::size_t outputs() const { return outputs_; }
  FloatMatrix matrix() const { return {inputs_, outputs_, packed_.data(), bias_.data(), factors_.empty() ? nullptr : factors_.data()}; }

  static constexpr std::size_t kPanel = FloatMatrix::kPanel;

 private:
  FloatWeights(std::size_t inputs, std::size_t outputs);
  void find_factors(std::size_t first);  // of the panel of that output

  std::size_t inputs_;
  std::size_t outputs_;
  std::vector<float> packed_, bias_, factors_;  // as in FloatMatrix; factors_ is empty where there are none
};

// Rows of floats on their way through products.  Where tiles multiply them they are split here, once for all products.
class ProductRows {
 public:
  // Row r begins at x + r * stride and has `inputs` floats; a stride below that makes rows overlap, which is how a convolution reads its
  // windows.  They must stay as they are while they are multiplied.  Memory for their pieces (6 bytes a number) is kept for the next call.
  // `with`: something this processor has.  With Amx, less than kFewestRows are multiplied in AVX-512.
  void set(const float* x, std::size_t rows, std::size_t stride, std::size_t inputs, FloatInstructions with = fastest_float_instructions());

  std::size_t rows() const { return rows_; }
  std::size_t inputs() const { return inputs_; }

  // Splitting the weights for tiles costs what tiles save on about that many rows.
  static constexpr std::size_t kFewestRows = 80;

 private:
  friend void float_product(const ProductRows&, const FloatWeights&, const struct FloatPart&, float*, std::size_t);

  const float* x_ = nullptr;
  std::size_t rows_ = 0, stride_ = 0, inputs_ = 0;
  FloatInstructions with_ = FloatInstructions::Plain;
  SplitRows split_;
};

// Which panels of a matrix are multiplied, and with which of its inputs.
struct FloatPart {
  std::size_t first = 0;                        // output, a multiple of kPanel
  std::size_t panels = 0;                       // how many, each of kPanel outputs but for the matrix's last
  std::size_t apart = FloatMatrix::kPanel;      // outputs from the beginning of one panel to that of the next
  std::size_t first_input = 0;                  // there are as many as the rows have
  bool add = false;                             // to what is there already, instead of to the bias
};

// out = x * weights + bias, one thread.  Panel p of row r begins at out + r * out_stride + p * kPanel and must not overlap x.
//
// Every number is as near to the exact sum as a sum of products of floats is (Amx: nearer), however the numbers are scaled; rows that hold
// infinities or what is no number, and matrices that do, come out as AVX-512 leaves them.
void float_product(const ProductRows& x, const FloatWeights& weights, const FloatPart& part, float* out, std::size_t out_stride);

// All outputs, rows x outputs.
void float_product(const float* x, std::size_t rows, std::size_t stride, const FloatWeights& weights, float* out, std::size_t out_stride,
                   FloatInstructions with = fastest_float_instructions());

}  // namespace rag
