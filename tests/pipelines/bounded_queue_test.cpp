#include "pipelines/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace rag {
namespace {

TEST(BoundedQueue, HandsEverythingOverInOrder) {
  BoundedQueue<int> queue(10);
  std::thread producer([&] {
    for (int i = 0; i < 20000; ++i) EXPECT_TRUE(queue.push(i, 1));
    queue.close();
  });
  int next = 0;
  while (const auto value = queue.pop()) EXPECT_EQ(*value, next++);
  EXPECT_EQ(next, 20000);
  producer.join();
}

TEST(BoundedQueue, NeverHoldsMoreThanItsCapacity) {
  BoundedQueue<int> queue(100);
  std::atomic<int> inside{0}, most{0};
  std::thread producer([&] {
    for (int i = 0; i < 5000; ++i) {
      queue.push(i, 25);
      const int now = ++inside;
      if (now > most) most = now;
    }
    queue.close();
  });
  while (queue.pop()) --inside;
  producer.join();
  EXPECT_LE(most, 5) << "four of 25, and the one just taken";
}

TEST(BoundedQueue, TakesOneValueHoweverHeavy) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.push(7, 1000000));
  EXPECT_EQ(queue.pop(), 7);
}

TEST(BoundedQueue, WakesTheProducerWhenItIsClosed) {
  BoundedQueue<int> queue(1);
  EXPECT_TRUE(queue.push(1, 1));
  std::thread producer([&] { EXPECT_FALSE(queue.push(2, 1)); });
  queue.close();
  producer.join();
  EXPECT_EQ(queue.pop(), 1) << "what is inside can still be taken";
  EXPECT_EQ(queue.pop(), std::nullopt);
}

TEST(BoundedQueue, WakesTheConsumerWhenItIsClosed) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  std::thread consumer([&] { EXPECT_FALSE(queue.pop()); });
  queue.close();
  consumer.join();
}

}  // namespace
}  // namespace rag
