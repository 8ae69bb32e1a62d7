#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rag::html {

// As deep as browsers nest: what is deeper they hang beside one another, and so do we.
constexpr std::size_t kMaxDepth = 512;

// Of one tag; gumbo compares each attribute with all before it.
constexpr std::size_t kMaxAttributes = 1000;

// A page whose elements nest deeper than kMaxDepth, or have more than kMaxAttributes, with those tags blanked out: all of its text stays, and every byte
// stays at its place.  Nothing where the page has none, which is every page that was meant to be read.  Time is linear in the
// page, where a parser that keeps the standard takes quadratic time for such depths.
std::optional<std::string> without_deepest_tags(std::string_view html);

}  // namespace rag::html
