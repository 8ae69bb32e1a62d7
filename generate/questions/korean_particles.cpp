#include "generate/questions/korean_particles.h"

#include "core/text.h"

namespace rag {
namespace {

constexpr char32_t kFirst = 0xAC00, kLast = 0xD7A3;
constexpr int kFinals = 28, kRieul = 8;

bool is_syllable(char32_t c) { return c >= kFirst && c <= kLast; }

// The last character that is read aloud.
char32_t last_spoken(std::string_view word) {
  char32_t last = 0;
  for (std::size_t at = 0; at < word.size();) {
    const char32_t c = next_code_point(word, at);
    if (is_letter(c) || is_digit(c) || c == '%') last = c;
  }
  return last;
}

}  // namespace

int final_index(char32_t syllable) { return is_syllable(syllable) ? static_cast<int>((syllable - kFirst) % kFinals) : -1; }

char32_t with_final(char32_t syllable, int index) {
  return syllable - static_cast<char32_t>(final_index(syllable)) + static_cast<char32_t>(index);
}

FinalConsonant final_consonant(std::string_view word) {
  const char32_t last = last_spoken(word);
  if (is_syllable(last)) {
    const int index = final_index(last);
    return index == 0 ? FinalConsonant::None : index == kRieul ? FinalConsonant::Rieul : FinalConsonant::Other;
  }
  // 일, 칠, 팔, 엘, 알 end in ㄹ; 영, 삼, 육, 엠, 엔 in another consonant.
  if (std::u32string_view(U"178LlRr").find(last) != std::u32string_view::npos) return FinalConsonant::Rieul;
  if (std::u32string_view(U"036MmNn").find(last) != std::u32string_view::npos) return FinalConsonant::Other;
  return FinalConsonant::None;
}

std::string with_particle(std::string_view word, Particle particle) {
  const bool open = final_consonant(word) == FinalConsonant::None;
  const char* form = "";
  switch (particle) {
    case Particle::Topic: form = open ? "는" : "은"; break;
    case Particle::Subject: form = open ? "가" : "이"; break;
    case Particle::Object: form = open ? "를" : "을"; break;
    case Particle::With: form = open ? "와" : "과"; break;
    case Particle::Copula: form = open ? "" : "이"; break;
    case Particle::Called: form = open ? "란" : "이란"; break;
  }
  return std::string(word) + form;
}

}  // namespace rag
