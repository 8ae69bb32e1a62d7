#include "ingest/corpus_run.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "ingest/corpus_parts.h"

namespace rag {
namespace {

constexpr int kMostLines = 8;  // that end the parser; what comes behind them is not read
// Of a part that never came, together with the line that filled it.
const std::uint64_t kMostInPart = CorpusPartSizes().input + JsonLinesReader::kMaxLineBytes;

// Ends the child, unless it has done all it was asked.
class Request {
 public:
  explicit Request(ParserChild& child) : child_(child) {}
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  ~Request() {
    if (!done_) child_.end();
  }
  void done() { done_ = true; }

 private:
  ParserChild& child_;
  bool done_ = false;
};

std::uint64_t size_of(int file) {
  struct stat info {};
  return ::fstat(file, &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

std::string rest_is_not_read(std::uint64_t from_line, const std::string& reason) {
  return "the rest of it, from line " + std::to_string(from_line) + " on, is not read: " + reason;
}

}  // namespace

CorpusRun::CorpusRun(ParserChild& child, const ParseLimits& limits, int file, std::string uri, const TakeCorpusPart& take)
    : child_(child), limits_(limits), file_(file), bytes_(size_of(file)), uri_(std::move(uri)), take_(take) {}

std::string CorpusRun::to_the_end() {
  for (int killed = 0, lines = 0;;) {
    std::string reason;
    const End end = ask_child(reason);
    if (end == End::NoMoreWanted) return "";
    if (end == End::Read) return trouble_.empty() ? "" : rest_is_not_read(place_.lines + 1, trouble_);
    // A child that was killed from outside gets the same once more; one that dies of it again is to blame after all.
    if (reason.empty() && ++killed < 2) continue;
    if (reason.empty()) reason = "parser killed from outside, twice (out of memory, perhaps)";
    if (place_.bytes >= place_.slow_until) {
      place_.slow_until = place_.bytes + kMostInPart;
      continue;
    }
    const std::uint64_t line = place_.lines + 1;
    if (place_.pass_over) return rest_is_not_read(line + 1, reason);  // it is not the line, then
    if (++lines > kMostLines) return rest_is_not_read(line, std::to_string(lines) + " lines of it ended the parser, the last one so: " + reason);
    if (!take_({.documents = {}, .warnings = {"line " + std::to_string(line) + ": " + reason}, .lines = place_.lines, .bytes = place_.bytes, .trouble = ""})) return "";
    place_.pass_over = true;
    place_.slow_until = 0;
    killed = 0;
  }
}

CorpusRun::End CorpusRun::ask_child(std::string& reason) {
  if (::lseek(file_, static_cast<off_t>(place_.bytes), SEEK_SET) < 0) throw Error(ErrorKind::Io, uri_ + ": cannot be read from byte " + std::to_string(place_.bytes) + " on");
  ParserProcess& process = child_.for_next_file(bytes_ - std::min(bytes_, place_.bytes));
  Request request(child_);
  if (!process.send_corpus(file_, uri_, place_)) return End::Died;
  std::string answer;
  for (;;) {
    const Reply reply = process.receive(answer, [](std::size_t) {});
    if (reply == Reply::TooLarge) reason = "its document is larger than " + std::to_string(largest_answer(limits_.max_text_bytes) >> 20) + " MB";
    if (reply == Reply::Died || reply == Reply::TimedOut) reason = process.obituary();
    if (reply != Reply::Part && reply != Reply::Answered) return End::Died;
    auto part = believed(answer, reply == Reply::Answered, reason);
    if (!part) return End::Died;
    trouble_ = part->trouble;
    const bool wanted = take(std::move(*part));
    if (reply == Reply::Answered) request.done();
    if (!wanted) return End::NoMoreWanted;
    if (reply == Reply::Answered) return End::Read;
  }
}

std::optional<CorpusPart> CorpusRun::believed(std::string_view answer, bool is_last, std::string& reason) const {
  try {
    CorpusPart part = decode_corpus_part(answer);
    // On and on, and no further than the file goes: a child that was taken over must not keep us for ever.
    const bool goes_on = part.lines >= place_.lines && (is_last ? part.bytes >= place_.bytes : part.bytes > place_.bytes);
    const bool is_in_file = part.bytes <= std::max(bytes_, size_of(file_));  // it may grow or shrink meanwhile
    if (goes_on && is_in_file && (part.documents.empty() || part.documents.front().number > place_.lines)) return part;
    reason = "the parser process sent lines that are not there";
  } catch (const Error& lie) {
    reason = lie.what();
  }
  return std::nullopt;
}

bool CorpusRun::take(CorpusPart part) {
  place_.lines = part.lines;
  place_.bytes = part.bytes;
  place_.pass_over = false;
  return take_(std::move(part));
}

}  // namespace rag
