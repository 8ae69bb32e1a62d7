#include "pipelines/texts_under_way.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

namespace rag {
namespace {

constexpr std::size_t kMegabyte = std::size_t{1} << 20;

// Asks for room on a thread of its own, and says whether it has an answer.
class Waiting {
 public:
  Waiting(TextsUnderWay& texts, std::size_t bytes) : thread_([this, &texts, bytes] {
    room_ = texts.enter(bytes);
    answered_ = true;
  }) {}
  ~Waiting() { thread_.join(); }

  bool answered() const { return answered_; }
  TextsUnderWay::Room wait() {
    while (!answered_) std::this_thread::yield();
    return std::move(room_);
  }

 private:
  TextsUnderWay::Room room_;
  std::atomic<bool> answered_ = false;
  std::thread thread_;
};

void give_it_time() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

TEST(TextsUnderWay, LetsSmallTextsPassWithoutCounting) {
  TextsUnderWay texts(kMegabyte);
  const auto large = texts.enter(100 * kMegabyte);
  EXPECT_EQ(texts.enter(TextsUnderWay::kLarge - 1), nullptr);
}

TEST(TextsUnderWay, LetsALargeOneWaitUntilThereIsRoom) {
  TextsUnderWay texts(16 * kMegabyte);
  auto first = texts.enter(8 * kMegabyte), second = texts.enter(8 * kMegabyte);
  ASSERT_TRUE(first && second);
  Waiting third(texts, 8 * kMegabyte);
  give_it_time();
  EXPECT_FALSE(third.answered());
  first.reset();
  EXPECT_TRUE(third.wait());
}

TEST(TextsUnderWay, LetsOneThatIsLargerThanAllPassAlone) {
  TextsUnderWay texts(16 * kMegabyte);
  auto small = texts.enter(8 * kMegabyte);
  Waiting huge(texts, 100 * kMegabyte);
  give_it_time();
  EXPECT_FALSE(huge.answered());
  small.reset();
  EXPECT_TRUE(huge.wait());
}

TEST(TextsUnderWay, LetsNobodyWaitOnceItIsClosed) {
  TextsUnderWay texts(16 * kMegabyte);
  const auto first = texts.enter(16 * kMegabyte);
  Waiting second(texts, 16 * kMegabyte);
  texts.close();
  EXPECT_EQ(second.wait(), nullptr);
  EXPECT_EQ(texts.enter(16 * kMegabyte), nullptr);
}

}  // namespace
}  // namespace rag
