#include "generate/refusal.h"

#include <array>
#include <string>

#include "core/text.h"

namespace rag {
namespace {

template <typename Words>
bool has_any(std::string_view text, const Words& words) {
  for (const std::string_view word : words)
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

// Sentences that refuse whatever stands around them.
constexpr std::array kPlain = {"i don't know",
                               "i do not know",
                               "i cannot answer",
                               "i can't answer",
                               "i could not find",
                               "i couldn't find",
                               "i cannot find",
                               "unable to find",
                               "unable to answer",
                               "not able to answer",
                               "no relevant information",
                               "not enough information",
                               "insufficient information",
                               "cannot be answered",
                               "can't be answered",
                               "답할 수 없",
                               "답변할 수 없",
                               "답을 찾을 수 없",
                               "정보를 찾을 수 없",
                               "알 수 없습니다",
                               "확인할 수 없습니다",
                               "답변드릴 수 없",
                               "답변을 드릴 수 없",
                               "답변을 찾을 수 없",
                               "내용을 찾을 수 없",
                               "관련 정보가 없",
                               "관련 내용이 없"};
constexpr std::array kSources = {
    "document", "passage", "source", "context", "provided text", "provided information", "excerpt", "information provided"};
constexpr std::array kSilence = {
    "do not say",     "does not say",     "don't say",      "doesn't say",      "do not mention",  "does not mention",
    "don't mention",  "doesn't mention",  "do not contain", "does not contain", "don't contain",   "doesn't contain",
    "do not provide", "does not provide", "don't provide",  "doesn't provide",  "do not specify",  "does not specify",
    "don't specify",  "doesn't specify",  "do not state",   "does not state",   "do not include",  "does not include",
    "do not answer",  "does not answer",  "don't answer",   "doesn't answer",   "do not address",  "does not address",
    "no information", "no mention",       "not mentioned",  "not specified",    "not stated",      "not provided",
    "not found in",   "not contained",    "nothing about",  "not addressed",    "not available in"};
constexpr std::array kKoreanSources = {"문서", "자료", "본문", "구절", "발췌", "제공된", "주어진", "문맥", "지문", "출처"};
constexpr std::array kKoreanSilence = {
    "나와 있지 않", "나와있지 않", "언급되어 있지 않", "언급되지 않", "언급이 없",        "명시되어 있지 않", "명시되지 않", "답이 없",
    "정보가 없",    "내용이 없",   "설명이 없",        "찾을 수 없",  "포함되어 있지 않", "포함하고 있지 않", "포함되지 않", "문서에 없",
    "자료에 없",    "본문에 없",   "제공되지 않았",    "나오지 않",   "적혀 있지 않",     "기재되어 있지 않"};

}  // namespace

bool is_refusal(std::string_view sentence) {
  std::string text = collapse_white_space(fold_case(to_nfkc(sentence)));
  for (std::size_t at = text.find("’"); at != std::string::npos; at = text.find("’")) text.replace(at, std::string_view("’").size(), "'");
  if (has_any(text, kPlain)) return true;
  return (has_any(text, kSources) && has_any(text, kSilence)) || (has_any(text, kKoreanSources) && has_any(text, kKoreanSilence));
}

}  // namespace rag
