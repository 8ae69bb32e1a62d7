#include "models/encode_by_length.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.h"
#include "core/interrupt.h"

namespace rag {
namespace {

// Gives every text its first id and its last token's segment, and remembers what it was asked.
class CountingEngine final : public EncoderEngine {
 public:
  std::vector<float> encode(const PackedTexts& texts) const override {
    calls.push_back(texts);
    std::vector<float> rows;
    for (std::size_t row = 0; row < texts.rows(); ++row) {
      rows.push_back(static_cast<float>(texts.ids[texts.starts[row]]));
      rows.push_back(static_cast<float>(texts.type(texts.starts[row + 1] - 1)));
    }
    return rows;
  }
  mutable std::vector<PackedTexts> calls;
};

PackedTexts texts_of(std::initializer_list<std::size_t> lengths) {
  PackedTexts texts;
  std::int32_t number = 0;
  for (const std::size_t length : lengths) {
    std::vector<std::uint8_t> types(length);
    types.back() = number % 2;
    texts.add(std::vector<std::int32_t>(length, number++), types);
  }
  return texts;
}

TEST(EncodeByLength, GivesRowsInTheOrderOfTheTexts) {
  const CountingEngine engine;
  EXPECT_EQ(encode_by_length(engine, texts_of({3, 9, 1, 4}), 2, 10), (std::vector<float>{0, 0, 1, 1, 2, 0, 3, 1}));
}

TEST(EncodeByLength, AsksForTheLongestFirstInBatchesOfBoundedSize) {
  const CountingEngine engine;
  encode_by_length(engine, texts_of({3, 9, 1, 4, 30}), 2, 10);
  std::vector<std::vector<std::size_t>> lengths;
  for (const PackedTexts& call : engine.calls) {
    lengths.emplace_back();
    for (std::size_t row = 0; row < call.rows(); ++row) lengths.back().push_back(call.length(row));
  }
  EXPECT_EQ(lengths, (std::vector<std::vector<std::size_t>>{{30}, {9}, {4, 3, 1}}));
}

TEST(EncodeByLength, AsksNothingWhereThereIsNoText) {
  const CountingEngine engine;
  EXPECT_TRUE(encode_by_length(engine, {}, 2, 10).empty());
  EXPECT_TRUE(engine.calls.empty());
}

// Its user loses patience while it works.
class InterruptedEngine final : public EncoderEngine {
 public:
  std::vector<float> encode(const PackedTexts& texts) const override {
    request_interrupt();
    return std::vector<float>(texts.rows());
  }
};

TEST(EncodeByLength, StopsBetweenTwoBatchesWhereTheUserAsks) {
  const auto interrupted_call = [] {
    try {
      encode_by_length(InterruptedEngine(), texts_of({5, 5, 5}), 1, 5);
    } catch (const Error& error) {
      ::_exit(exit_code(error.kind()));
    }
    ::_exit(0);
  };
  EXPECT_EXIT(interrupted_call(), testing::ExitedWithCode(130), "");  // an interrupt cannot be taken back: a process of its own
}

}  // namespace
}  // namespace rag
