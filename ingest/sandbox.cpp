#include "ingest/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "ingest/contained_files.h"
#include "ingest/parser_process.h"
#include "ingest/wire.h"

namespace rag {
namespace {

constexpr int kFilesPerChild = 500;  // bounds what a leaking parser can pile up; starting a new one costs milliseconds
constexpr int kMostDeaths = 8;       // of one archive's members, each of which costs a new child and the way back to where it was
constexpr int kMostWalls = 10;       // all members of a file together may take this many times max_wall

class OpenFile {
 public:
  // Regular files only: asked first, because opening a device may do something; asked again, because names change hands.
  OpenFile(const std::filesystem::path& file, std::size_t max_bytes) { reason_ = open(file, max_bytes); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  const std::string& reason() const { return reason_; }  // why it is not to be read; empty where it is

 private:
  std::string open(const std::filesystem::path& file, std::size_t max_bytes) {
    struct stat info {};
    if (::stat(file.c_str(), &info) != 0) return failure();
    if (!S_ISREG(info.st_mode)) return "not a regular file";
    fd_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) return failure();
    if (!S_ISREG(info.st_mode)) return "not a regular file";
    if (static_cast<std::size_t>(info.st_size) > max_bytes)
      return std::to_string(info.st_size >> 20) + " MB, at most " + std::to_string(max_bytes >> 20) + " MB are read";
    return "";
  }
  static std::string failure() { return std::string("cannot be read: ") + std::strerror(errno); }

  int fd_ = -1;
  std::string reason_;
};

class ChildSandbox final : public ParserSandbox {
 public:
  explicit ChildSandbox(const ParseLimits& limits) : limits_(limits) { start(); }

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri) override {
    const OpenFile open(file, limits_.max_file_bytes);
    if (!open.reason().empty()) return skipped(open.reason());
    const auto give_up_at = std::chrono::steady_clock::now() + kMostWalls * limits_.max_wall;
    Reading reading;
    for (int deaths = 0, killed = 0;;) {
      ::lseek(open.get(), 0, SEEK_SET);
      std::string reason;
      if (ask_child(open.get(), uri, give_up_at, reading, reason)) break;
      // A child that was killed from outside gets the file a second time; one that dies of it again is to blame after all.
      if (reason.empty() && ++killed < 2) {
        reading = {};
        continue;
      }
      if (reason.empty()) reason = "parser killed from outside, twice (out of memory, perhaps)";
      if (reading.member.empty()) return skipped(std::move(reason));
      reading.outcome.members.push_back({reading.member, std::move(reason), {}});
      reading.after = reading.member;
      if (++deaths < kMostDeaths) continue;
      reading.outcome.warnings.push_back("the rest of it is not read: " + std::to_string(deaths) + " files in it ended the parser");
      break;
    }
    conclude(reading.outcome, uri);
    return std::move(reading.outcome);
  }

 private:
  static ParseOutcome skipped(std::string reason) { return {.skipped = std::move(reason)}; }

  void start() {
    process_.reset();
    process_ = std::make_unique<ParserProcess>(limits_);
    served_ = 0;
  }

  // What has come of a file so far, and the member that is being read.
  struct Reading {
    ParseOutcome outcome;
    std::string member;
    std::string after;  // the reading goes on after this one

    void add(ParseOutcome part) {
      if (!part.skipped.empty()) outcome.skipped = std::move(part.skipped);
      std::move(part.documents.begin(), part.documents.end(), std::back_inserter(outcome.documents));
      std::move(part.warnings.begin(), part.warnings.end(), std::back_inserter(outcome.warnings));
      std::move(part.members.begin(), part.members.end(), std::back_inserter(outcome.members));
    }
  };

  // False where the child has died; without a reason it is worth another attempt.
  bool ask_child(int file, const std::string& uri, std::chrono::steady_clock::time_point give_up_at, Reading& reading, std::string& reason) {
    if (!process_ || served_ >= kFilesPerChild) start();
    ++served_;
    std::string answer;
    try {
      if (!process_->send(file, uri, reading.after)) {
        process_.reset();
        return false;
      }
      Reply reply = Reply::Part;
      while ((reply = process_->receive(answer)) == Reply::Part) {
        Part part = decode_part(answer);
        reading.add(std::move(part.so_far));
        reading.member = std::move(part.next);
        if (std::chrono::steady_clock::now() < give_up_at) continue;
        process_.reset();
        reading.outcome.warnings.push_back("the rest of it is not read: all of it takes longer than " +
                                           std::to_string((kMostWalls * limits_.max_wall).count()) + " s");
        return true;
      }
      if (reply == Reply::Answered) {
        reading.add(decode_outcome(answer));
        return true;
      }
      reason = reply == Reply::TooLarge ? "its text is larger than " + std::to_string(limits_.max_text_bytes >> 20) + " MB"
                                        : process_->obituary();
    } catch (const Error& e) {
      process_.reset();
      if (e.kind() != ErrorKind::Corrupt) throw;
      reason = e.what();
    }
    process_.reset();
    return false;
  }

  ParseLimits limits_;
  std::unique_ptr<ParserProcess> process_;
  int served_ = 0;
};

}  // namespace

std::unique_ptr<ParserSandbox> start_parser_sandbox(const ParseLimits& limits) { return std::make_unique<ChildSandbox>(limits); }

}  // namespace rag
