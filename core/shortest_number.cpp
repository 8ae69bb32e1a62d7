#include "core/shortest_number.h"

#include <charconv>

namespace rag {
namespace {

template <typename Number>
std::string shortest(Number value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}  // namespace

std::string shortest_number(double value) { return shortest(value); }
std::string shortest_number(float value) { return shortest(value); }

}  // namespace rag
