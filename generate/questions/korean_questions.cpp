#include <algorithm>
#include <optional>

#include "core/text.h"
#include "generate/questions/korean_ending.h"
#include "generate/questions/korean_particles.h"
#include "generate/questions/korean_quantity.h"
#include "generate/questions/sentence_questions.h"

namespace rag {
namespace {

constexpr std::size_t kSyllable = 3;

bool ends_with_any(std::string_view word, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return word.ends_with(end); });
}

// The word without its particle, nothing where it has none of these.
std::optional<std::string> without(const std::string& word, std::initializer_list<std::string_view> particles) {
  for (const std::string_view particle : particles)
    if (word.ends_with(particle) && word.size() >= particle.size() + kSyllable) return word.substr(0, word.size() - particle.size());
  return std::nullopt;
}

// A word with the particle of a topic or a subject.  "많은", "하는" only look like one: they stand before a noun.
bool is_topic_or_subject(const std::string& word) {
  if (ends_with_any(word, {"많은", "같은", "작은",   "높은",   "낮은",   "좋은",   "적은", "짧은",   "깊은",     "넓은",  "젊은", "늦은",
                           "하는", "되는", "있는",   "없는",   "받는",   "않는",   "다는", "라는",   "같이",     "없이",  "높이", "많이",
                           "적이", "에는", "에서는", "까지는", "부터는", "동안은", "때는", "후에는", "위해서는", "으로는"}))
    return false;
  for (const std::string_view verb : {"오는", "가는", "보는", "쓰는", "주는", "나는", "드는", "사는", "파는"})
    if (word == verb) return false;
  return without(word, {"은", "는", "이", "가"}).has_value();
}

// Who acts in an organisation: a person by office, or a part of it.
bool is_person(std::string_view noun) {
  return ends_with_any(noun, {"장", "담당자", "관리자", "책임자", "대표", "의사", "이사", "임원", "감독", "교수", "대통령", "사장", "상사",
                              "팀원", "위원", "장관", "총리", "감독관", "관리인"}) &&
         !ends_with_any(noun,
                        {"공장", "시장", "직장", "현장", "매장", "주차장", "사업장", "작업장", "연장", "수장",   "저장",   "통장", "포장",
                         "권장", "보장", "성장", "확장", "주장", "고장",   "입장",   "출장",   "도장", "운동장", "정류장", "긴장"});
}
bool is_department(std::string_view noun) {
  return ends_with_any(noun, {"팀", "위원회", "이사회", "총무부", "인사부", "재무부", "사무국", "부서", "센터", "본부"});
}

// "언제" has no final consonant, and takes no particle of place in time.
std::string fitted(const KoreanQuantity& quantity, std::string_view& after) {
  if (quantity.asks == "얼마" || quantity.asks == "언제") {
    struct Change {
      std::string_view from, to;
    };
    for (const Change& change : {Change{"으로", "로"}, {"은", "는"}, {"을", "를"}, {"이며", ""}, {"이고", ""}})
      if (after.starts_with(change.from) && !change.to.empty()) {
        after.remove_prefix(change.from.size());
        return quantity.asks + std::string(change.to);
      }
    if (quantity.asks == "얼마" && after.starts_with("이 ")) {
      after.remove_prefix(kSyllable);
      return "얼마가";
    }
    if (quantity.date && after.starts_with("에 ")) after.remove_prefix(kSyllable);
  }
  return quantity.asks;
}

// A date that something belongs to, or that stands in a list, is no answer of its own.
bool can_be_asked_for(const KoreanQuantity& quantity, std::string_view after) {
  if (quantity.date) {
    if (after.empty() || after.starts_with("에 ") || after.starts_with("부터 ") || after.starts_with("까지 ") ||
        after.starts_with("이다") || after.starts_with("입니다") || after.starts_with("이후") || after.starts_with(" 이후"))
      return true;
    return false;
  }
  for (const std::string_view times : {"에 한 번", "에 두 번", "에 세 번", "에 네 번", "에 1", "에 2", "에 3", "에 4"})
    if (after.starts_with(times)) return false;  // how often, not how long
  for (const std::string_view bad : {"~",    "-",     "·",   ",",  "/",    "과 ", "와 ",  " 및",  " 또는", "(",   ")",
                                     "이나", "에서 ", "씩,", "째", "짜리", "생",  "자리", "간격", "당 ",   "마다"})
    if (after.starts_with(bad)) return false;
  return true;
}

