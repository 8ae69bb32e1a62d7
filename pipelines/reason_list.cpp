#include "pipelines/reason_list.h"

#include <cstring>
#include <string_view>

namespace rag {

// A byte for `earlier`, the length of the uri, the uri, the reason.
void ReasonList::add(const SkipReason& reason) {
  const std::size_t size = reason.uri.size();
  std::string piece(1, reason.earlier ? '\1' : '\0');
  piece.append(reinterpret_cast<const char*>(&size), sizeof size);
  piece += reason.uri;
  piece += reason.reason;
  list_.add(piece);
  fresh_ += !reason.earlier;
}

std::optional<SkipReason> ReasonList::Cursor::next() {
  const auto piece = pieces_.next();
  if (!piece) return std::nullopt;
  std::size_t size = 0;
  std::memcpy(&size, piece->data() + 1, sizeof size);
  const std::string_view texts = piece->substr(1 + sizeof size);
  return SkipReason{std::string(texts.substr(0, size)), std::string(texts.substr(size)), piece->front() != '\0'};
}

}  // namespace rag
