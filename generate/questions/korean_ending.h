#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rag {

// A sentence's last word as the last word of a polite question: "신청한다" -> "신청하나요", "15일입니다" -> "15일인가요", "높다" ->
// "높나요". Nothing where the ending is not one of a plain statement.
std::optional<std::string> as_question_ending(std::string_view word);

// What stands before the copula: "1월 1일이다" -> "1월 1일", "기관입니다" -> "기관"; nothing for verbs.
std::optional<std::string> before_copula(std::string_view word);

}  // namespace rag
