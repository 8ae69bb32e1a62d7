#pragma once

#include <string>
#include <string_view>

namespace rag {

// The final consonant of the last syllable: Hangul as it is written, digits and Latin letters as they are read ("3": 삼, "L": 엘).
enum class FinalConsonant { None, Rieul, Other };
// Brackets and quotation marks at the end are passed over.  None where nothing says so.
FinalConsonant final_consonant(std::string_view word);

enum class Particle { Topic, Subject, Object, With, Copula, Called };  // 은/는, 이/가, 을/를, 과/와, 이/(nothing), 이란/란
// The word with the form of the particle that follows its final consonant: "연차는", "휴일은".
std::string with_particle(std::string_view word, Particle particle);

// A syllable's parts, for endings: index of the final consonant (0: none, 4: ㄴ, 8: ㄹ, 17: ㅂ, 20: ㅆ); -1 where it is no syllable.
int final_index(char32_t syllable);
char32_t with_final(char32_t syllable, int index);

}  // namespace rag
