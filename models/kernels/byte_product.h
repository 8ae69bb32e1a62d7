#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rag {

// Outputs that are computed together and packed together.
inline constexpr std::size_t kPanelOutputs = 64;

// A matrix of weights as signed bytes, one scale an output, as byte_product() reads it.  Points at memory of somebody else's: of
// ByteWeights or of a mapped file.
struct ByteMatrix {
  std::size_t outputs = 0;
  std::size_t inputs = 0;
  const std::int8_t* packed = nullptr;        // packed_bytes(): [panels][inputs / 4][kPanelOutputs][4], filled up with zeros
  const float* scales = nullptr;              // padded_outputs(), as are the next
  const std::int32_t* corrections = nullptr;  // zero * sum of the weights' bytes

  std::size_t padded_outputs() const { return (outputs + kPanelOutputs - 1) / kPanelOutputs * kPanelOutputs; }
  std::size_t packed_bytes() const { return padded_outputs() * ((inputs + 3) / 4 * 4); }
};

// A matrix made of floats.
class ByteWeights {
 public:
  // `weights`: outputs x inputs, in rows of `inputs`; the largest magnitude of each output becomes 127.
  // `zero`: which input byte stands for 0 (what quantise_rows() makes: kZeroPoint; 0 where bytes count from a minimum upwards).
  ByteWeights(const float* weights, std::size_t outputs, std::size_t inputs, std::uint8_t zero);

  ByteMatrix matrix() const { return {outputs_, inputs_, packed_.data(), scales_.data(), corrections_.data()}; }
  // Of each output: the sum of its weights as they are now, bytes times scale.  What a constant added to every input would add.
  const std::vector<float>& sums() const { return sums_; }
  // False where a weight was no number.
  bool finite() const { return finite_; }

 private:
  std::size_t outputs_;
  std::size_t inputs_;
  bool finite_ = true;
  std::vector<std::int8_t> packed_;
  std::vector<float> scales_;
  std::vector<std::int32_t> corrections_;
  std::vector<float> sums_;
};

// What a processor multiplies bytes with, slowest first.  All give the same numbers.
enum class ByteInstructions { Plain, Avx2, AvxVnni, Vnni, Amx };
const char* name_of(ByteInstructions which);  // "plain", "avx2", "avx-vnni", "avx512-vnni", "amx"
bool has_byte_instructions(ByteInstructions which);
// The fastest this processor has, and no faster than what the environment's RAG_INT8 names, if it does: for measuring, and for looking
// whether a wrong number comes from here.  Throws Error(Usage) for a name that is none.
ByteInstructions fastest_byte_instructions();

// Whether this processor multiplies bytes so much faster than floats that int8 is the default: AVX2 half as fast again, AVX-VNNI and
// AVX-512 VNNI up to four times, AMX twenty times.
inline bool has_fast_int8() { return fastest_byte_instructions() >= ByteInstructions::Avx2; }

// out = (x - zero) * weights^T * scale of the output: exact sums of bytes, rows x outputs.  x: rows x inputs.  One thread.
void byte_product(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, float* out);

// Some outputs alone, `out`'s rows `stride` floats apart.  `first` is a multiple of kPanelOutputs, and so is `count` unless it reaches the
// last output. `with` must be something this processor has.
struct OutputRange {
  std::size_t first = 0;
  std::size_t count = 0;
};
void byte_product(const std::uint8_t* x, std::size_t rows, const ByteMatrix& weights, const OutputRange& range, float* out,
                  std::size_t stride, ByteInstructions with = fastest_byte_instructions());

}  // namespace rag
