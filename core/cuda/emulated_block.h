#pragma once

#include <setjmp.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

// One block of a kernel on one thread of the processor: each of its threads is a fiber that runs until it has to wait for others.  Blocks run
// one after the other.  What a GPU leaves undefined ends with a std::logic_error that says what and where:
//   - a barrier, or an operation of a warp, that a thread it counts on never reaches, or reaches on another line
//   - dynamic shared memory beyond what was asked for (Shared<T> says so; a raw pointer meets a page that may not be read)
//   - a misaligned or unfinished asynchronous copy
// Shared memory holds no numbers (NaN) when a block begins.  A warp runs as far ahead of the others as barriers let it.  Threads run backwards in even blocks and forwards in odd ones, so that a missing
// barrier shows in one of them; asynchronous copies come as late as they may in even blocks and at once in odd ones.  Two threads that write the same place are not noticed.
namespace rag::emulated {

[[noreturn]] inline void wrong(const std::string& what) { throw std::logic_error("kernel: " + what); }

// Where a thread waits, and for what.
struct Meeting {
  const char* what = nullptr;
  unsigned line = 0;
  bool operator==(const Meeting&) const = default;
  std::string text() const { return std::string(what) + " on line " + std::to_string(line); }
};

// Memory of whole pages, with one behind it that may not be touched.
class GuardedBytes {
 public:
  explicit GuardedBytes(std::size_t bytes)
      : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))), mapped_((bytes + page_ - 1) / page_ * page_ + page_) {
    base_ = static_cast<unsigned char*>(::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (base_ == MAP_FAILED) throw std::bad_alloc();
    ::mprotect(end(), page_, PROT_NONE);
  }
  ~GuardedBytes() { ::munmap(base_, mapped_); }
  GuardedBytes(const GuardedBytes&) = delete;
  GuardedBytes& operator=(const GuardedBytes&) = delete;
  unsigned char* base() const { return base_; }
  unsigned char* end() const { return base_ + mapped_ - page_; }

 private:
  std::size_t page_, mapped_;
  unsigned char* base_;
};

inline constexpr unsigned kLanes = 32;
inline constexpr std::size_t kSlotBytes = 32;  // what a lane can hand to the others of its warp at once

struct Copy {
  void* to;
  const void* from;  // null: zeros
  std::size_t group;
};

using Registers = jmp_buf;

struct Thread {
  ucontext_t context;
  Registers registers;
  bool started = false, done = false, waits = false;
  Meeting meeting;
  unsigned turn = 0;  // operations of its warp it has been in
  std::vector<Copy> copies;
  std::size_t groups = 0;  // of copies, ended
  void* fake_stack = nullptr;  // the address sanitizer's
  void* tsan = nullptr;        // the thread sanitizer's
};

// Lanes that wait for one another.
struct Gathering {
  std::uint32_t mask = 0, arrived = 0;
  Meeting meeting;
};

struct Warp {
  std::vector<Gathering> gatherings;
  alignas(16) unsigned char slots[2][kLanes][kSlotBytes];  // in turns: a lane may be one operation ahead of another, never two
};

class Block {
 public:
  Block(unsigned threads, std::size_t shared_bytes, std::function<void()> body)
      : threads_(threads),
        warps_((threads + kLanes - 1) / kLanes),
        body_(std::move(body)),
        shared_size_(shared_bytes),
        shared_(std::max<std::size_t>(1, shared_bytes)),
        stacks_(threads * kStackBytes) {}

  // `enter(i)` is called before thread i goes on.
  template <typename Enter>
  void run(bool backwards, const Enter& enter) {
    copies_at_once_ = !backwards;
    begin_block();
    std::size_t left = threads_.size();
    while (left > 0) {
      bool moved = false;
      for (unsigned step = 0; step < warps_.size(); ++step) {
        const unsigned warp = backwards ? static_cast<unsigned>(warps_.size()) - 1 - step : step;
        while (const std::size_t went_on = run_warp(warp, backwards, enter, left)) moved = went_on > 0;
      }
      if (!moved) say_who_waits();
    }
  }

