#pragma once

#include <string_view>

namespace rag {

// Whether a sentence says that the documents hold no answer ("The documents do not say", "문서에 없습니다"), in English or Korean.
// "The plan does not cover acupuncture" is an answer, not a refusal.
bool is_refusal(std::string_view sentence);

}  // namespace rag
