#include "pipelines/work_in_order.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>

namespace rag {
namespace {

// The numbers from 0 on go in, until somebody closes the queue; what comes out.
template <typename Work>
std::vector<int> run(int count, std::size_t threads, const Work& work, int most = -1) {
  BoundedQueue<int> queue(3);
  std::jthread feeds([&] {
    for (int i = 0; i < count && queue.push(i, 1); ++i) {
    }
    queue.close();
  });
  std::vector<int> came;
  struct Close {  // the feeding thread ends whatever happens
    BoundedQueue<int>& queue;
    ~Close() { queue.close(); }
  } close{queue};
  try {
    work_in_order(queue, [&] { return threads; }, work, [&](int i) {
      came.push_back(i);
      return i != most;
    });
  } catch (const std::runtime_error&) {
    came.push_back(-1);
  }
  return came;
}

std::vector<int> up_to(int end) {
  std::vector<int> numbers;
  for (int i = 0; i < end; ++i) numbers.push_back(i);
  return numbers;
}

TEST(WorkInOrder, HandsOnInTheOrderThatThingsCame) {
  for (const std::size_t threads : {1UL, 2UL, 7UL}) {
    EXPECT_EQ(run(0, threads, [](int i) { return i; }), up_to(0));
    EXPECT_EQ(run(1, threads, [](int i) { return i; }), up_to(1));
    EXPECT_EQ(run(500, threads, [](int i) {
                if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
                return i;
              }),
              up_to(500));
  }
}

TEST(WorkInOrder, WorksOnSeveralAtOnceAndOnNoMore) {
  std::atomic<int> now = 0, most = 0;
  run(60, 3, [&](int i) {
    for (int before = most, mine = ++now; mine > before && !most.compare_exchange_weak(before, mine);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    --now;
    return i;
  });
  EXPECT_EQ(most, 3);
}

TEST(WorkInOrder, GivesWhatStoodBeforeAFailure) {
  for (const std::size_t threads : {1UL, 4UL}) {
    std::vector<int> expected = up_to(50);
    expected.push_back(-1);
    EXPECT_EQ(run(1'000'000'000, threads, [](int i) {
                if (i == 50) throw std::runtime_error("the fiftieth");
                std::this_thread::sleep_for(std::chrono::microseconds(100));
                return i;
              }),
              expected);
  }
}

TEST(WorkInOrder, EndsWhereNobodyTakesAnyMore) {
  for (int again = 0; again < 200; ++again) {  // the next thread stands waiting for its turn when the last is given
    for (const std::size_t threads : {1UL, 4UL}) EXPECT_EQ(run(1'000'000'000, threads, [](int i) { return i; }, 20), up_to(21));
  }
}

}  // namespace
}  // namespace rag