  // What threads call.

  void meet_all(const Meeting& meeting) {
    if (waiting_ > 0 && meeting != barrier_) wrong("threads of a block wait at " + barrier_.text() + " and at " + meeting.text());
    barrier_ = meeting;
    if (++waiting_ < threads_.size()) return wait(meeting);
    waiting_ = 0;
    for (Thread& thread : threads_) thread.waits = false;
  }

  void meet_warp(std::uint32_t mask, const Meeting& meeting) {
    Warp& warp = warps_[current_ / kLanes];
    const std::uint32_t bit = 1U << current_ % kLanes;
    if (!(mask & bit)) wrong("lane " + std::to_string(current_ % kLanes) + " is not in the mask of its " + meeting.text());
    auto found = std::ranges::find(warp.gatherings, mask, &Gathering::mask);
    if (found == warp.gatherings.end()) found = warp.gatherings.insert(found, {mask, 0, meeting});
    if (found->meeting != meeting) wrong("lanes of a warp are at " + found->meeting.text() + " and at " + meeting.text());
    found->arrived |= bit;
    if (found->arrived != mask) return wait(meeting);
    warp.gatherings.erase(found);
    const unsigned first = current_ / kLanes * kLanes;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      if (mask >> lane & 1U) threads_[first + lane].waits = false;
  }

  // Every lane of the mask hands in its bytes; what comes back are the bytes of all 32, kSlotBytes apart, valid until the lane's next exchange.
  const unsigned char* exchange(std::uint32_t mask, const void* bytes, std::size_t size, const Meeting& meeting) {
    auto& slots = warps_[current_ / kLanes].slots[threads_[current_].turn++ % 2];
    std::memcpy(slots[current_ % kLanes], bytes, size);
    meet_warp(mask, meeting);
    return slots[0];
  }

  unsigned char* dynamic_shared() const { return shared_.end() - rounded(shared_size_); }
  std::size_t dynamic_shared_size() const { return shared_size_; }

  // The array of a RAG_SHARED line: the same for all threads of a block.
  void* static_shared(const void* key, std::size_t bytes) {
    auto& array = arrays_[key];
    if (array.empty()) array.assign((bytes + 15) / 16 * 2, UINT64_MAX);
    return array.data();
  }

  bool copies_at_once() const { return copies_at_once_; }
  Thread& thread() { return threads_[current_]; }
  unsigned current() const { return current_; }

 private:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr std::size_t kStackBytes = 512 * 1024;
#else
  static constexpr std::size_t kStackBytes = 128 * 1024;
#endif
  // Each of its threads as far as it gets; how many went on.
  template <typename Enter>
  std::size_t run_warp(unsigned warp, bool backwards, const Enter& enter, std::size_t& left) {
    const unsigned first = warp * kLanes, count = std::min(kLanes, static_cast<unsigned>(threads_.size()) - first);
    std::size_t went_on = 0;
    for (unsigned step = 0; step < count; ++step) {
      const unsigned i = first + (backwards ? count - 1 - step : step);
      Thread& thread = threads_[i];
      if (thread.done || thread.waits) continue;
      ++went_on;
      current_ = i;
      enter(i);
      go_on(thread);
      if (failure_) std::rethrow_exception(failure_);
      left -= thread.done;
    }
    return went_on;
  }

