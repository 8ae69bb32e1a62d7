#include "generate/questions/table_questions.h"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <unordered_set>

#include "core/text.h"
#include "generate/questions/korean_particles.h"
#include "generate/questions/question_checks.h"
#include "generate/questions/sentence_questions.h"

namespace rag {
namespace {

constexpr std::size_t kLongestName = 48, kLongestHeader = 40, kLongestValue = 80;  // bytes

std::vector<std::string> cells_of(std::string_view line) {
  line = trim(line);
  if (line.starts_with('|')) line.remove_prefix(1);
  if (line.ends_with('|')) line.remove_suffix(1);
  std::vector<std::string> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('|', begin), line.size());
    std::string cell = collapse_white_space(line.substr(begin, end - begin));
    std::erase_if(cell, [](char c) { return c == '*' || c == '`'; });
    cells.push_back(std::move(cell));
    begin = end + 1;
  }
  return cells;
}

// A name has letters, and more of them than digits.
bool is_name(std::string_view text, std::size_t longest) {
  std::size_t letters = 0, digits = 0, first = 0;
  if (text.empty() || !(is_letter(next_code_point(text, first)) || text.front() == '(' || (text.front() >= '0' && text.front() <= '9')))
    return false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == U'=' || c == U'{' || c == U'<' || c == U'[' || c == U'?' || c == U';' || c == U'#' || c == U'@' || c == U':' || c == U'"' ||
        c == U'\'' || (c >= 0x80 && c < 0xC0))
      return false;
    letters += is_letter(c);
    digits += is_digit(c);
  }
  return text.size() <= longest && letters >= 2 && letters > digits;
}

std::string last_word(const std::string& text) {
  const std::size_t blank = text.rfind(' ');
  return fold_case(blank == std::string::npos ? text : text.substr(blank + 1));
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return text.ends_with(end); });
}

// "일수" asks for days, "담당자" for somebody; the word stands behind the topic.
std::string korean_asking(const std::string& header, const std::string& value) {
  if (ends_with_any(header, {"일수", "휴가일"})) return value.find("일") != std::string::npos ? "며칠인가요" : "얼마인가요";
  if (ends_with_any(header, {"금액", "요금", "비용", "가격", "단가", "수당", "한도", "보험료", "급여", "매출", "매출액", "이익",
                             "예산", "비율", "점수", "수량", "크기", "무게", "높이", "길이",   "면적", "인구", "거리"}) &&
      std::ranges::any_of(value, [](char c) { return c >= '0' && c <= '9'; }))
    return "얼마인가요";
  if (ends_with_any(header, {"담당자", "책임자", "승인자", "대표", "작성자", "성명", "이름", "저자"})) return "누구인가요";
  if (ends_with_any(header, {"일자", "날짜", "시행일", "기한", "시기", "마감", "마감일", "지급일", "연도", "일시"})) return "언제인가요";
  if (ends_with_any(header, {"장소", "위치", "부서", "소재지", "지역"})) return "어디인가요";
  return "어떻게 되나요";
}

std::string korean_question(const std::string& key, const std::string& header, const std::string& value, const std::string& place) {
  const std::string where = place.empty() ? "" : place + "에서 ";
  // "누구에게", "어디에서": no noun that could be asked for.
  if (ends_with_any(header, {"에게", "한테", "에서", "까지", "부터", "으로", "언제", "어디", "누구"}))
    return where + "'" + key + "'의 '" + header + "' 칸에는 무엇이라고 되어 있나요?";
  return where + "'" + key + "'의 " + with_particle(header, Particle::Topic) + " " + korean_asking(header, value) + "?";
}

// Headers that a question can name as a thing: "the pay date for April".
bool is_thing(const std::string& header) {
  static const std::unordered_set<std::string> kThings = {
      "date",     "rate",     "limit",     "length",     "price",      "cost",    "fee",         "amount",  "deadline",
      "floor",    "owner",    "role",      "name",       "title",      "address", "phone",       "number",  "department",
      "location", "capital",  "leader",    "population", "size",       "weight",  "status",      "type",    "category",
      "format",   "level",    "code",      "unit",       "currency",   "salary",  "allowance",   "premium", "deductible",
      "copay",    "timeline", "contact",   "manager",    "email",      "version", "license",     "author",  "year",
      "period",   "duration", "frequency", "allocation", "percentage", "share",   "total",       "budget",  "score",
      "system",   "region",  "symbol",    "exchange",   "guidance",   "tool",    "platform",
      "language", "country",  "city",      "position",   "schedule",   "purpose", "description", "minimum", "maximum"};
  return header.find_first_of("(/0123456789:") == std::string::npos && kThings.contains(last_word(header));
}

