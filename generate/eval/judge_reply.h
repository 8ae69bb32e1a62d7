#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rag {

// What a judge's reply says, read with patience: the JSON object that was asked for, also in a code fence, among other words or behind "<think>...</think>"; a bare
// list; else numbered or dashed lines.  Nothing where it is none of these.

// The texts of the list `name`; empty ones left out.  An empty list is one.
std::optional<std::vector<std::string>> texts_in_reply(const std::string& reply, const std::string& name);

// Exactly `count` verdicts: 1, true, yes, 예, 네 or 0, false, no, 아니오, 아니요, 아님 in any case; or objects with "verdict".
std::optional<std::vector<bool>> verdicts_in_reply(const std::string& reply, std::size_t count);

}  // namespace rag
