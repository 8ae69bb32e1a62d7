#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

// Vectors in four bits a number: small enough that a list of them is read in a seventh of the time of floats, good enough to say which of them
// are worth reading whole.
//
// What is coded is the difference to a centre the rows have in common, each row with an offset and a step of its own (locally-adaptive vector
// quantization, Aguerrebere et al., VLDB 2023): number i of a row is about offset + step * code i, with codes from 0 to 15.
namespace rag {

// Numbers of a coded row: its dimension rounded up, the rest of them 0.
std::size_t coded_dimension(std::size_t dimension);

// Bytes of a row: chunk id (8), offset and step (single precision), codes (docs/formats/ivf.md).
std::size_t coded_row_bytes(std::size_t dimension);

// Writes one row.  `difference`: the vector less its centre; all finite.
void encode_row(std::span<const float> difference, std::int64_t id, char* out);
std::int64_t id_of_coded_row(const char* row);

// A query as coded rows are compared with it.
class CodedQuery {
 public:
  explicit CodedQuery(std::span<const float> query);

  // For each of `count` rows that lie one behind the other: `base`, the inner product with their centre, plus about that with the difference.
  void score(const char* rows, std::size_t count, float base, float* out) const;

 private:
  std::size_t blocks_;
  std::size_t row_bytes_;
  float step_ = 0;
  float sum_ = 0;  // of the numbers below, times the step
  std::vector<std::int8_t> numbers_;
};

}  // namespace rag
