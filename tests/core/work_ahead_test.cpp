#include "core/work_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

namespace rag {
namespace {

// The numbers below `count`.
auto count_to(std::size_t count) {
  return [i = std::size_t{0}, count]() mutable { return i < count ? std::optional(i++) : std::nullopt; };
}

constexpr auto kWeightless = [](std::size_t) { return std::size_t{0}; };

TEST(WorkAhead, HandsResultsOverInOrderHoweverLongEachTook) {
  std::vector<std::size_t> taken;
  work_ahead({.threads = 4}, count_to(200),
             [](std::size_t i, const MakeRoom&) {
               if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
               return i * i;
             },
             kWeightless, [&](std::size_t i, std::size_t square) { return taken.push_back(square), square == i * i; });
  ASSERT_EQ(taken.size(), 200U);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
}

TEST(WorkAhead, WorksOnSeveralPiecesAtOnce) {
  std::atomic<int> inside{0};
  const auto meet = [&](std::size_t, const MakeRoom&) {
    ++inside;
    const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (inside < 3 && std::chrono::steady_clock::now() < give_up_at) std::this_thread::yield();
    return inside >= 3;
  };
  std::size_t met = 0;
  work_ahead({.threads = 3}, count_to(3), meet, kWeightless, [&](std::size_t, bool together) { return met += together, true; });
  EXPECT_EQ(met, 3U);
}

TEST(WorkAhead, IsNoFurtherAheadThanAllowed) {
  std::atomic<std::size_t> begun{0};
  std::size_t furthest = 0;
  work_ahead({.threads = 4, .pieces = 5}, count_to(300), [&](std::size_t i, const MakeRoom&) { return ++begun, i; }, kWeightless, [&](std::size_t i, std::size_t) {
    furthest = std::max(furthest, begun - i);
    return true;
  });
  EXPECT_LE(furthest, 6U) << "five, and the one that is taken";
}

TEST(WorkAhead, BeginsNothingWhileTooMuchWaits) {
  std::atomic<std::size_t> begun{0};
  std::size_t furthest = 0;
  work_ahead({.threads = 2, .weight = 10}, count_to(100), [&](std::size_t i, const MakeRoom&) { return ++begun, i; }, [](std::size_t) { return std::size_t{100}; },
             [&](std::size_t i, std::size_t) {
               furthest = std::max(furthest, begun - i);
               return true;
             });
  EXPECT_LE(furthest, 3U) << "one heavy result, one more in each thread";
}

TEST(WorkAhead, LetsHeavyResultsInOneAfterTheOther) {
  // Each weighs more than is allowed, so only the one that is taken next may become heavy; those behind it ask until it is their turn.
  std::atomic<std::size_t> heavy{0}, most_heavy{0};
  std::size_t taken = 0;
  const auto work = [&](std::size_t i, const MakeRoom& make_room) {
    if (i % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(500));
    while (!make_room(100, std::chrono::milliseconds(1))) continue;
    const std::size_t now = ++heavy;
    most_heavy = std::max<std::size_t>(most_heavy, now);
    return i;
  };
  work_ahead({.threads = 4, .weight = 10}, count_to(60), work, [](std::size_t) { return std::size_t{100}; }, [&](std::size_t i, std::size_t result) {
    --heavy;
    return ++taken, result == i;
  });
  EXPECT_EQ(taken, 60U);
  EXPECT_LE(most_heavy, 2U) << "the one that is taken next, and one that is being taken";
}

TEST(WorkAhead, SaysThatThereIsNoRoomRatherThanWaitForEver) {
  std::atomic<bool> refused{false};
  work_ahead({.threads = 2, .weight = 10}, count_to(2),
             [&](std::size_t i, const MakeRoom& make_room) {
               if (i == 1) refused = !make_room(100, std::chrono::milliseconds(1));
               while (i == 0 && !refused) std::this_thread::yield();
               return i;
             },
             kWeightless, [](std::size_t, std::size_t) { return true; });
  EXPECT_TRUE(refused);
}

TEST(WorkAhead, LetsNobodyWaitForRoomOnceItStops) {
  const auto work = [&](std::size_t i, const MakeRoom& make_room) {
    if (i == 0) throw std::runtime_error("the first");
    while (!make_room(100, std::chrono::milliseconds(50))) continue;
    return i;
  };
  EXPECT_THROW(work_ahead({.threads = 3, .weight = 10}, count_to(50), work, kWeightless, [](std::size_t, std::size_t) { return true; }), std::runtime_error);
}

TEST(WorkAhead, StopsWhereNobodyTakesAnyMore) {
  std::atomic<std::size_t> begun{0};
  work_ahead({.threads = 2, .pieces = 4}, count_to(100000), [&](std::size_t i, const MakeRoom&) { return ++begun, i; }, kWeightless, [](std::size_t i, std::size_t) { return i < 10; });
  EXPECT_LT(begun, 100U);
}

TEST(WorkAhead, PullsEachPieceOnceAndOnlyWhenItIsBegun) {
  std::size_t pulled = 0, furthest = 0;  // pull() is called by one thread at a time, but not by the one that takes
  std::atomic<std::size_t> seen{0};
  std::vector<std::string> names;
  const auto pull = [&]() -> std::optional<std::string> {
    seen = ++pulled;
    return pulled <= 50 ? std::optional("강 " + std::to_string(pulled)) : std::nullopt;
  };
  work_ahead({.threads = 3, .pieces = 4}, pull, [](const std::string& name, const MakeRoom&) { return name; }, [](const std::string&) { return std::size_t{0}; },
             [&](std::size_t i, std::string name) {
               furthest = std::max<std::size_t>(furthest, seen - i);
               return names.push_back(std::move(name)), true;
             });
  ASSERT_EQ(names.size(), 50U);
  EXPECT_EQ(names.front(), "강 1");
  EXPECT_EQ(names.back(), "강 50");
  EXPECT_LE(furthest, 6U);
}

TEST(WorkAhead, ThrowsWhatAPieceOrTheTakerThrows) {
  const auto fine = [](std::size_t i, const MakeRoom&) { return i; };
  const auto takes = [](std::size_t, std::size_t) { return true; };
  EXPECT_THROW(work_ahead({.threads = 3}, count_to(50), [](std::size_t i, const MakeRoom&) { return i == 20 ? throw std::runtime_error("20") : i; }, kWeightless, takes), std::runtime_error);
  EXPECT_THROW(work_ahead({.threads = 3}, count_to(50), fine, kWeightless, [](std::size_t i, std::size_t) { return i == 20 ? throw std::logic_error("20") : true; }), std::logic_error);
  EXPECT_THROW(work_ahead({.threads = 3}, []() -> std::optional<std::size_t> { throw std::runtime_error("the list"); }, fine, kWeightless, takes), std::runtime_error);
  work_ahead({}, count_to(0), fine, kWeightless, takes);
}

}  // namespace
}  // namespace rag
