#include "ingest/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "core/error.h"
#include "ingest/parser_process.h"
#include "ingest/wire.h"

namespace rag {
namespace {

constexpr int kFilesPerChild = 500;  // bounds what a leaking parser can pile up; starting a new one costs milliseconds

std::optional<std::string> too_large(std::uint64_t bytes, std::size_t max_bytes) {
  if (bytes <= max_bytes) return std::nullopt;
  return std::to_string(bytes >> 20) + " MB, at most " + std::to_string(max_bytes >> 20) + " MB are read";
}

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
    return too_large(static_cast<std::uint64_t>(info.st_size), max_bytes).value_or("");
  }
  static std::string failure() { return std::string("cannot be read: ") + std::strerror(errno); }

  int fd_ = -1;
  std::string reason_;
};

class ChildSandbox final : public ParserSandbox {
 public:
  explicit ChildSandbox(const ParseLimits& limits) : limits_(limits) { start(); }

  std::optional<std::string> refuse_size(std::uint64_t bytes) const override { return too_large(bytes, limits_.max_file_bytes); }

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri) override {
    const OpenFile open(file, limits_.max_file_bytes);
    if (!open.reason().empty()) return skipped(open.reason());
    // A child that was killed from outside gets the file a second time; one that dies of it again is to blame after all.
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (attempt > 0) ::lseek(open.get(), 0, SEEK_SET);
      std::string reason;
      if (std::optional<ParseOutcome> outcome = ask_child(open.get(), uri, reason)) return std::move(*outcome);
      if (!reason.empty()) return skipped(std::move(reason));
    }
    return skipped("parser killed from outside, twice (out of memory, perhaps)");
  }

 private:
  static ParseOutcome skipped(std::string reason) { return {{}, std::move(reason), {}}; }

  void start() {
    process_.reset();
    process_ = std::make_unique<ParserProcess>(limits_);
    served_ = 0;
  }

  // Nothing and no reason: worth another attempt.
  std::optional<ParseOutcome> ask_child(int file, const std::string& uri, std::string& reason) {
    if (!process_ || served_ >= kFilesPerChild) start();
    ++served_;
    std::string answer;
    try {
      if (!process_->send(file, uri)) {
        process_.reset();
        return std::nullopt;
      }
      const Reply reply = process_->receive(answer);
      if (reply == Reply::Answered) return decode_outcome(answer);
      reason = reply == Reply::TooLarge ? "its text is larger than " + std::to_string(limits_.max_text_bytes >> 20) + " MB"
                                        : process_->obituary();
    } catch (const Error& e) {
      process_.reset();
      if (e.kind() != ErrorKind::Corrupt) throw;
      reason = e.what();
    }
    process_.reset();
    return std::nullopt;
  }

  ParseLimits limits_;
  std::unique_ptr<ParserProcess> process_;
  int served_ = 0;
};

}  // namespace

std::unique_ptr<ParserSandbox> start_parser_sandbox(const ParseLimits& limits) { return std::make_unique<ChildSandbox>(limits); }

}  // namespace rag
