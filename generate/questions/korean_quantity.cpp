#include "generate/questions/korean_quantity.h"

#include <utility>

#include "core/text.h"

namespace rag {
namespace {

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Reads from the left as far as a rule allows; `at` stays where it does not.
class Scanner {
 public:
  Scanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }

  // Digits with their commas and decimals.
  std::string number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_ascii_digit(text_[at_]) ||
                                  ((text_[at_] == ',' || text_[at_] == '.') && at_ + 1 < text_.size() && is_ascii_digit(text_[at_ + 1]))))
      ++at_;
    std::string digits(text_.substr(begin, at_ - begin));
    std::erase(digits, ',');
    return digits;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void blank() {
    if (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

 private:
  std::string_view text_;
  std::size_t at_;
};

// "2025년 3월 1일", "3월 1일", "3월 말": whole or not at all.
std::optional<std::size_t> date_end(std::string_view text, std::size_t at) {
  Scanner scan(text, at);
  const std::string first = scan.number();
  if (scan.take("년") && first.size() == 4) {
    const std::size_t year_end = scan.at();
    scan.blank();
    Scanner month(text, scan.at());
    if (month.number().empty() || !month.take("월")) return year_end;
    scan = month;
  } else if (Scanner month(text, at); month.number().size() <= 2 && month.take("월")) {
    scan = month;
  } else {
    return std::nullopt;
  }
  std::size_t end = scan.at();
  scan.blank();
  Scanner day(text, scan.at());
  if (!day.number().empty() && day.take("일")) return day.at();
  for (const std::string_view part : {"말", "초", "중순"})
    if (scan.take(part)) return scan.at();
  return end;
}

struct Unit {
  std::string_view written, asks;
};

// Longer spellings first.
constexpr Unit kUnits[] = {{"영업일", "며칠"},
                           {"개월", "몇 개월"},
                           {"주일", "몇 주"},
                           {"주간", "몇 주"},
                           {"시간", "몇 시간"},
                           {"퍼센트", "몇 퍼센트"},
                           {"프로", "몇 퍼센트"},
                           {"분기", ""},
                           {"년간", "몇 년"},
                           {"일간", "며칠"},
                           {"일", "며칠"},
                           {"년", "몇 년"},
                           {"주", "몇 주"},
                           {"분", "몇 분"},
                           {"명", "몇 명"},
                           {"인", ""},
                           {"원", "얼마"},
                           {"달러", "몇 달러"},
                           {"유로", "몇 유로"},
                           {"파운드", "몇 파운드"},
                           {"회", "몇 회"},
                           {"번", ""},
                           {"개", "몇 개"},
                           {"장", "몇 장"},
                           {"세", "몇 세"},
                           {"층", ""},
                           {"대", ""},
                           {"점", "몇 점"},
                           {"배", "몇 배"},
                           {"시", "몇 시"},
                           {"%", "몇 퍼센트"},
                           {"km", "몇 km"},
                           {"kg", "몇 kg"},
                           {"cm", "몇 cm"},
                           {"mm", "몇 mm"},
                           {"m", "몇 m"},
                           {"GB", "몇 GB"},
                           {"MB", "몇 MB"},
                           {"V", "몇 V"},
                           {"W", "몇 W"},
                           {"°C", "몇 도"},
                           {"도", "몇 도"},
                           {"킬로미터", "몇 킬로미터"},
                           {"미터", "몇 미터"},
                           {"톤", "몇 톤"},
                           {"마리", "몇 마리"},
                           {"권", "몇 권"},
                           {"건", "몇 건"},
                           {"자", "몇 자"}};

std::optional<KoreanQuantity> quantity_at(std::string_view text, std::size_t at) {
  if (const auto end = date_end(text, at)) return KoreanQuantity{at, *end, "언제", true};
  Scanner scan(text, at);
  const std::string number = scan.number();
  scan.blank();
  for (const std::string_view magnitude : {"십", "백", "천", "만", "억", "조"})
    if (scan.take(magnitude)) break;
  for (const std::string_view magnitude : {"만", "억"})
    if (scan.take(magnitude)) break;
  scan.blank();
  for (const Unit& unit : kUnits) {
    Scanner behind = scan;
    if (!behind.take(unit.written)) continue;
    if (unit.asks.empty()) return std::nullopt;
    std::string asks(unit.asks);
    // "14시 30분": the time of day is one thing.
    if (unit.written == "시") {
      Scanner minutes = behind;
      minutes.blank();
      if (!minutes.number().empty() && minutes.take("분")) behind = minutes;
    }
    return KoreanQuantity{at, behind.at(), asks, false};
  }
  return std::nullopt;
}

// Digits that go on a word or a number before them name something: "제3조", "B12", "3-4".
bool joined_to_before(std::string_view text, std::size_t at) {
  if (at == 0) return false;
  std::size_t begin = floor_to_character(text, at - 1);
  const char32_t before = next_code_point(text, begin);
  return before != ' ' && before != '(' && before != '\'' && before != '"' && before != 0x2018 && before != 0x201C;
}

}  // namespace

std::vector<KoreanQuantity> korean_quantities(std::string_view sentence) {
  std::vector<KoreanQuantity> found;
  for (std::size_t at = 0; at < sentence.size();) {
    if (!is_ascii_digit(sentence[at])) {
      ++at;
      continue;
    }
    const auto quantity = joined_to_before(sentence, at) ? std::nullopt : quantity_at(sentence, at);
    if (quantity) {
      found.push_back(*quantity);
      at = quantity->end;
    } else {
      while (at < sentence.size() && (is_ascii_digit(sentence[at]) || sentence[at] == '.' || sentence[at] == ',')) ++at;
    }
  }
  return found;
}

}  // namespace rag
