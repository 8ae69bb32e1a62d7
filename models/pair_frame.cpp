#include "models/pair_frame.h"

#include <algorithm>

namespace rag {
namespace {

// Shortens a text's ids and says by how many.
std::size_t cut(std::vector<std::int32_t>& ids, std::size_t kept) {
  const std::size_t lost = ids.size() - std::min(ids.size(), kept);
  ids.resize(ids.size() - lost);
  return lost;
}

void append(TokenPair& pair, const std::vector<PairFrame::Special>& specials) {
  for (const PairFrame::Special& special : specials) {
    pair.ids.push_back(special.id);
    pair.types.push_back(special.type);
  }
}

void append(TokenPair& pair, const std::vector<std::int32_t>& ids, std::uint8_t type) {
  pair.ids.insert(pair.ids.end(), ids.begin(), ids.end());
  pair.types.resize(pair.ids.size(), type);
}

}  // namespace

TokenPair PairFrame::around(std::vector<std::int32_t> first, std::vector<std::int32_t> second, std::size_t max_tokens) const {
  TokenPair pair;
  if (max_tokens > 0) {
    const std::size_t room = max_tokens - std::min(max_tokens, size());
    pair.cut_first = cut(first, std::max(room / 2, room - std::min(room, second.size())));
    pair.cut_second = cut(second, room - first.size());
  }
  append(pair, before);
  append(pair, first, first_type);
  append(pair, between);
  append(pair, second, second_type);
  append(pair, after);
  if (max_tokens > 0 && pair.ids.size() > max_tokens) {
    pair.ids.resize(max_tokens);
    pair.types.resize(max_tokens);
  }
  return pair;
}

PairFrame bert_pair(std::int32_t classify, std::int32_t separate) {
  return {.before = {{classify, 0}}, .between = {{separate, 0}}, .after = {{separate, 1}}, .first_type = 0, .second_type = 1};
}

PairFrame roberta_pair(std::int32_t begin, std::int32_t end) {
  return {.before = {{begin, 0}}, .between = {{end, 0}, {end, 0}}, .after = {{end, 0}}, .first_type = 0, .second_type = 0};
}

}  // namespace rag
