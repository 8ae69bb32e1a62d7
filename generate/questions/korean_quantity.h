#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A number, an amount or a date inside a Korean sentence, with the word that asks for it.
struct KoreanQuantity {
  std::size_t begin = 0, end = 0;  // bytes of the sentence
  std::string asks;                // "며칠", "얼마", "언제", "몇 시간"
  bool date = false;
};

// In order, none overlapping.  Numbers that name something (제3조, B12, "3.") are left out.
std::vector<KoreanQuantity> korean_quantities(std::string_view sentence);

}  // namespace rag
