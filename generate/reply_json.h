#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// What a language model replied without what it thought before: behind the last "</think>".  "" where it never stopped thinking, since half a
// thought is no reply.
std::string without_thoughts(const std::string& reply);

// The parts of a reply that may be JSON: from each "{" or "[" to the bracket that closes it, in order, those inside others too; from
// the first 50 such places.  Not parsed.
std::vector<std::string_view> json_parts(std::string_view reply);

}  // namespace rag
