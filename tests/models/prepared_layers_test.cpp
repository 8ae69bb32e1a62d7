#include "models/prepared_layers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "models/engine.h"
#include "tests/models/plain_bert.h"

namespace rag {
namespace {

class PreparedLayersTest : public testing::Test {
 protected:
  PreparedLayersTest() {
    std::filesystem::create_directories(folder_);
    save(11);
  }
  ~PreparedLayersTest() override { std::filesystem::remove_all(folder_); }

  // Weights of their own for each seed.
  void save(unsigned seed) { PlainBert(config_, seed).save(folder_ / "model.safetensors"); }
  bool mapped() const { return PreparedLayers(EncoderWeights(folder_ / "model.safetensors", config_), config_, kept_, 1).mapped(); }

  std::vector<float> vectors(const std::filesystem::path& prepared) const {
    const EncoderWeights weights(folder_ / "model.safetensors", config_);
    PackedTexts texts;
    texts.add({1, 2, 3, 4, 5});
    texts.add({7});
    return open_engine(weights, config_, {.precision = Precision::Int8, .threads = 1, .prepared = prepared})->encode(texts);
  }

  EncoderConfig config_ = tiny_config();
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("prepared-layers-" + std::to_string(::getpid()));
  std::filesystem::path kept_ = folder_ / "cache" / "layers.int8";
};

TEST_F(PreparedLayersTest, AreMadeOnceAndMappedFromThenOn) {
  EXPECT_FALSE(mapped());
  EXPECT_TRUE(mapped());
}

TEST_F(PreparedLayersTest, GiveTheSameVectorsMadeOrMapped) {
  const auto made = vectors("");
  EXPECT_EQ(vectors(kept_), made);
  ASSERT_TRUE(mapped());
  EXPECT_EQ(vectors(kept_), made);
}

TEST_F(PreparedLayersTest, AreMadeAgainForOtherWeights) {
  EXPECT_FALSE(mapped());
  save(12);
  EXPECT_FALSE(mapped());
  EXPECT_TRUE(mapped());
}

TEST_F(PreparedLayersTest, AreMadeAgainWhereAnyByteOfTheFileIsAnother) {
  const auto made = vectors(kept_);
  const std::string whole = read_file(kept_);
  for (const std::size_t place : {std::size_t{0}, std::size_t{8}, std::size_t{20}, std::size_t{80}, std::size_t{88}, std::size_t{128},
                                  whole.size() / 2, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    write_file_atomically(kept_, damaged);
    EXPECT_EQ(vectors(kept_), made) << "byte " << place;
    EXPECT_EQ(read_file(kept_), whole) << "byte " << place;
  }
}

TEST_F(PreparedLayersTest, AreMadeAgainWhereTheFileIsCutOrNoFile) {
  const auto made = vectors(kept_);
  const std::string whole = read_file(kept_);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{128}, whole.size() - 64}) {
    write_file_atomically(kept_, whole.substr(0, size));
    EXPECT_EQ(vectors(kept_), made) << size;
    EXPECT_TRUE(mapped()) << size;
  }
  std::filesystem::remove(kept_);
  std::filesystem::create_directory(kept_);
  EXPECT_EQ(vectors(kept_), made);
}

TEST_F(PreparedLayersTest, TakeTheUnusedOnesOfOtherModelsAway) {
  std::filesystem::create_directories(kept_.parent_path());
  const auto now = std::filesystem::file_time_type::clock::now();
  for (const auto& [name, days] : {std::pair{"old.int8", 91}, {"young.int8", 89}, {"old.txt", 91}}) {
    std::ofstream(kept_.parent_path() / name) << "bytes";
    std::filesystem::last_write_time(kept_.parent_path() / name, now - std::chrono::hours(24 * days));
  }
  EXPECT_FALSE(mapped());
  EXPECT_FALSE(std::filesystem::exists(kept_.parent_path() / "old.int8"));
  EXPECT_TRUE(std::filesystem::exists(kept_.parent_path() / "young.int8"));
  EXPECT_TRUE(std::filesystem::exists(kept_.parent_path() / "old.txt"));
}

TEST_F(PreparedLayersTest, AreMarkedAsUsed) {
  EXPECT_FALSE(mapped());
  const auto now = std::filesystem::file_time_type::clock::now();
  std::filesystem::last_write_time(kept_, now - std::chrono::hours(24 * 50));
  EXPECT_TRUE(mapped());
  EXPECT_LT(now - std::filesystem::last_write_time(kept_), std::chrono::hours(1));
}

TEST_F(PreparedLayersTest, NeedNoFolderThatCanBeWritten) {
  write_file_atomically(folder_ / "occupied", "a file where a folder would have to be");
  EXPECT_EQ(vectors(folder_ / "occupied" / "layers.int8"), vectors(""));
}

TEST_F(PreparedLayersTest, NameTheLayerWhoseWeightsAreNoNumbers) {
  PlainBert plain(config_, 11);
  plain.at("encoder.layer.1.intermediate.dense.weight")[5] = std::nanf("");
  plain.save(folder_ / "model.safetensors");
  try {
    vectors(kept_);
    FAIL() << "took weights that are no numbers";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("encoder.layer.1.intermediate.dense.weight: holds values that are no numbers"), std::string::npos)
        << error.what();
  }
  EXPECT_FALSE(std::filesystem::exists(kept_));
}

}  // namespace
}  // namespace rag
