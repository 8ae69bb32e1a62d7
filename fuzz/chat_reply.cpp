// What a chat endpoint sends, in pieces of any size: the same reply however it was cut; and what it says of an error.
#include <algorithm>
#include <string>

#include "core/text.h"
#include "fuzz.h"
#include "generate/chat_reply.h"

namespace {

rag::ChatReply reply_of(std::string_view bytes, std::size_t piece) {
  rag::ChatReply reply(nullptr);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) reply.feed(bytes.substr(0, piece));
  reply.finish();
  return reply;
}

}  // namespace

FUZZ(bytes) {
  const rag::ChatReply whole = reply_of(bytes, bytes.size() + 1), cut = reply_of(bytes, 1 + bytes.size() / 7);
  rag::fuzz::require(whole.text() == cut.text() && whole.problem() == cut.problem() && whole.cut_short() == cut.cut_short());
  for (const std::string& line : {whole.problem(), rag::error_text_of(std::string(bytes))})
    rag::fuzz::require(line.find('\n') == std::string::npos && line.size() < 2000 && !rag::find_invalid_utf8(line));
}
