#include "pipelines/stages.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include "pipelines/bounded_queue.h"

namespace rag {
namespace {

// Numbers go through two stages; the second one does `work` to each.
template <typename Work>
std::exception_ptr run(int count, std::vector<int>& came, const Work& work) {
  BoundedQueue<int> made(3), worked(3);
  Stages stages;
  stages.start(
      [&] {
        for (int i = 0; i < count; ++i)
          if (!made.push(i, 1)) return;
      },
      [&] { made.close(); });
  stages.start(
      [&] {
        while (const auto i = made.pop()) worked.push(work(*i), 1);
      },
      [&] { made.close(), worked.close(); });
  while (const auto i = worked.pop()) came.push_back(*i);
  return stages.join();
}

TEST(Stages, HandEverythingOnInOrder) {
  std::vector<int> came;
  EXPECT_FALSE(run(1000, came, [](int i) { return 2 * i; }));
  ASSERT_EQ(came.size(), 1000U);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(came[static_cast<std::size_t>(i)], 2 * i);
}

TEST(Stages, ThatFailStopTheOneBeforeAndLeaveWhatWasDoneToTheOneBehind) {
  std::vector<int> came;
  const auto failure = run(1'000'000'000, came, [](int i) { return i == 50 ? throw std::runtime_error("the fiftieth") : i; });
  ASSERT_TRUE(failure);
  EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
  EXPECT_EQ(came.size(), 50U);
}

TEST(Stages, AreJoinedWhereNobodyWaitsForThem) {
  std::atomic<bool> ended = false;
  {
    Stages stages;
    stages.start([&] { ended = true; }, [] {});
  }
  EXPECT_TRUE(ended);
}

// In a process of its own, where there is no memory for the stack of a second thread while the first one waits for room.
TEST(Stages, ThatCannotBeStartedStopTheOnesThatWere) {
  const auto start_two = [] {
    BoundedQueue<int> made(3);
    try {
      Stages stages;
      std::atomic<bool> runs = false;
      stages.start(
          [&] {
            runs = true;
            while (made.push(1, 1)) {
            }
          },
          [&] { made.close(); });
      while (!runs) std::this_thread::yield();
      pthread_attr_t larger_than_memory;
      pthread_attr_init(&larger_than_memory);
      pthread_attr_setstacksize(&larger_than_memory, std::size_t{1} << 50);
      pthread_setattr_default_np(&larger_than_memory);
      stages.start([] {}, [&] { made.close(); });
    } catch (const std::system_error&) {
      std::_Exit(7);
    }
    std::_Exit(0);
  };
  EXPECT_EXIT(start_two(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace rag
