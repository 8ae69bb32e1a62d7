#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A number with what it counts: {15, "day"} for "15 days", "15일" and "fifteen working days".
struct Quantity {
  double value = 0;
  std::string unit;  // "day", "month", "percent", "won" ...; "" where none is written, or none we know
};

enum class NumberWords {
  WithUnit,  // "two weeks" is a number, "one of the plans" is not: for what a claim asserts
  All,       // for what a source may be quoted for
};

// The numbers of a text in order: thousands commas, full-width digits, percent, currencies, magnitudes (3만, 1.5 million),
// month names, number words.  Digits that are part of a code ("B12") are names, not numbers; list markers ("1.") at a line's start are
// neither.
std::vector<Quantity> quantities_of(std::string_view text, NumberWords words);

// Equal values of the same unit, a missing unit fitting any; a clock's 6 pm is 18.
bool same_quantity(const Quantity& a, const Quantity& b);
bool contains_quantity(std::span<const Quantity> all, const Quantity& one);

}  // namespace rag
