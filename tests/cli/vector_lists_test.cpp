#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "clear_line.h"
#include "core/file.h"
#include "core/gpu.h"

namespace rag::test {
namespace {

using nlohmann::json;

class VectorListsOfAnIndex : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 30; ++i) program_.write("docs/" + std::to_string(i) + ".txt", "A text about rivers and the number " + std::to_string(i * 17) + ".\n");
    ASSERT_EQ(index({}).code, 0);
  }
  Result index(std::vector<std::string> more) const {
    more.insert(more.begin(), {"index", "docs", "--model", "hash"});
    return program_.run(more);
  }
  json lists() const { return json_of(program_, {"status"})["vector_lists"]; }
  std::filesystem::path file() const { return program_.folder() / ".rag/cache/vectors.ivf"; }

  Program program_;
};

TEST_F(VectorListsOfAnIndex, AreMadeWhenAskedForAndSearched) {
  EXPECT_EQ(lists()["state"], "none");
  EXPECT_NE(program_.run({"status"}).out.find("exact search, no lists"), std::string::npos);
  const Result made = index({"--vectors", "ivf"});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_NE(made.err.find("vectors in 10 lists of 30 chunks"), std::string::npos) << made.err;
  EXPECT_EQ(lists()["state"], "sound");
  EXPECT_EQ(lists()["chunks"], 30);
  EXPECT_EQ(index({"--vectors", "ivf"}).err.find("vectors in"), std::string::npos) << "they are there";
  const auto search = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"search", "rivers and the number 34", "--mode", "dense", "-k", "30", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json::parse(program_.run(arguments).out)["passages"].size();
  };
  EXPECT_EQ(search({"--vectors", "exact"}), 30U);
  EXPECT_EQ(search({"--vectors", "ivf", "--probes", "1"}), 30U) << "more lists are looked into until there are enough";
}

TEST_F(VectorListsOfAnIndex, FollowASettingWhenIndexingAndSyncing) {
  program_.write("rag.toml", "[search]\nvectors = \"ivf\"\nprobes = 2\n");
  EXPECT_EQ(program_.run({"sync"}).code, 0);
  EXPECT_EQ(lists()["chunks"], 30);
  for (int i = 0; i < 20; ++i) program_.write("docs/new" + std::to_string(i) + ".txt", "A newer text, " + std::to_string(i) + ".\n");
  EXPECT_EQ(program_.run({"sync"}).code, 0);
  EXPECT_EQ(lists()["chunks"], 50) << "more than a fifth is newer, so they are made anew";
  EXPECT_EQ(program_.run({"search", "newer"}).code, 0);
  program_.write("rag.toml", "[search]\nivf_from = 10\n");
  std::filesystem::remove(file());
  EXPECT_EQ(program_.run({"sync"}).code, 0);
  EXPECT_EQ(lists()["state"], "sound") << "more chunks than the border";
}

TEST_F(VectorListsOfAnIndex, ThatAreDamagedAreToldAndSearchedAround) {
  ASSERT_EQ(index({"--vectors", "ivf"}).code, 0);
  std::string bytes = read_file(file());
  bytes[bytes.size() - 100] ^= 1;
  write_file_atomically(file(), bytes);
  const Result found = program_.run({"search", "rivers", "--vectors", "ivf", "--mode", "dense", "-k", "30"});
  EXPECT_EQ(found.code, 0) << found.err;
  EXPECT_EQ(lists()["state"], "damaged");
  EXPECT_NE(program_.run({"status"}).out.find("lists cannot be used (damaged: wrong checksum of list"), std::string::npos);
  EXPECT_NE(program_.run({"doctor"}).out.find("slow vectors of the index"), std::string::npos);
  const Result verified = program_.run({"verify"});
  EXPECT_EQ(verified.code, 4);
  EXPECT_NE(verified.out.find("cache/vectors.ivf: damaged: wrong checksum of list"), std::string::npos) << verified.out;
  EXPECT_EQ(program_.run({"repair"}).code, 0);
  EXPECT_EQ(program_.run({"verify"}).code, 0);
  EXPECT_EQ(lists()["state"], "none");
}

TEST_F(VectorListsOfAnIndex, AreSearchedWithoutAGpuUnlessOneIsDemanded) {
  if (!gpus().module.empty()) GTEST_SKIP() << "built with CUDA: what happens depends on the machine";
  const auto search = [&](const std::string& device) { return program_.run({"search", "rivers", "--mode", "dense", "--device", device}); };
  EXPECT_EQ(search("auto").code, 0);
  EXPECT_EQ(search("auto").err.find("GPU"), std::string::npos) << "nothing is missing";
  EXPECT_EQ(search("cpu").out, search("auto").out);
  EXPECT_EQ(search("cuda").code, 6);
  EXPECT_NE(search("cuda").err.find("built without CUDA"), std::string::npos) << search("cuda").err;
  EXPECT_EQ(search("gpu").code, 2);
  EXPECT_EQ(program_.run({"doctor", "--gpu"}).code, 0);
  EXPECT_NE(program_.run({"doctor", "--gpu"}).out.find("'cmake --preset cuda' builds with it"), std::string::npos);
  EXPECT_NE(program_.run({"doctor", "--gpu"}, "", {"LC_ALL=ko_KR.UTF-8"}).out.find("CUDA 없이 빌드했습니다"), std::string::npos);
}

TEST_F(VectorListsOfAnIndex, ThatCannotBeWrittenAreNoFailure) {
  std::filesystem::remove_all(program_.folder() / ".rag/cache");
  program_.write(".rag/cache", "a file where a folder should be");
  const Result result = index({"--vectors", "ivf"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("searching stays exact"), std::string::npos) << result.err;
}

TEST_F(VectorListsOfAnIndex, AreNotAskedForInAnyOtherWord) {
  expect_one_clear_line(program_.run({"search", "rivers", "--vectors", "hnsw"}), 2, "--vectors hnsw: not one of auto, exact, ivf");
  expect_one_clear_line(program_.run({"search", "rivers", "--probes", "0"}), 2, "--probes 0: must be at least 1");
  expect_one_clear_line(index({"--vectors", "all"}), 2, "--vectors all: not one of");
  program_.write("rag.toml", "[search]\nprobes = -1\n");
  expect_one_clear_line(program_.run({"search", "rivers"}), 2, "rag.toml:2: search.probes must be a whole number");
}

}  // namespace
}  // namespace rag::test
