#include <algorithm>
#include <chrono>

#include "models/sentencepiece_model.h"
#include "models/sentencepiece_nmt_nfkc.h"
#include "models/sentencepiece_tokenizer.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

class PreparedTokenizer : public ModelFolder {
 protected:
  void SetUp() override {
    ModelFolder::SetUp();
    model_.pieces = {{"<s>", 0, PieceType::Control}, {"<pad>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control},
                     {"<unk>", 0, PieceType::Unknown}, {"▁", -3},     {"▁river", -2}, {"▁run", -2.5F},   {"s", -3},
                     {"r", -5},                        {"강", -4},    {"은", -4},     {"riverside", -9}, {"rivers", -7},
                     {"<mask>", -1},                   {"▁bank", -4}, {"k", -6},      {"▁ban", -4}};
    model_.charsmap = nmt_nfkc_charsmap();
    put("sentencepiece.model", write_sentencepiece_model(model_));
  }

  std::unique_ptr<Tokenizer> open() const { return open_sentencepiece(folder_, folder_ / "sentencepiece.model", cache_); }

  // What a tokenizer says of texts that use all of its parts.
  static std::vector<std::string> answers_of(const Tokenizer& tokenizer) {
    std::vector<std::string> answers{tokenizer.name(), std::to_string(tokenizer.vocabulary_size())};
    for (const char* text : {"", "river runs  강은", "riversides rivers bank banks", "<mask> Q", "ｒiver\xE2\x80\x8Driver", "\xFF bank\t"}) {
      std::string ids;
      for (const std::int32_t id : tokenizer.encode(text).ids) ids += std::to_string(id) + " ";
      answers.push_back(ids);
    }
    return answers;
  }

  std::filesystem::path kept() const {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(cache_))
      for (const auto& entry : std::filesystem::directory_iterator(cache_)) files.push_back(entry.path());
    EXPECT_EQ(files.size(), 1U);
    return files.empty() ? std::filesystem::path() : files.front();
  }
  std::size_t kept_files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(cache_), std::filesystem::directory_iterator()));
  }

  SentencePieceModel model_;
  std::filesystem::path cache_ = std::filesystem::temp_directory_path() / ("prepared-tokenizer-" + std::to_string(::getpid()));
  void TearDown() override {
    std::filesystem::remove_all(cache_);
    ModelFolder::TearDown();
  }
};

TEST_F(PreparedTokenizer, IsWrittenOnceAndReadFromThenOn) {
  open();
  const std::filesystem::path file = kept();
  const auto long_ago = std::filesystem::last_write_time(file) - std::chrono::hours(1);
  std::filesystem::last_write_time(file, long_ago);
  open();
  EXPECT_EQ(std::filesystem::last_write_time(file), long_ago);
  EXPECT_EQ(kept_files(), 1U);
}

TEST_F(PreparedTokenizer, CutsAlikeMadeOrFound) {
  for (const char* config : {"{}", R"({"add_bos_token": true, "add_eos_token": false})", R"({"tokenizer_class": "XLMRobertaTokenizer"})"}) {
    put("tokenizer_config.json", config);
    const auto wanted = answers_of(*open_sentencepiece(folder_, folder_ / "sentencepiece.model"));
    EXPECT_EQ(answers_of(*open()), wanted) << config << ", made";
    EXPECT_EQ(answers_of(*open()), wanted) << config << ", found";
  }
  EXPECT_EQ(kept_files(), 3U);
}

TEST_F(PreparedTokenizer, KeepsTheIdsOfAnXlmRobertaFile) {
  std::rotate(model_.pieces.begin(), model_.pieces.begin() + 3, model_.pieces.begin() + 4);
  put("sentencepiece.model", write_sentencepiece_model(model_));
  put("tokenizer_config.json", R"({"tokenizer_class": "XLMRobertaTokenizer"})");
  const auto made = answers_of(*open());
  EXPECT_EQ(open()->encode("river Q").ids, (Ids{0, 6, 5, 3, 2}));
  EXPECT_EQ(answers_of(*open()), made);
}

TEST_F(PreparedTokenizer, IsMadeAgainForAnotherModelOrAnotherSetting) {
  const auto before = answers_of(*open());
  model_.pieces[5].score = -20;
  put("sentencepiece.model", write_sentencepiece_model(model_));
  EXPECT_NE(answers_of(*open()), before);
  EXPECT_EQ(kept_files(), 2U);
  std::size_t files = 2;
  for (const char* name : {"tokenizer_config.json", "config.json", "special_tokens_map.json"}) {
    put(name, R"({"mask_token": "<mask>"})");
    open();
    EXPECT_EQ(kept_files(), ++files) << name;
  }
  const auto mask = static_cast<std::int32_t>(13);
  EXPECT_EQ(std::ranges::count(open()->encode("<mask>").ids, mask), 0) << "called special by now";
}

TEST_F(PreparedTokenizer, IsMadeAgainWhereAnyByteOfTheFileIsAnother) {
  const auto wanted = answers_of(*open());
  const std::filesystem::path file = kept();
  const std::string whole = read_file(file);
  for (std::size_t place = 0; place < whole.size(); place += place < 512 ? 1 : whole.size() / 97) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    std::ofstream(file, std::ios::binary) << damaged;
    EXPECT_EQ(answers_of(*open()), wanted) << "byte " << place;
    ASSERT_EQ(read_file(file), whole) << "byte " << place;
  }
}

TEST_F(PreparedTokenizer, IsMadeAgainWhereTheFileIsCutOrNoFile) {
  const auto wanted = answers_of(*open());
  const std::filesystem::path file = kept();
  const std::string whole = read_file(file);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{128}, std::size_t{200}, whole.size() - 64, whole.size() - 1}) {
    std::ofstream(file, std::ios::binary) << whole.substr(0, size);
    EXPECT_EQ(answers_of(*open()), wanted) << size;
    EXPECT_EQ(read_file(file), whole) << size;
  }
  std::ofstream(file, std::ios::binary) << whole << "more";
  EXPECT_EQ(answers_of(*open()), wanted);
  std::filesystem::remove(file);
  std::filesystem::create_directory(file);
  EXPECT_EQ(answers_of(*open()), wanted);
}

// A checksum that is right over arrays of other sizes: another build's, not damage.
TEST_F(PreparedTokenizer, IsMadeAgainWhereTheArraysAreNotThose) {
  const auto wanted = answers_of(*open());
  const std::filesystem::path file = kept();
  const std::string whole = read_file(file), key = whole.substr(16, 64);
  for (const std::size_t size : {std::size_t{64}, std::size_t{128}, whole.size() - 192}) {
    PreparedFile(file, "RAGTOKS", 1, key).keep(std::string_view(whole).substr(128, size));
    EXPECT_EQ(answers_of(*open()), wanted) << size;
    EXPECT_EQ(read_file(file), whole) << size;
  }
}

TEST_F(PreparedTokenizer, NeedsNoFolderThatCanBeWritten) {
  const auto wanted = answers_of(*open());
  put("occupied", "a file where a folder would have to be");
  EXPECT_EQ(answers_of(*open_sentencepiece(folder_, folder_ / "sentencepiece.model", folder_ / "occupied" / "cache")), wanted);
}

TEST_F(PreparedTokenizer, IsNotKeptOfAModelThatIsRefused) {
  model_.pieces.push_back(model_.pieces.back());
  put("sentencepiece.model", write_sentencepiece_model(model_));
  EXPECT_NE(refusal([&] { open(); }).find("there twice"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(cache_));
}

}  // namespace
}  // namespace rag
