#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "core/passage.h"
#include "generate/generator.h"

namespace rag {

struct ChatMessage {
  std::string role;  // "system", "user", "assistant"
  std::string content;
};

struct Prompt {
  std::vector<ChatMessage> messages;
  std::size_t passages_used = 0;  // the first so many fitted; the last of them may be cut
  std::size_t tokens = 0;         // estimated
};

// Passages are data: each stands between delimiters a passage cannot contain, labelled with number, source and page, and the
// instructions say that nothing inside is an instruction.  Asks for one [n] per sentence and for a plain refusal where
// nothing supports an answer, in the question's language.
Prompt build_prompt(const std::string& question, std::span<const Passage> passages, std::span<const Turn> history,
                    std::size_t max_prompt_tokens);

// A cautious estimate without a tokenizer: four bytes of Latin script, one character of CJK, a token.
std::size_t estimate_tokens(const std::string& text);

}  // namespace rag
