// One child of the parser sandbox: what it is asked, and what becomes of a file that ends it.
#include "ingest/child_sandbox.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/heap.h"
#include "core/interrupt.h"
#include "ingest/contained_files.h"
#include "ingest/corpus_run.h"
#include "ingest/member_listening.h"
#include "ingest/open_file.h"
#include "ingest/parser_child.h"
#include "ingest/wire.h"

namespace rag {
namespace {

constexpr int kMostDeaths = 8;       // of one archive's members, each of which costs a new child and the way back to where it was
constexpr int kMostWalls = 10;       // all members of a file together may take this many times max_wall

std::optional<std::string> too_large(std::uint64_t bytes, std::size_t max_bytes) {
  if (bytes <= max_bytes) return std::nullopt;
  return std::to_string(bytes >> 20) + " MB, at most " + std::to_string(max_bytes >> 20) + " MB are read";
}

constexpr std::uint64_t kMostAnswered = largest_answer(ContainerLimits{}.max_text_bytes);

constexpr std::size_t kLargeAnswer = std::size_t{4} << 20;

class ChildSandbox final : public ParserSandbox {
 public:
  explicit ChildSandbox(const ParseLimits& limits) : limits_(limits), child_(limits) {}

  std::optional<std::string> refuse_size(std::uint64_t bytes, const std::string&) const override { return too_large(bytes, limits_.max_file_bytes); }

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri, const MakeRoom& make_room, MemberListener* listener) override {
    const OpenFile open(file);
    if (!open.reason().empty()) return skipped(open.reason());
    if (auto reason = too_large(open.bytes(), limits_.max_file_bytes)) return skipped(std::move(*reason));
    auto give_up_at = std::chrono::steady_clock::now() + most_of_all();
    bool large = false;
    const Meanwhile meanwhile{.before_answer =
                                  [&](std::size_t bytes) {
                                    give_up_at += wait_for_room(make_room, bytes);
                                    large |= bytes >= kLargeAnswer;
                                  },
                              .listener = listener};
    Reading reading;
    for (int deaths = 0, killed = 0;;) {
      ::lseek(open.get(), 0, SEEK_SET);
      std::string reason;
      if (ask_child(open, uri, give_up_at, meanwhile, reading, reason)) break;
      // A child that was killed from outside gets the file a second time; one that dies of it again is to blame after all.
      if (reason.empty() && ++killed < 2) {
        reading = {};
        continue;
      }
      if (reason.empty()) reason = "parser killed from outside, twice (out of memory, perhaps)";
      if (reading.recognizing && reading.with_ocr) {
        reading.go_on_without_ocr(reason);
        continue;
      }
      if (reading.member.empty()) return skipped(std::move(reason));
      reading.outcome.members.push_back({reading.member, std::move(reason), {}});
      reading.done = reading.member;
      reading.go_on_behind(reading.member);
      if (++deaths < kMostDeaths) continue;
      reading.outcome.warnings.push_back("the rest of it is not read: " + std::to_string(deaths) + " files in it ended the parser");
      break;
    }
    if (!reading.ocr_failure.empty() && reading.outcome.documents.empty() && reading.outcome.members.empty()) return skipped(std::move(reading.ocr_failure));
    if (!reading.ocr_failure.empty()) reading.outcome.warnings.push_back(reading.ocr_failure + "; pages that are pictures are left out");
    conclude(reading.outcome, uri);
    if (large) give_memory_back();  // it left large holes in the heap of the thread that took it in
    return std::move(reading.outcome);
  }

  std::string read_corpus(const std::filesystem::path& file, const std::string& uri, const TakeCorpusPart& take) override {
    const OpenFile open(file);
    if (!open.reason().empty()) return open.reason();
    return CorpusRun(child_, limits_, open.get(), uri, take).to_the_end();
  }

 private:
  static ParseOutcome skipped(std::string reason) { return {.skipped = std::move(reason)}; }

  // How long that took.
  static std::chrono::steady_clock::duration wait_for_room(const MakeRoom& make_room, std::size_t bytes) {
    constexpr std::size_t kTimes = 2;  // the answer, and what it is decoded to
    constexpr std::chrono::milliseconds kNap{200};
    const auto start = std::chrono::steady_clock::now();
    while (make_room && !make_room(kTimes * bytes, kNap)) throw_if_interrupted();
    return std::chrono::steady_clock::now() - start;
  }

  std::chrono::seconds most_of_all() const { return kMostWalls * limits_.max_wall + (limits_.ocr.enabled ? limits_.ocr.max_cpu : std::chrono::seconds(0)); }

