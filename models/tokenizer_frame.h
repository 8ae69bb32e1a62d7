#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/pair_frame.h"
#include "models/tokenizer.h"

namespace rag {

// The special tokens a model wants around every text, and around every pair of texts where it was made for pairs.
struct TokenizerFrame {
  std::vector<std::int32_t> before;
  std::vector<std::int32_t> after;
  std::optional<PairFrame> pair = std::nullopt;

  std::size_t size() const { return before.size() + after.size(); }

  // Puts the frame around `ids` and cuts them, never the frame, down to the limit (0: none).  A limit smaller than the frame
  // keeps the beginning of the frame.
  Tokens around(std::vector<std::int32_t> ids, std::size_t max_tokens) const {
    Tokens tokens;
    const std::size_t room = max_tokens == 0 ? ids.size() : max_tokens - std::min(max_tokens, size());
    tokens.cut = ids.size() - std::min(ids.size(), room);
    ids.resize(ids.size() - tokens.cut);
    tokens.ids = before;
    tokens.ids.reserve(ids.size() + size());
    tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    tokens.ids.insert(tokens.ids.end(), after.begin(), after.end());
    if (max_tokens != 0 && tokens.ids.size() > max_tokens) tokens.ids.resize(max_tokens);
    return tokens;
  }
};

}  // namespace rag