std::string first_word(const std::string& text) { return fold_case(text.substr(0, text.find(' '))); }

// Half a sentence, as columns of a page that is no table leave it: "which has no final chapter", "BY NET PROFIT".
bool is_part_of_sentence(const std::string& cell) {
  static const std::unordered_set<std::string> kJoining = {"which", "that", "who", "whose", "and", "or", "but", "of", "by", "to", "in", "on", "at", "for", "with", "from", "as"};
  return kJoining.contains(first_word(cell));
}

// Two lines of a cell run into one another: "CoE website Our public-facing site".
bool runs_together(const std::string& cell) {
  static const std::unordered_set<std::string_view> kBeginnings = {"A", "An", "The", "Our", "Your", "This", "These", "It", "We", "You"};
  const std::vector<std::string> words = blank_separated(cell);
  for (std::size_t i = 1; i < words.size(); ++i)
    if (kBeginnings.contains(words[i]) && !words[i - 1].ends_with(':')) return true;
  return false;
}

// A column called as the table is: a title that was taken for a header.
bool is_name_of_place(const std::string& header, const std::string& place) {
  const std::string folded = fold_case(place), name = fold_case(header);
  return folded.find("\"" + name + "\"") != std::string::npos || folded.find("'" + name + "'") != std::string::npos;
}

std::string lower_first(const std::string& header) {
  const bool capital = header.size() > 1 && std::isupper(static_cast<unsigned char>(header[0])) != 0 &&
                       std::islower(static_cast<unsigned char>(header[1])) != 0;
  std::string out = header;
  if (capital) out[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(out[0])));
  return out;
}

std::string english_question(const std::string& key, const std::string& header, const std::string& value, const std::string& place) {
  const bool counted = header.ends_with('s') && header.find_first_of("(/ ") == std::string::npos &&
                       std::ranges::all_of(value, [](char c) { return (c >= '0' && c <= '9') || c == ','; });
  const std::string asked = counted            ? "how many " + lower_first(header) + " are given for " + key + "?"
                            : is_thing(header) ? "what is the " + lower_first(header) + " for " + key + "?"
                                               : "what does the table say under \"" + header + "\" for \"" + key + "\"?";
  if (!place.empty()) return "In " + place + ", " + asked;
  return static_cast<char>(asked[0] - 'a' + 'A') + asked.substr(1);
}

}  // namespace

std::vector<QuestionDraft> table_questions(const std::string& header, const std::string& row, const std::string& place,
                                           const std::string& language) {
  const std::vector<std::string> names = cells_of(header), cells = cells_of(row);
  std::vector<QuestionDraft> made;
  if (names.size() != cells.size() || names.size() < 2 || names.size() > 8 || !is_name(cells[0], kLongestName) ||
      !is_name(names[0], kLongestHeader) || breaks_off(cells[0]) || is_part_of_sentence(cells[0]) || runs_together(cells[0]))
    return made;
  for (const std::string_view filler : {"column", "header", "cell", "row", "field"})
    if (fold_case(names[1]).starts_with(filler)) return made;
  if (ends_with_any(fold_case(cells[0]), {"합계", "소계", "계", "total", "subtotal"})) return made;
  // Of header cells that are the same, and of a header that is a row of values, nobody knows what is asked for.
  for (std::size_t i = 0; i < names.size(); ++i)
    if (std::ranges::count(names, names[i]) > 1 || (i > 0 && !is_name(names[i], kLongestHeader))) return made;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const std::string& value = cells[i];
    if (is_part_of_sentence(names[i]) || is_name_of_place(names[i], place)) continue;
    if (value.empty() || value.size() > kLongestValue || !has_word(value) || value == cells[0]) continue;
    const std::string folded = fold_case(value);
    if (folded == "n/a" || folded == "yes" || folded == "no" || folded == "none" || folded == "x" || folded == "o" || folded == "없음" ||
        folded == "예" || folded == "아니오")
      continue;
    if (breaks_off(value) || value.find("://") != std::string::npos || value.find_first_of("{};`=<>") != std::string::npos ||
        value.find("()") != std::string::npos)
      continue;
    if (last_word(value) == last_word(names[i])) continue;  // a list laid out as a table
    if (std::ranges::count(cells, value) > 1) continue;     // right as well for whoever read the wrong column
    made.push_back(
        {language == "ko" ? korean_question(cells[0], names[i], value, place) : english_question(cells[0], names[i], value, place), value,
         QuestionKind::Table});
  }
  return made;
}

}  // namespace rag