  // What has come of a file so far, and the member that is being read.
  struct Reading {
    ParseOutcome outcome;
    std::uint64_t answered = 0;  // bytes
    std::string member;
    std::string done;  // the member before it
    std::uint64_t unpacked = 0, text_bytes = 0;  // up to it
    MembersRead read;  // the reading goes on from here
    bool with_ocr = true;
    bool recognizing = false;  // the child was last heard of at a page that is a picture
    std::string ocr_failure;

    // A page that brings the recogniser down must not take the pages along that have a text of their own.
    void go_on_without_ocr(const std::string& why) {
      ocr_failure = "text recognition failed (" + why + ")" + (done.empty() ? "" : " in " + member + " and is off behind it");
      with_ocr = false;
      go_on_behind(done);
      if (!done.empty()) return;
      outcome = {};  // all of it is read again
      member.clear();
    }

    void go_on_behind(const std::string& last) { read = {last, unpacked, text_bytes}; }

    void add(ParseOutcome part) {
      if (!part.skipped.empty()) outcome.skipped = std::move(part.skipped);
      std::move(part.documents.begin(), part.documents.end(), std::back_inserter(outcome.documents));
      std::move(part.warnings.begin(), part.warnings.end(), std::back_inserter(outcome.warnings));
      std::move(part.members.begin(), part.members.end(), std::back_inserter(outcome.members));
    }
  };

  struct Meanwhile {
    std::function<void(std::size_t)> before_answer;
    MemberListener* listener = nullptr;
  };

  // Has the recording the child told of listened to, for which no time is counted.  False where the child did not live to hand it over.
  static bool hear(ParserProcess& process, const std::string& told, const Meanwhile& meanwhile, std::chrono::steady_clock::time_point& give_up_at,
                   Reading& reading) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<ParseOutcome> heard = listen_to_member(process, decode_recording(told), *meanwhile.listener, meanwhile.before_answer);
    give_up_at += std::chrono::steady_clock::now() - start;
    if (heard) reading.add(std::move(*heard));
    return heard.has_value();
  }

  // False where the child has died; without a reason it is worth another attempt.
  bool ask_child(const OpenFile& file, const std::string& uri, std::chrono::steady_clock::time_point& give_up_at, const Meanwhile& meanwhile, Reading& reading,
                 std::string& reason) {
    ParserProcess& process = child_.for_next_file(file.bytes());
    reading.recognizing = false;
    std::string answer;
    try {
      if (!process.send(file.get(), uri, reading.with_ocr, meanwhile.listener != nullptr, reading.read)) {
        child_.end();
        return false;
      }
      Reply reply = Reply::Part;
      while ((reply = process.receive(answer, meanwhile.before_answer)) == Reply::Part || (reply == Reply::Recording && meanwhile.listener)) {
        if (reply == Reply::Recording) {
          if (hear(process, answer, meanwhile, give_up_at, reading)) continue;
          reply = Reply::Died;
          break;
        }
        // Each part within its bounds, and parts without end: that is no parser of ours any more.
        if ((reading.answered += answer.size()) > kMostAnswered) throw Error(ErrorKind::Corrupt, "its answers are larger than all the text that is kept of a file");
        Part part = decode_part(answer);
        reading.add(std::move(part.so_far));
        reading.done = std::exchange(reading.member, std::move(part.next));
        reading.unpacked = part.unpacked;
        reading.text_bytes = part.text_bytes;
        if (std::chrono::steady_clock::now() < give_up_at) continue;
        child_.end();
        reading.outcome.warnings.push_back("the rest of it is not read: all of it takes longer than " +
                                           std::to_string(most_of_all().count()) + " s");
        return true;
      }
      reading.recognizing = process.was_recognizing();
      if (reply == Reply::Answered) {
        reading.add(decode_outcome(answer));
        return true;
      }
      reason = reply == Reply::TooLarge ? "its text is larger than " + std::to_string(limits_.max_text_bytes >> 20) + " MB"
                                        : process.obituary();
    } catch (const Error& e) {
      child_.end();
      if (e.kind() != ErrorKind::Corrupt) throw;
      reason = e.what();
    }
    child_.end();
    return false;
  }

  ParseLimits limits_;
  ParserChild child_;
};

}  // namespace

std::unique_ptr<ParserSandbox> start_child_sandbox(const ParseLimits& limits) { return std::make_unique<ChildSandbox>(limits); }

std::optional<std::string> refuse_large_file(std::uint64_t bytes, const ParseLimits& limits) { return too_large(bytes, limits.max_file_bytes); }

}  // namespace rag
