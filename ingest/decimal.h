#pragma once

#include <string>

namespace rag {

// `magnitude` (not negative) with so many decimals ("12.50"), thirty at most, rounded half up on its first fifteen digits, as spreadsheets round:
// 1.005 becomes "1.01" although its binary value lies below.
std::string fixed_decimal(double magnitude, int decimals);

}  // namespace rag
