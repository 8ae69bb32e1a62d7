#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/progress.h"
#include "models/model_store.h"
#include "tests/models/tiny_model.h"
#include "tests/models/tokenizer_fixture.h"
#include "tests/silent_progress.h"

namespace rag::test {

// A folder of models of the test's own; whatever is installed on this machine is not seen.
class ModelStoreTest : public ModelFolder {
 protected:
  void SetUp() override {
    ModelFolder::SetUp();
    for (const char* variable : {"RAG_MODELS", "RAG_DEPS", "XDG_DATA_HOME", "HF_ENDPOINT"}) remember(variable);
    ::setenv("RAG_MODELS", (folder_ / "models").c_str(), 1);
    ::setenv("RAG_DEPS", (folder_ / "deps").c_str(), 1);
    ::setenv("XDG_DATA_HOME", (folder_ / "data").c_str(), 1);
  }
  void TearDown() override {
    for (const auto& [variable, value] : remembered_) value ? ::setenv(variable.c_str(), value->c_str(), 1) : ::unsetenv(variable.c_str());
    ModelFolder::TearDown();
  }

  void put_model(const std::string& name, const std::map<std::string, std::string>& files = tiny_model()) {
    for (const auto& [path, bytes] : files) {
      std::filesystem::create_directories((folder_ / name / path).parent_path());
      put(name + "/" + path, bytes);
    }
  }

  // The one line of the error an action ends with, which must be of this kind.
  template <typename Action>
  static std::string error_of(ErrorKind kind, Action&& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "nothing was refused";
    return "";
  }

 private:
  void remember(const char* variable) {
    const char* value = std::getenv(variable);
    remembered_[variable] = value ? std::optional<std::string>(value) : std::nullopt;
    ::unsetenv(variable);
  }

  std::map<std::string, std::optional<std::string>> remembered_;
};

}  // namespace rag::test
