#include "generate/questions/korean_ending.h"

#include <utility>

#include "core/text.h"
#include "generate/questions/korean_particles.h"

namespace rag {
namespace {

constexpr std::size_t kSyllable = 3;  // bytes
constexpr int kNieun = 4, kBieup = 17, kSsangSiot = 20;

std::optional<std::string> replaced_end(std::string_view word, std::string_view end, std::string_view by) {
  if (!word.ends_with(end) || word.size() <= end.size()) return std::nullopt;
  return std::string(word.substr(0, word.size() - end.size())).append(by);
}

char32_t syllable_at(std::string_view word, std::size_t at) { return next_code_point(word, at); }

// Adjectives on 하다, whose question ends in 한가요; other verbs on 하다 in 하나요.
bool describes(std::string_view stem) {
  for (const std::string_view noun : {"필요", "가능", "불가능", "동일", "중요", "적합", "곤란", "유효", "같", "충분", "부족", "무료"})
    if (stem.ends_with(noun)) return true;
  return false;
}

std::string questioning(std::string stem) {
  if (stem.ends_with("하") && describes(std::string_view(stem).substr(0, stem.size() - kSyllable)))
    return stem.substr(0, stem.size() - kSyllable) + "한가요";
  return stem + "나요";
}

// The stem without the final consonant that belongs to the ending: "신청한" -> "신청하".
std::string opened(std::string_view stem) {
  std::string out(stem.substr(0, stem.size() - kSyllable));
  append_utf8(out, with_final(syllable_at(stem, stem.size() - kSyllable), 0));
  return out;
}

}  // namespace

std::optional<std::string> before_copula(std::string_view word) {
  for (const std::string_view copula : {"이었습니다", "였습니다", "이었다", "였다", "입니다", "이다"})
    if (word.ends_with(copula) && word.size() > copula.size()) {
      // "붙이다", "보이다" and their like are verbs, but only a dictionary knows; a digit or two syllables before it make a noun likely.
      if (word.size() < copula.size() + 2 * kSyllable && is_cjk(syllable_at(word, 0))) return std::nullopt;
      // "하였다", "되었다" are verbs in the past.
      const std::string_view before = word.substr(0, word.size() - copula.size());
      if (copula.starts_with("였") &&
          (before.ends_with("하") || before.ends_with("시") || before.ends_with("이") || before.ends_with("치")))
        return std::nullopt;
      return std::string(before);
    }
  return std::nullopt;
}

std::optional<std::string> as_question_ending(std::string_view word) {
  for (const auto& [end, question] : {std::pair{"아니다", "아닌가요"},
                                      {"아닙니다", "아닌가요"},
                                      {"이었습니다", "이었나요"},
                                      {"이었다", "이었나요"},
                                      {"였습니다", "였나요"},
                                      {"였다", "였나요"},
                                      {"입니다", "인가요"},
                                      {"이다", "인가요"},
                                      {"습니다", "나요"},
                                      {"는다", "나요"},
                                      {"예요", "인가요"},
                                      {"이에요", "인가요"}})
    if (auto made = replaced_end(word, end, question)) return made;
  // ㅂ니다: 합니다, 됩니다, 갑니다.
  if (word.ends_with("니다") && word.size() >= 3 * kSyllable) {
    const std::string_view stem = word.substr(0, word.size() - 2 * kSyllable);
    if (final_index(syllable_at(stem, stem.size() - kSyllable)) == kBieup) return questioning(opened(stem));
    return std::nullopt;
  }
  if (!word.ends_with("다") || word.size() < 2 * kSyllable) return std::nullopt;
  const std::string_view stem = word.substr(0, word.size() - kSyllable);
  const char32_t last = syllable_at(stem, floor_to_character(stem, stem.size() - 1));
  const int final = final_index(last);
  if (final < 0) return std::nullopt;
  if (final == kNieun) return questioning(opened(stem));                     // 한다, 된다, 낸다
  if (final == kSsangSiot || final != 0) return std::string(stem) + "나요";  // 했다, 있다, 없다, 높다
  if (stem.ends_with("하") && describes(stem.substr(0, stem.size() - kSyllable))) return questioning(std::string(stem));  // 필요하다
  return std::nullopt;  // 하다 in a dictionary's form, 크다: rare
}

}  // namespace rag
