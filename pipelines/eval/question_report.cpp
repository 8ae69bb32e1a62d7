#include "pipelines/eval/question_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "core/listing.h"

namespace rag {
namespace {

using Lines = std::vector<std::string>;

struct InBoth {
  std::string_view english, korean;
};

// Files and JSON have the English ones.
constexpr InBoth kReasons[] = {
    {"copies its source", "원문을 그대로 옮김"},
    {"has several answers", "답이 여러 가지임"},
    {"does not find its source", "근거가 검색되지 않음"},
    {"found by its words alone", "낱말만으로 먼저 찾아짐"},
    {"near to another question", "다른 질문과 비슷함"},
    {"answered by another document", "다른 문서에도 답이 있음"},
    {"in the other language", "다른 언어임"},
    {"the endpoint failed", "언어 모델 서버가 답하지 못함"},
    {"the reply holds no JSON object of the form asked for", "모델의 답에 요청한 형식의 JSON이 없음"},
    {"the model found nothing to ask", "모델이 물을 것을 찾지 못함"},
    {"the reply lacks a question, an answer or a quote", "모델의 답에 질문, 답, 인용 중 빠진 것이 있음"},
    {"the question or the answer is too long", "질문이나 답이 너무 김"},
    {"the question is in another language than its passage", "질문의 언어가 구절과 다름"},
    {"the quote is not in the passage, letter for letter and once", "인용이 구절에 글자 그대로 한 번 있지 않음"},
    {"the answer is not in its quote, letter for letter", "답이 인용에 글자 그대로 있지 않음"},
    {"the question holds its answer", "질문에 답이 들어 있음"}};
constexpr InBoth kKinds[] = {{"definition", "정의"}, {"abbreviation", "약어"}, {"quantity", "수량"}, {"time", "때"},   {"person", "사람"}, {"place", "장소"},
                             {"reason", "이유"},     {"action", "행동"},       {"content", "내용"},  {"table", "표"}, {"model", "모델"}};

std::string said(const std::string& english, const auto& list, bool korean) {
  const auto at = std::ranges::find(list, std::string_view(english), &InBoth::english);
  return korean && at != std::end(list) ? std::string(at->korean) : english;
}

std::string why_it_ended(const MadeQuestions& made, bool korean) {
  if (made.out_of_calls)
    return korean ? fmt::format("언어 모델을 {}번까지만 부릅니다 (질문 하나에 1.5번)", made.calls)
                  : fmt::format("the language model was asked {} times, one and a half times for each question wanted", made.calls);
  return korean ? "모든 문서를 살펴보았습니다; 문서를 더하거나, --within이나 --max-lexical을 늘리거나, 다른 --seed를 쓰면 더 나올 수 있습니다"
                : "every document was looked at; more documents, a larger --within or --max-lexical, or another --seed may give more";
}

}  // namespace

Lines made_questions_lines(const MadeQuestions& made, const MakeQuestionsOptions& options, bool korean) {
  std::map<std::pair<std::string, QuestionKind>, std::size_t> kinds;
  std::size_t unanswerable = 0, lexical = 0;
  for (const KeptQuestion& question : made.questions) {
    ++kinds[{question.made.language, question.made.kind}];
    unanswerable += !question.answerable;
    lexical += question.lexical_first;
  }
  Lines lines;
  lines.push_back(korean ? fmt::format("질문 {}개: 문서 {}개 가운데 {}개를 살펴보고, 만들 수 있는 {}개에서 골랐습니다", made.questions.size(), made.documents_there,
                                       made.documents, made.candidates)
                         : fmt::format("{} of {} that could be made; looked at {} of {}", counted(made.questions.size(), "question"), made.candidates,
                                       made.documents, counted(made.documents_there, "document")));
  for (const auto& [kind, number] : kinds) {
    const std::string name = kind_name(kind.second);
    lines.push_back(korean ? fmt::format("  {} {} {}개", kind.first == "ko" ? "한국어" : "영어", said(name, kKinds, true), number)
                           : fmt::format("  {:<18} {}", kind.first + " " + name, number));
  }
  if (!made.questions.empty()) {
    const double share = 100.0 * static_cast<double>(lexical) / static_cast<double>(made.questions.size());
    lines.push_back(korean ? fmt::format("  {:.0f} %는 낱말만으로도 근거가 첫째로 찾아집니다 (--max-lexical {})", share, options.max_lexical)
                           : fmt::format("  {:.0f} % find their source first by words alone (--max-lexical {})", share, options.max_lexical));
  }
  if (unanswerable > 0)
    lines.push_back(korean ? fmt::format("  문서 {}개를 빼면 {}개는 답할 수 없습니다 (left_out.filter)", made.left_out.size(), unanswerable)
                           : fmt::format("  {} unanswerable without {} (left_out.filter)", unanswerable, counted(made.left_out.size(), "document")));
  return lines;
}

Lines unmade_questions_lines(const MadeQuestions& made, const MakeQuestionsOptions& options, bool korean) {
  Lines lines;
  for (const auto& [why, number] : made.rejected)
    lines.push_back(korean ? fmt::format("제외 {}개: {}", number, said(why, kReasons, true)) : fmt::format("rejected: {} {}", number, why));
  if (!made.last_failure.empty())
    lines.push_back((korean ? "언어 모델 서버의 마지막 오류: " : "the endpoint's last failure: ") + made.last_failure);
  if (made.questions.size() < options.wanted)
    lines.push_back(korean ? fmt::format("요청한 질문은 {}개입니다 (-n): {}", options.wanted, why_it_ended(made, true))
                           : fmt::format("{} were asked for (-n): {}", options.wanted, why_it_ended(made, false)));
  return lines;
}

}  // namespace rag
