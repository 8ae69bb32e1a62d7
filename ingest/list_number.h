#pragma once

#include <string>
#include <string_view>

namespace rag {

// 3 as '1': "3", 'a': "c", 'A': "C", 'i': "iii" or 'I': "III"; beyond what letters and Roman numerals are used for, digits.
std::string list_number(int number, char format);

// 3 as DOCX names its formats: "lowerRoman", "ganada" ("다"), "decimalEnclosedCircle" ("③") ...; digits for a name that is not known.
std::string list_number(int number, std::string_view word_format);

}  // namespace rag
