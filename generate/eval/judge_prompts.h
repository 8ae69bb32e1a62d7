#pragma once

#include <span>
#include <string>
#include <vector>

#include "generate/prompt.h"

namespace rag {

// What a judge is asked, in the language of the question: Korean to Korean ones, else English.  Texts stand between tags whose name depends on what they hold,
// so that no text can close its own, and the judge is told that they are data.  Each asks for one JSON object.

// The text as statements that each stand alone: {"statements": ["...", ...]}.
std::vector<ChatMessage> statements_prompt(const std::string& question, const std::string& text);

// Which statements follow from the passages: {"verdicts": [1, 0, ...]}, one for each statement in order.
std::vector<ChatMessage> support_prompt(const std::string& question, std::span<const std::string> statements, std::span<const std::string> contexts);

// Which passages help to come to the reference answer: {"verdicts": [1, 0, ...]}, one for each passage in order.
std::vector<ChatMessage> usefulness_prompt(const std::string& question, const std::string& reference, std::span<const std::string> contexts);

// Questions that the answer answers: {"questions": ["...", ...]}, `count` of them.
std::vector<ChatMessage> questions_prompt(const std::string& question, const std::string& answer, std::size_t count);

// Says once more what the reply must look like, after one that was not.
std::vector<ChatMessage> with_reminder(std::vector<ChatMessage> messages, const std::string& bad_reply, const std::string& problem, const std::string& question);

}  // namespace rag
