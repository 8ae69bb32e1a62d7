#include "ingest/mail_addresses.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/text.h"
#include "ingest/ascii_lower.h"

namespace rag {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 10;
constexpr int kDeepestGroup = 16;

bool holds_addresses(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames{"to", "cc", "bcc", "from", "sender", "reply-to"};
  std::string lower = ascii_lower(name);
  if (lower.starts_with("resent-")) lower.erase(0, 7);
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end();
}

// Behind a header field, the lines it is folded into included.
std::size_t end_of_field(std::string_view mail, std::size_t begin) {
  std::size_t end = begin;
  do {
    end = std::min(mail.find('\n', end), mail.size() - 1) + 1;
  } while (end < mail.size() && (mail[end] == ' ' || mail[end] == '\t'));
  return end;
}

// Where a list goes deeper into groups than is followed; npos where it does not.
std::size_t too_deep_at(std::string_view list) {
  int depth = 0;
  bool quoted = false, in_brackets = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '<' || c == '>') {
      in_brackets = c == '<';
    } else if (c == ':' && !in_brackets && ++depth > kDeepestGroup) {
      return i;
    } else if (c == ';') {
      depth = std::max(depth - 1, 0);
    }
  }
  return std::string_view::npos;
}

// How much of the list is kept; `why` says why not all of it.
std::size_t kept_of(std::string_view list, std::string& why) {
  if (const std::size_t deep = too_deep_at(list.substr(0, kMostBytes)); deep != std::string_view::npos) {
    why = "groups of addresses more than " + std::to_string(kDeepestGroup) + " deep; what stands there is left out";
    return deep;
  }
  if (list.size() <= kMostBytes) return list.size();
  why = std::to_string(list.size() >> 10) + " KB of addresses, of which the first " + std::to_string(kMostBytes >> 10) + " KB are read";
  const std::size_t most = kMostBytes - 1;  // a line's end comes behind it
  const std::size_t comma = list.rfind(',', most);
  return comma == std::string_view::npos ? floor_to_character(list, most) : comma;
}

}  // namespace

std::optional<std::string> with_short_address_lists(std::string_view mail, std::vector<std::string>& warnings) {
  std::string shortened;
  std::size_t copied = 0;
  for (std::size_t at = 0; at < mail.size() && mail[at] != '\n' && mail[at] != '\r';) {
    const std::size_t end = end_of_field(mail, at);
    const std::string_view field = mail.substr(at, end - at);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos && holds_addresses(field.substr(0, colon))) {
      std::string why;
      const std::size_t kept = kept_of(field.substr(colon + 1), why);
      if (!why.empty()) {
        warnings.push_back(std::string(field.substr(0, colon)) + ": " + why);
        shortened += mail.substr(copied, at + colon + 1 + kept - copied);
        shortened += '\n';
        copied = end;
      }
    }
    at = end;
  }
  if (copied == 0) return std::nullopt;
  shortened += mail.substr(copied);
  return shortened;
}

}  // namespace rag
