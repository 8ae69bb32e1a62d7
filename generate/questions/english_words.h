#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// What kind of thing an English word or phrase is, as far as its letters tell.
bool has_digit(std::string_view word);
bool is_number(const std::string& word);       // digits, or a number word up to ninety
bool is_money(const std::string& word);        // an amount with its sign in front
bool is_year(const std::string& word);         // 1800 to 2099
bool is_time_unit(const std::string& word);    // "day", "weeks"
bool is_role(const std::string& word);         // a person by office or a part of an organisation
bool is_preposition(const std::string& word);  // what may follow an object: prepositions, and words that open a clause

// How many words a number with a unit of time takes that stands there ("two working days": 3), 0 where none does.
std::size_t duration_at(const std::vector<std::string>& words, std::size_t at);

// Whether the words from there on say a point in time: a date, a weekday, a year, a time of day.
bool is_point_in_time(const std::vector<std::string>& words, std::size_t begin);

}  // namespace rag
