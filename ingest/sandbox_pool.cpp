// Several children of the parser sandbox, each for one file at a time.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "ingest/child_sandbox.h"

namespace rag {
namespace {

class SandboxPool final : public ParserSandbox {
 public:
  explicit SandboxPool(const ParseLimits& limits) : limits_(limits), most_(threads_or_all(limits.processes)) { free_.push_back(start_child_sandbox(limits_)); }

  std::optional<std::string> refuse_size(std::uint64_t bytes, const std::string&) const override { return refuse_large_file(bytes, limits_); }

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri, const MakeRoom& make_room, MemberListener* listener) override {
    Loan loan(*this);
    if (!make_room) return loan.child->parse(file, uri, {}, listener);
    return loan.child->parse(
        file, uri, [&](std::size_t bytes, std::chrono::milliseconds most) { return make_room(bytes, most) || someone_waits(); }, listener);
  }

  std::string read_corpus(const std::filesystem::path& file, const std::string& uri, const TakeCorpusPart& take) override {
    Loan loan(*this);
    return loan.child->read_corpus(file, uri, take);
  }

 private:
  struct Loan {
    explicit Loan(SandboxPool& from) : pool(from), child(from.take()) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { pool.give_back(std::move(child)); }
    SandboxPool& pool;
    std::unique_ptr<ParserSandbox> child;
  };

  // Where there are fewer children than threads, the file whose turn it is may be waiting for one of them: then none of them may wait for that
  // file to make room.
  bool someone_waits() {
    const std::lock_guard lock(mutex_);
    return waiting_ > 0;
  }

  // The one used last, so that no more are started than are needed.
  std::unique_ptr<ParserSandbox> take() {
    std::unique_lock lock(mutex_);
    for (;;) {
      ++waiting_;
      returned_.wait(lock, [&] { return !free_.empty() || started_ < most_; });
      --waiting_;
      if (!free_.empty()) {
        auto child = std::move(free_.back());
        free_.pop_back();
        return child;
      }
      ++started_;
      lock.unlock();
      try {
        return start_child_sandbox(limits_);
      } catch (const Error&) {  // a machine that gives no more processes: those there are will do
        lock.lock();
        most_ = --started_;
      }
    }
  }

  void give_back(std::unique_ptr<ParserSandbox> child) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(child));
    returned_.notify_one();
  }

  const ParseLimits limits_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<ParserSandbox>> free_;
  std::size_t started_ = 1, most_;
  std::size_t waiting_ = 0;  // threads without a child
};

}  // namespace

std::unique_ptr<ParserSandbox> start_parser_sandbox(const ParseLimits& limits) { return std::make_unique<SandboxPool>(limits); }

}  // namespace rag
