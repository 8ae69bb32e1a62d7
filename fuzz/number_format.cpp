#include <cstring>

#include "fuzz.h"
#include "ingest/number_format.h"

FUZZ(bytes) {
  double value = 45000.75;
  if (bytes.size() > sizeof value) {
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
  }
  const rag::NumberFormat format(bytes);
  for (const double shown : {value, -value, 0.0, 45000.75}) rag::fuzz::require(format.show(shown, bytes.size() % 2 == 0).size() < (1U << 16));
}
