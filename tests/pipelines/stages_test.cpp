#include "pipelines/stages.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

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

}  // namespace
}  // namespace rag
