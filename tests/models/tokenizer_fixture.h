#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "models/tokenizer.h"

namespace rag {

// A folder of the test's own that goes away with it.
class ModelFolder : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string(info->test_suite_name()) + "_" + info->name() + "_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Plainly: thousands of damaged files need no fsync.
  void put(const std::string& name, const std::string& bytes) { std::ofstream(folder_ / name, std::ios::binary) << bytes; }

  // The one-line message of an Error(Backend), or "" where nothing was refused.
  template <typename Action>
  std::string refusal(Action&& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Backend) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.what();
    }
    return "";
  }
  std::string refusal_to_open() {
    return refusal([&] { open_tokenizer(folder_); });
  }

  std::filesystem::path folder_;
};

using Ids = std::vector<std::int32_t>;

// Where the golden files are, or empty.
inline std::filesystem::path shared_data() {
  const char* set = std::getenv("RAG_SHARED");
  const std::filesystem::path root = set ? std::filesystem::path(set) : std::filesystem::path(RAG_SOURCE_DIR).parent_path() / "shared";
  return std::filesystem::exists(root / "data") ? root / "data" : std::filesystem::path();
}

// An installed model's directory, or empty.
inline std::filesystem::path installed_model(const std::string& name) {
  std::vector<std::filesystem::path> folders{std::filesystem::path(RAG_DEPS_DIR) / "models"};
  if (const char* set = std::getenv("RAG_MODELS")) folders.insert(folders.begin(), set);
  for (const std::filesystem::path& folder : folders)
    if (std::filesystem::exists(folder / name)) return folder / name;
  return {};
}

}  // namespace rag
