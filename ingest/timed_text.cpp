#include "ingest/timed_text.h"

#include <algorithm>
#include <string_view>

#include "core/time_mark.h"

namespace rag {
namespace {

// A piece ends with a sentence once it is this long, in any case at the larger bounds, and where nothing is said for a while.
constexpr std::size_t kEnoughBytes = 200, kMostBytes = 500;
constexpr double kMostSeconds = 30, kPause = 4;

bool ends_sentence(std::string_view text) {
  for (const std::string_view end : {".", "!", "?", "…", "。", "？", "！", ".\"", "♪"})
    if (text.ends_with(end)) return true;
  return false;
}

}  // namespace

void add_cues(const std::vector<Cue>& cues, DocumentBuilder& builder) {
  std::string piece;
  double begin = 0, end = 0, last = 0;
  const auto flush = [&] {
    if (!piece.empty()) builder.paragraph(time_mark(begin) + piece);
    piece.clear();
  };
  for (const Cue& cue : cues) {
    if (cue.begin - end > kPause || cue.end - begin > kMostSeconds || piece.size() > kMostBytes) flush();
    for (const std::string& line : cue.lines) {
      if (piece.empty()) begin = cue.begin;
      piece += (piece.empty() ? "" : " ") + line;
    }
    end = cue.end;
    last = std::max(last, cue.end);
    if (piece.size() > kEnoughBytes && ends_sentence(piece)) flush();
  }
  flush();
  builder.metadata["duration"] = {clock_time(last)};
}

}  // namespace rag
