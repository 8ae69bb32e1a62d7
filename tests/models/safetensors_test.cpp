#include "models/safetensors.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/file.h"
#include "models/safetensors_writer.h"

namespace rag {
namespace {

class Safetensors : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("safetensors_" + std::to_string(::getpid()) + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    file_ = folder_ / "model.safetensors";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string with_length(std::string header, const std::string& data) {
    std::string length(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i) & 0xFF);
    return length + header + data;
  }

  std::string refusal(const std::string& bytes) {
    write_file_atomically(file_, bytes);
    try {
      SafetensorsFile opened(file_);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Backend);
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      EXPECT_NE(std::string(error.what()).find(file_.string()), std::string::npos);
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

std::string bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

TEST_F(Safetensors, ReadsBackWhatTheWriterWrote) {
  SafetensorsWriter writer(file_,
                           {{"a.weight", TensorType::F32, {2, 3}}, {"scalar", TensorType::I64, {}}, {"none", TensorType::F16, {0, 4}}});
  const std::string a = bytes_of({1, 2, 3, 4, 5, 6});
  writer.write(a.substr(0, 7));
  writer.write(a.substr(7));
  writer.write(std::string("\5\0\0\0\0\0\0\0", 8));
  writer.finish();

  const SafetensorsFile opened(file_);
  ASSERT_EQ(opened.tensors().size(), 3U);
  EXPECT_EQ(opened.get("a.weight").shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(opened.get("a.weight").data, a);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(opened.get("a.weight").data.data()) % 8, 0U) << "usable where it is mapped";
  EXPECT_EQ(opened.get("scalar").elements(), 1U);
  EXPECT_EQ(opened.get("none").elements(), 0U);
  EXPECT_EQ(opened.find("b.weight"), nullptr);
  EXPECT_THROW(opened.get("b.weight"), Error);
  EXPECT_EQ(opened.metadata().at("format"), "pt");
}

TEST_F(Safetensors, LeavesNothingWhereTheWriterDidNotFinish) {
  { SafetensorsWriter writer(file_, {{"a", TensorType::F32, {1}}}); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Safetensors, RefusesEveryTruncation) {
  const std::string whole = with_length(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", std::string(8, 'x'));
  EXPECT_EQ(refusal(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "") << size << " bytes";
}

TEST_F(Safetensors, RefusesAHeaderThatLies) {
  const auto one = [](const std::string& entry, std::size_t data) { return with_length("{\"a\":" + entry + "}", std::string(data, 'x')); };
  const auto has = [&](const std::string& bytes, const std::string& words) {
    EXPECT_NE(refusal(bytes).find(words), std::string::npos) << words << " expected in: " << refusal(bytes);
  };
  has(std::string(8, '\xFF') + "{}", "a header of 18446744073709551615 bytes");
  has(with_length("[1]", ""), "not a JSON object");
  has(with_length("{\"a\":", ""), "not valid JSON");
  has(with_length("{\"a\xFF\":1}", ""), "not valid JSON");
  has(with_length("{\"a\":" + std::string(100000, '['), ""), "nested too deeply");
  has(one("3", 0), "lacks dtype");
  has(one(R"({"dtype":"F33","shape":[1],"data_offsets":[0,4]})", 4), "unknown type");
  has(one(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", 4), "no proper shape");
  has(one(R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})", 4), "no proper shape");
  has(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", 4), "no proper data_offsets");
  has(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0]})", 4), "no proper data_offsets");
  has(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,400]})", 4), "ends at byte 400 of 4");
  has(one(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", 4), "not what its shape needs");
  has(one(R"({"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]})", 0), "not what its shape needs");
  has(one(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})", 5), "behind the last tensor");
  has(one(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})", 8), "gap");
}

TEST_F(Safetensors, RefusesTensorsThatOverlapOrAreListedTwice) {
  EXPECT_NE(
      refusal(with_length(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
                          std::string(6, 'x')))
          .find("overlaps"),
      std::string::npos);
  EXPECT_NE(
      refusal(
          with_length(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})", "xx"))
          .find("listed twice"),
      std::string::npos);
}

TEST_F(Safetensors, NamesAMissingFileInOneLine) {
  try {
    SafetensorsFile opened(folder_ / "absent.safetensors");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Backend);
    EXPECT_NE(std::string(error.what()).find("absent.safetensors"), std::string::npos);
  }
}

}  // namespace
}  // namespace rag
