#include <gtest/gtest.h>

#include "clear_line.h"
#include "core/gpu.h"
#include "tests/models/tiny_model.h"

namespace rag::test {
namespace {

class BadModel : public ::testing::Test {
 protected:
  void SetUp() override { program_.write("docs/good.txt", "A good text about rivers.\n"); }
  void put(const std::map<std::string, std::string>& files) {
    std::filesystem::remove_all(program_.folder() / "model");
    for (const auto& [path, bytes] : files) program_.write("model/" + path, bytes);
  }
  Result index() { return program_.run({"index", "docs", "--model", "./model"}); }
  void expect_refused(const std::string& words) {
    expect_one_clear_line(index(), 6, words);
    EXPECT_FALSE(std::filesystem::exists(program_.folder() / ".rag/catalog.sqlite")) << "an index was begun";
  }

  Program program_;
};

TEST_F(BadModel, NamesTheFileThatIsMissing) {
  for (const char* path : {"config.json", "vocab.txt", "1_Pooling/config.json", "model.safetensors"}) {
    auto files = tiny_model();
    files.erase(path);
    put(files);
    expect_refused(path);
  }
}

TEST_F(BadModel, NamesTheFileThatIsCut) {
  for (const auto& [path, bytes] : tiny_model()) {
    for (const std::size_t kept : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      if (path == "vocab.txt" && kept > bytes.size() / 2) continue;  // its last line break says nothing
      auto files = tiny_model();
      files[path] = bytes.substr(0, kept);
      put(files);
      expect_refused(path);
    }
  }
}

TEST_F(BadModel, IsNoFolder) {
  expect_one_clear_line(program_.run({"index", "docs", "--model", "no-such-model"}), 2, "no-such-model: no such model");
  program_.write("file", "text");
  expect_one_clear_line(program_.run({"index", "docs", "--model", "./file"}), 2, "./file: no such model");
}

TEST_F(BadModel, IsNotOnAGpuWhereNoneCanBeUsed) {
  put(tiny_model());
  expect_one_clear_line(program_.run({"index", "docs", "--model", "./model", "--device", "tpu"}), 2, "--device tpu: must be auto, cpu, cuda");
  expect_one_clear_line(program_.run({"index", "docs", "--model", "./model", "--device", "cuda", "--precision", "int8"}), 2, "computes in bf16");
  if (!usable_gpus({}).empty()) GTEST_SKIP() << "there is one";
  expect_one_clear_line(program_.run({"index", "docs", "--model", "./model", "--device", "cuda"}), 6, "--device cuda: ");
  EXPECT_EQ(index().code, 0) << "auto goes on without";
}

TEST_F(BadModel, IsNotTheOneOfTheIndex) {
  program_.run({"index", "docs", "--model", "hash"});
  put(tiny_model());
  for (const std::vector<std::string>& command : {std::vector<std::string>{"index", "docs"}, {"search", "rivers"}, {"ask", "rivers?"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--model", "./model"});
    const Result result = program_.run(arguments);
    expect_one_clear_line(result, 4, "\"hash/256\"");
    EXPECT_NE(result.err.find("rag index --rebuild"), std::string::npos) << result.err;
  }
  EXPECT_EQ(program_.run({"search", "rivers"}).code, 0) << "the index of the first model is gone";
}

TEST_F(BadModel, IsGoneSinceTheIndexWasBuilt) {
  put(tiny_model());
  ASSERT_EQ(index().code, 0);
  std::filesystem::remove_all(program_.folder() / "model");
  expect_one_clear_line(program_.run({"search", "rivers"}), 2, "no such model");
  EXPECT_EQ(program_.run({"search", "rivers", "--mode", "lexical"}).code, 0);
}

}  // namespace
}  // namespace rag::test