// The clause that the sentence's predicate belongs to: behind the last connective ending with a comma.
std::size_t last_clause(std::string_view sentence) {
  const std::size_t comma = sentence.rfind(", ");
  return comma == std::string_view::npos ? 0 : comma + 2;
}

std::string asked(std::string_view sentence, std::size_t last_word, const std::string& ending) {
  return std::string(sentence.substr(0, last_word)) + ending + "?";
}

class KoreanStatement {
 public:
  explicit KoreanStatement(const std::string& sentence) : sentence_(trim(sentence)) {
    while (sentence_.ends_with('.')) sentence_.remove_suffix(1);
    last_word_ = sentence_.rfind(' ');
    last_word_ = last_word_ == std::string_view::npos ? 0 : last_word_ + 1;
    if (const auto ending = as_question_ending(sentence_.substr(last_word_))) ending_ = *ending;
    words_ = blank_separated(sentence_);
  }

  std::vector<QuestionDraft> questions() {
    if (ending_.empty() || words_.size() < 3) return {};
    definition();
    quantity();
    actor();
    what_to_do();
    if (!has_topic())
      for (QuestionDraft& draft : made_) draft.vague = true;
    return std::move(made_);
  }

 private:
  bool has_topic() const {
    for (std::size_t i = 0; i + 1 < words_.size() && i < 6; ++i)
      if (is_topic_or_subject(words_[i])) return true;
    return false;
  }

  void add(std::string text, std::string answer, QuestionKind kind) { made_.push_back({std::move(text), std::move(answer), kind}); }

