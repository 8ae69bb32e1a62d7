#include "ingest/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace rag {

std::string fixed_decimal(double magnitude, int decimals) {
  decimals = std::clamp(decimals, 0, 30);
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific, 14).ptr;
  const std::string_view shown(buffer.data(), static_cast<std::size_t>(end - buffer.data()));  // "1.00500000000000e+00"
  const std::size_t e = shown.find('e');
  if (e == std::string_view::npos) return std::string(shown);  // not finite
  const int exponent = std::atoi(std::string(shown.substr(e + 1)).c_str());
  std::string digits = shown[0] + std::string(shown.substr(2, e - 2));
  // All digits with the point behind the first `whole` of them.
  int whole = exponent + 1;
  if (whole < 1) {
    digits.insert(0, static_cast<std::size_t>(std::min(1 - whole, 400)), '0');
    whole = 1;
  }
  const std::size_t kept = static_cast<std::size_t>(whole + decimals);
  const bool up = digits.size() > kept && digits[kept] >= '5';
  digits.resize(kept, '0');
  if (up) {
    std::size_t i = kept;
    while (i > 0 && digits[i - 1] == '9') digits[--i] = '0';
    if (i > 0)
      ++digits[i - 1];
    else {
      digits.insert(0, 1, '1');
      ++whole;
    }
  }
  if (decimals > 0) digits.insert(static_cast<std::size_t>(whole), 1, '.');
  return digits;
}

}  // namespace rag
