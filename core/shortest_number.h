#pragma once

#include <string>

namespace rag {

// The fewest digits from which the same number is read again: "0.1", "1e-07".
std::string shortest_number(double value);
std::string shortest_number(float value);

}  // namespace rag
