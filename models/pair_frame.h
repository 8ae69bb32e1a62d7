#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/tokenizer.h"

namespace rag {

// The special tokens a model wants around and between two texts, and the type (segment) of every token.
struct PairFrame {
  struct Special {
    std::int32_t id = 0;
    std::uint8_t type = 0;
  };
  std::vector<Special> before;
  std::vector<Special> between;
  std::vector<Special> after;
  std::uint8_t first_type = 0;
  std::uint8_t second_type = 0;

  std::size_t size() const { return before.size() + between.size() + after.size(); }

  // Puts the frame around the two, cut as Tokenizer::encode_pair says.  A limit smaller than the frame keeps the beginning of the frame.
  TokenPair around(std::vector<std::int32_t> first, std::vector<std::int32_t> second, std::size_t max_tokens) const;
};

// [CLS] a [SEP] b [SEP], the second text and what follows it of type 1 (Devlin et al. 2019).
PairFrame bert_pair(std::int32_t classify, std::int32_t separate);
// <s> a </s></s> b </s>, all of type 0 (Liu et al. 2019).
PairFrame roberta_pair(std::int32_t begin, std::int32_t end);

}  // namespace rag