  // "X(이)란 ... 을 말한다", "X은 ... 이다".
  void definition() {
    const std::string last(sentence_.substr(last_word_));
    for (std::size_t i = 0; i < std::min<std::size_t>(5, words_.size() - 2); ++i) {
      const auto term = without(words_[i], {"이라 함은", "이란", "란"});
      if (!term || !ends_with_any(last, {"말한다", "말합니다", "뜻한다", "뜻합니다", "의미한다", "의미합니다", "가리킨다", "가리킵니다",
                                         "이다", "입니다"}))
        continue;
      const std::string name = joined(words_, 0, i) + (i > 0 ? " " : "") + *term;
      add(with_particle(name, Particle::Called) + " 무엇인가요?", joined(words_, i + 1, words_.size()), QuestionKind::Definition);
      return;
    }
    const auto noun = before_copula(last);
    if (!noun || noun->size() < 2 * kSyllable || noun->size() > 6 * kSyllable || !plain_noun(*noun) ||
        sentence_.find(',') != std::string_view::npos)
      return;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, words_.size()); ++i) {
      const auto term = without(words_[i], {"은", "는"});
      if (!term) {
        if (!part_of_name(words_[i])) return;
        continue;
      }
      if (words_.size() - i < 5 || points(*term) || term->size() < 2 * kSyllable) return;
      if (is_topic_or_subject(words_[i + 1])) return;  // "모이는 곳은": a verb before the noun that is the topic
      const std::string name = joined(words_, 0, i) + (i > 0 ? " " : "") + *term;
      add(with_particle(name, Particle::Called) + " 무엇인가요?", joined(words_, i + 1, words_.size() - 1) + " " + *noun,
          QuestionKind::Definition);
      return;
    }
  }

  static bool points(const std::string& word) {
    static constexpr std::string_view kPointing[] = {"다음",    "것",     "하나",   "이것",   "그것",   "현재로서", "경우", "때",
                                                     "점",      "중",     "이번",   "여기",   "결과",   "이유",     "방법", "문제",
                                                     "목적",    "예",     "기본값", "마지막", "나머지", "대부분",   "모두", "우리",
                                                     "첫 번째", "이렇게", "아래",   "위",     "왼쪽",   "오른쪽"};
    return std::ranges::find(kPointing, word) != std::end(kPointing);
  }

  // A word of a term before its last: a noun without particle, none that only points.
  static bool part_of_name(const std::string& word) {
    return !points(word) &&
           !ends_with_any(word, {"을",   "를",   "에서", "에", "으로", "하는", "한",   "된", "되는", "있는", "없는", "하고", "에게",
                                 "까지", "부터", "이",   "가", "와",   "과",   "적인", "던", "띄는", "할",   "될",   "인"});
  }

  // A noun that "어떤" can stand before: not "때문", "것", "정도".
  static bool plain_noun(std::string_view noun) {
    if (ends_with_any(noun, {"때문", "것",   "정도", "중",   "뿐",   "경우", "수준",   "편",   "셈",     "예정", "이상", "이하",
                             "이내", "까지", "부터", "에서", "전",   "후",   "동안",   "사이", "원",     "명",   "일",   "년",
                             "적",   "들",   "등",   "상태", "곳",   "위치", "차이점", "방법", "예시",   "일부", "하나", "목록",
                             "방향", "구현", "스탭", "단계", "해법", "이유", "문제",   "부분", "사실",   "결과", "차례", "순간",
                             "요소", "필수", "기본", "경향", "과제", "내용", "대상",   "사람", "사람들", "인물"}))
      return false;
    for (std::size_t at = 0; at < noun.size();)
      if (!is_hangul(next_code_point(noun, at))) return false;
    return true;
  }

  // The last quantity of the last clause: what the predicate is about.
  void quantity() {
    const auto quantities = korean_quantities(sentence_);
    for (auto it = quantities.rbegin(); it != quantities.rend(); ++it) {
      const KoreanQuantity& quantity = *it;
      if (quantity.begin < last_clause(sentence_)) return;
      std::string_view after = sentence_.substr(quantity.end);
      if (!can_be_asked_for(quantity, after)) continue;
      if (quantity.begin == 0) return;  // nothing says what it is about
      if (follows_a_pair(sentence_.substr(0, quantity.begin)) || goes_on_behind(quantity.end)) return;
      std::string before(sentence_.substr(0, quantity.begin));
      for (const std::string_view sign : {"약 ", "최대 ", "최소 ", "총 ", "모두 "})
        if (before.ends_with(sign) && sign == "약 ") before.resize(before.size() - sign.size());
      const std::string answer(sentence_.substr(quantity.begin, quantity.end - quantity.begin));
      const std::string word = fitted(quantity, after);
      std::string text;
      if (quantity.end > last_word_) {  // "15일이다", "3월 1일입니다"
        const auto ending = copula_question(after);
        if (!ending) continue;
        text = before + word + *ending + "?";
      } else {
        const std::size_t kept = after.rfind(' ');
        text = before + word + std::string(after.substr(0, kept + 1)) + ending_ + "?";
      }
      add(text, answer, quantity.date ? QuestionKind::Time : QuestionKind::Quantity);
      return;
    }
  }

  // "2월과 7월에", "10일에서 90일", "회계연도인 1월 1일": half of what is said.
  static bool follows_a_pair(std::string_view before) {
    for (const std::string_view end :
         {"과 ", "와 ", "에서 ", "부터 ", "~", "인 ", "및 ", "또는 ", "나 ", "이나 ", "제", "매년 ", "매월 ", "오전 ", "오후 "})
      if (before.ends_with(end)) return true;
    return false;
  }

  // Another statement behind the quantity: "30일 전에 신청하고 검토를 받는다".
  bool goes_on_behind(std::size_t end) const {
    for (const std::string& word : blank_separated(sentence_.substr(std::min(end, sentence_.size()))))
      if (ends_with_any(word,
                        {"하고", "되고", "이고", "받고", "알리고", "않고", "내고", "며", "지만", "으나", "는데", "거나", "면서", "쓰고"}))
        return true;
    return false;
  }

  // "사원증을 잃어버리면 그날 총무팀에 알린다."
  void what_to_do() {
    const std::string last(sentence_.substr(last_word_));
    const bool duty = ends_with_any(last, {"하십시오", "하세요", "알린다", "알립니다", "신청한다", "신청합니다", "제출한다", "제출합니다",
                                           "연락한다", "연락합니다", "보고한다", "보고합니다", "따른다", "따릅니다", "받는다", "신고한다",
                                           "신고합니다", "전화합니다", "요청한다"}) ||
                      last == "낸다" || last == "냅니다" ||
                      (words_.size() > 2 && words_[words_.size() - 2].ends_with("야") && ends_with_any(last, {"한다", "합니다"}));
    const bool needs = last == "필요합니다" || last == "필요하다";
    for (std::size_t i = 1; i + 2 < words_.size() && i < 8; ++i) {
      if (words_[i].find(',') != std::string::npos) return;
      const bool condition = (words_[i].ends_with("면") && words_[i].size() > 2 * kSyllable &&
                              !ends_with_any(words_[i], {"화면", "측면", "반면", "장면", "표면", "도면", "서면", "전면", "지면", "정면",
                                                         "가능하면", "말하면", "들면", "그러면", "어쩌면", "다면"})) ||
                             ((words_[i] == "때에는" || words_[i] == "경우에는" || words_[i] == "경우") &&
                              !ends_with_any(words_[i - 1], {"대부분의", "일부", "이런", "의"}));
      if (!condition) continue;
      const bool aim = words_[i].ends_with("려면");
      for (std::size_t j = 0; j < words_.size(); ++j)
        if (ends_with_any(words_[j], {"지만", "므로"}) || words_[j] == "때문에" || words_[j].starts_with("도움")) return;
      bool own_subject = false;  // "... 장소 목록이 변경되어야 한다"
      for (std::size_t j = i + 1; j + 1 < words_.size(); ++j) own_subject = own_subject || is_topic_or_subject(words_[j]);
      // "바꾸면 안 된다" forbids; nothing comes of it that could be asked for.
      if (words_[i + 1] == "안" || words_[i + 1].starts_with("안됩") || words_[i + 1].starts_with("안된")) return;
      if (duty && own_subject && !aim && !ends_with_any(words_[words_.size() - 2], {"되어야", "돼야"})) return;
      const char* asks = needs                         ? "무엇이 필요한가요?"
                         : duty && own_subject && !aim ? "어떻게 되어야 하나요?"
                         : duty                        ? "어떻게 해야 하나요?"
                         : aim                         ? "어떻게 하나요?"
                                                       : "어떻게 되나요?";
      // Without a subject of its own, what is active is the reader's doing as often as the subject's.
      if (!duty && !needs && !aim && !own_subject && !ends_with_any(last, {"된다", "됩니다"})) return;
      if (!duty && !needs && !ends_with_any(last, {"한다", "합니다", "된다", "됩니다"})) return;
      add(joined(words_, 0, i + 1) + " " + asks, joined(words_, i + 1, words_.size()), QuestionKind::Action);
      // "버튼을 누르면": which one, its document must say.
      made_.back().vague = std::none_of(words_.begin(), words_.begin() + static_cast<std::ptrdiff_t>(i), is_topic_or_subject);
      return;
    }
  }

  static std::optional<std::string> copula_question(std::string_view after) {
    for (const std::string_view copula : {"이다", "입니다", "이에요", "예요"})
      if (after == copula) return "인가요";
    if (after == "이었다" || after == "이었습니다" || after == "였다") return "이었나요";
    return std::nullopt;
  }

  // Who does it, whom it goes to, where it is done.
  void actor() {
    if (sentence_.find(',') != std::string_view::npos) return;
    for (std::size_t i = 1; i + 1 < words_.size(); ++i) {
      const bool last_noun = i + 2 >= words_.size() || words_.size() - i <= 4;  // close to the predicate
      if (!last_noun) continue;
      const auto phrase = [&](const std::string& asking) {
        return asked(
            joined(words_, 0, i) + " " + asking + " " + joined(words_, i + 1, words_.size() - 1) + (i + 2 < words_.size() ? " " : ""),
            std::string::npos, ending_);
      };
      if (const auto who = without(words_[i], {"이", "가"}); who && is_person(*who)) return add(phrase("누가"), *who, QuestionKind::Person);
      if (const auto who = without(words_[i], {"이", "가"}); who && is_department(*who))
        return add(phrase("어느 부서가"), *who, QuestionKind::Person);
      if (const auto whose = without(words_[i], {"의"});
          whose && is_person(*whose) && ends_with_any(words_[i + 1], {"승인을", "허가를", "동의를", "결재를", "확인을", "지시를"}))
        return add(phrase("누구의"), *whose, QuestionKind::Person);
      if (const auto whom = without(words_[i], {"에게"}); whom && is_person(*whom))
        return add(phrase("누구에게"), *whom, QuestionKind::Person);
      if (const auto where = without(words_[i], {"에"}); where && is_department(*where))
        return add(phrase("어디에"), *where, QuestionKind::Place);
      if (const auto where = without(words_[i], {"에서"});
          where && (is_department(*where) || ends_with_any(*where, {"시스템", "포털", "창구", "누리집", "홈페이지", "메뉴"})) &&
          ends_with_any(ending_, {"신청하나요", "확인하나요", "조회하나요", "등록하나요", "하나요", "받나요"}))
        return add(phrase("어디에서"), *where, QuestionKind::Place);
    }
  }

  std::string_view sentence_;
  std::size_t last_word_ = 0;
  std::string ending_;  // of the question; "" where the sentence is no plain statement
  std::vector<std::string> words_;
  std::vector<QuestionDraft> made_;
};

}  // namespace

std::vector<QuestionDraft> korean_questions(const std::string& sentence) { return KoreanStatement(sentence).questions(); }

}  // namespace rag