  static std::size_t rounded(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

  void begin_block() {
    std::memset(dynamic_shared(), 0xFF, rounded(shared_size_));
    arrays_.clear();
    waiting_ = 0;
    for (Warp& warp : warps_) warp = {};
    for (unsigned i = 0; i < threads_.size(); ++i) {
      Thread& thread = threads_[i];
      thread = {};
      ::getcontext(&thread.context);
      thread.context.uc_stack.ss_sp = stacks_.base() + i * kStackBytes;
      thread.context.uc_stack.ss_size = kStackBytes;
      const auto address = reinterpret_cast<std::uintptr_t>(this);  // makecontext hands on nothing but ints
      ::makecontext(&thread.context, reinterpret_cast<void (*)()>(&Block::enter_thread), 2, static_cast<unsigned>(address >> 32),
                    static_cast<unsigned>(address & 0xFFFFFFFFU));
    }
  }

  static void enter_thread(unsigned high, unsigned low) {
    auto* block = reinterpret_cast<Block*>(static_cast<std::uintptr_t>(high) << 32 | low);
    block->finish_switch(block->scheduler_stack_, &block->scheduler_size_);
    try {
      block->body_();
      if (!block->thread().copies.empty()) wrong("a thread returns before its asynchronous copies are done");
    } catch (...) {
      block->failure_ = std::current_exception();
    }
    block->thread().done = true;
    block->leave();
  }

  void wait(const Meeting& meeting) {
    thread().waits = true;
    thread().meeting = meeting;
    leave();
  }

  // A fiber begins by setcontext.  From then on a switch is _setjmp and _longjmp, some nanoseconds: swapcontext would ask the system for the
  // signal mask each time.  Sanitizers are told of every switch.
  __attribute__((noinline)) void go_on(Thread& thread) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&scheduler_fake_stack_, thread.context.uc_stack.ss_sp, kStackBytes);
#elif defined(__SANITIZE_THREAD__)
    if (!thread.tsan) thread.tsan = __tsan_create_fiber(0);
    tsan_scheduler_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(thread.tsan, 0);
#endif
    jump_to(thread);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(scheduler_fake_stack_, nullptr, nullptr);
#elif defined(__SANITIZE_THREAD__)
    if (thread.done) __tsan_destroy_fiber(thread.tsan);
#endif
  }
  __attribute__((noinline)) void leave() {
    Thread& self = thread();
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(self.done ? nullptr : &self.fake_stack, scheduler_stack_, scheduler_size_);
#elif defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(tsan_scheduler_, 0);
#endif
    jump_back(self);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(self.fake_stack, &scheduler_stack_, &scheduler_size_);
#endif
  }

  // Each returns when somebody jumps back to where it was called.
  __attribute__((noinline, no_sanitize("address", "thread"))) void jump_to(Thread& thread) {
    if (_setjmp(scheduler_) != 0) return;
    if (thread.started) _longjmp(thread.registers, 1);
    thread.started = true;
    ::setcontext(&thread.context);
  }
  __attribute__((noinline, no_sanitize("address", "thread"))) void jump_back(Thread& self) {
    if (_setjmp(self.registers) == 0) _longjmp(scheduler_, 1);
  }
  void finish_switch([[maybe_unused]] const void*& stack, [[maybe_unused]] std::size_t* size) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &stack, size);
#endif
  }

  [[noreturn]] void say_who_waits() const {
    const auto waits = std::ranges::find_if(threads_, [](const Thread& thread) { return thread.waits; });
    const auto done = std::ranges::find_if(threads_, [](const Thread& thread) { return thread.done; });
    const auto number = [&](auto place) { return "thread " + std::to_string(place - threads_.begin()); };
    const auto other = std::ranges::find_if(threads_, [&](const Thread& thread) { return thread.waits && thread.meeting != waits->meeting; });
    wrong(number(waits) + " waits at " + waits->meeting.text() +
          (other != threads_.end()  ? ", " + number(other) + " at " + other->meeting.text()
           : done != threads_.end() ? ", which " + number(done) + " has returned without reaching"
                                    : ", which not all lanes of its mask reach"));
  }

  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::function<void()> body_;
  std::size_t shared_size_;
  GuardedBytes shared_, stacks_;
  std::map<const void*, std::vector<std::uint64_t>> arrays_;
  bool copies_at_once_ = false;
  unsigned current_ = 0;
  std::size_t waiting_ = 0;
  Meeting barrier_;
  std::exception_ptr failure_;
  Registers scheduler_;
  const void* scheduler_stack_ = nullptr;
  void* scheduler_fake_stack_ = nullptr;
  std::size_t scheduler_size_ = 0;
  void* tsan_scheduler_ = nullptr;
};

}  // namespace rag::emulated
