// What a language model replied where a list was asked for, and the markers of what it wrote.
#include "core/text.h"
#include "fuzz.h"
#include "generate/draft.h"
#include "generate/eval/judge_reply.h"
#include "generate/reply_json.h"

FUZZ(bytes) {
  const std::string reply(bytes);
  for (const std::string_view part : rag::json_parts(reply)) rag::fuzz::require(part.size() >= 2 && part.data() >= reply.data() && part.data() + part.size() <= reply.data() + reply.size());
  if (const auto texts = rag::texts_in_reply(reply, "statements"))
    for (const std::string& text : *texts) rag::fuzz::require(!rag::find_invalid_utf8(text));
  if (const auto verdicts = rag::verdicts_in_reply(reply, 2)) rag::fuzz::require(verdicts->size() == 2);
  const std::string text = rag::replace_invalid_utf8(reply);
  std::size_t behind = 0;
  for (const rag::MarkerSpan& marker : rag::markers_of(text)) {
    rag::fuzz::require(marker.span.begin >= behind && marker.span.begin < marker.span.end && marker.span.end <= text.size());
    behind = marker.span.end;
  }
  rag::fuzz::require(!rag::find_invalid_utf8(rag::without_markers(text)));
}
