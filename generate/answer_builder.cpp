#include "generate/answer_builder.h"

#include <utility>

#include "core/time_mark.h"
#include "generate/terms.h"

namespace rag {
namespace {

// When byte `at` of the document is said: after a mark inside the passage, else from before it.
std::string time_in(const Passage& passage, std::size_t at) {
  if (passage.time.empty() || at < passage.chunk.span.begin) return passage.time;
  const std::string inside = time_at(passage.chunk.text, at - passage.chunk.span.begin);
  return inside.empty() ? passage.time : inside;
}

}  // namespace

std::string_view quote_of(const Passage& passage, Span span) {
  const Span whole = passage.chunk.span;
  if (span.begin < whole.begin || span.end < span.begin || span.end - whole.begin > passage.chunk.text.size()) return {};
  return std::string_view(passage.chunk.text).substr(span.begin - whole.begin, span.size());
}

AnswerBuilder::AnswerBuilder(std::span<const Passage> passages) : passages_(passages) {
  answer_.passages.assign(passages.begin(), passages.end());
}

void AnswerBuilder::add(const std::string& sentence, const std::vector<Support>& supports, const std::string& separator) {
  if (!answer_.text.empty()) answer_.text += separator;
  const Span span{answer_.text.size(), answer_.text.size() + sentence.size()};
  answer_.text += sentence;
  answer_.text += ' ';
  for (const Support& support : supports) {
    const Passage& passage = passages_[support.passage];
    const int number = numbers_.try_emplace(support.passage, static_cast<int>(numbers_.size()) + 1).first->second;
    answer_.text += '[' + std::to_string(number) + ']';
    answer_.citations.push_back({.number = number,
                                 .answer_span = span,
                                 .document_id = passage.chunk.document_id,
                                 .uri = passage.uri,
                                 .page = passage.chunk.page,
                                 .time = time_in(passage, support.span.begin),
                                 .source_span = support.span,
                                 .quote = std::string(quote_of(passage, support.span))});
  }
}

Answer AnswerBuilder::finish() && { return std::move(answer_); }

Answer AnswerBuilder::abstain(std::string reason) && {
  answer_.text.clear();
  answer_.citations.clear();
  answer_.abstained = true;
  answer_.reason = std::move(reason);
  return std::move(answer_);
}

std::string abstention_reason(Abstention why, const std::string& question) {
  const bool korean = mostly_cjk(question);
  switch (why) {
    case Abstention::NoPassages: return korean ? "질문에 맞는 문서를 찾지 못했습니다" : "nothing was found for this question";
    case Abstention::NothingSupports:
      return korean ? "찾은 문서에 이 질문의 답이 없습니다" : "the documents found do not answer this question";
    case Abstention::ModelRefused:
      return korean ? "문서에 답이 없다고 모델이 답했습니다" : "the model says that the documents do not answer this question";
    case Abstention::NothingHeld:
      return korean ? "모델의 답에서 인용으로 확인된 문장이 없습니다"
                    : "no sentence of the model's answer was supported by the passages it cites";
    case Abstention::NoQuestion: return korean ? "질문에 찾을 낱말이 없습니다" : "the question has no words to look for";
  }
  return "";
}

}  // namespace rag
