#include "models/model_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/models/npz_bytes.h"
#include "tests/models/store_fixture.h"
#include "tests/models/tiny_static.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using test::tiny_model;

class ModelStore : public test::ModelStoreTest {};

TEST_F(ModelStore, ListsWhatItHasByName) {
  put_model("models/two");
  put_model("models/one");
  const auto models = list_models();
  ASSERT_EQ(models.size(), 2U);
  EXPECT_EQ(models[0].name, "one");
  EXPECT_EQ(models[0].problem, "");
  EXPECT_EQ(models[0].architecture, "bert");
  EXPECT_EQ(models[0].dimension, 4U);
  EXPECT_EQ(models[0].max_tokens, 16U);
  EXPECT_GT(models[0].bytes, tiny_model()["model.safetensors"].size());
}

TEST_F(ModelStore, ListsEveryKindOfModel) {
  put_model("models/a", test::tiny_model2vec());
  put_model("models/b", test::tiny_static_embedding());
  put("weights.npz", test::npz_of(test::PlainUse().arrays));
  put("sp.model", test::PlainUse::pieces());
  EXPECT_EQ(import_model(folder_ / "weights.npz"), folder_ / "models/use-multilingual");
  EXPECT_EQ(import_model(folder_ / "weights.npz", "c"), folder_ / "models/c");
  const auto models = list_models();
  ASSERT_EQ(models.size(), 4U);
  const std::vector<std::string> architectures{"model2vec", "static", "use", "use"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(models[i].architecture, architectures[i]);
    EXPECT_EQ(models[i].problem, "");
    EXPECT_EQ(models[i].dimension, i < 2 ? 2U : 4U);
  }
  EXPECT_EQ(resolve_model("acme/b"), folder_ / "models/b") << "without a config.json";
  EXPECT_EQ(add_model(folder_ / "models/b", "linked"), "linked");
}

TEST_F(ModelStore, IsEmptyWhereThereIsNoFolder) {
  EXPECT_TRUE(list_models().empty());
  EXPECT_THAT(error_of(ErrorKind::NotFound, [] { resolve_model("e5"); }), HasSubstr("installed: none; get one with 'rag model pull NAME'"));
}

TEST_F(ModelStore, PrefersTheFirstFolder) {
  ::setenv("RAG_MODELS", ((folder_ / "mine").string() + ":" + (folder_ / "models").string()).c_str(), 1);
  put_model("mine/tiny");
  put_model("models/tiny");
  put_model("deps/models/other");
  EXPECT_EQ(resolve_model("tiny"), folder_ / "mine/tiny");
  EXPECT_EQ(resolve_model("acme/tiny"), folder_ / "mine/tiny");
  EXPECT_EQ(resolve_model("other"), folder_ / "deps/models/other");
  EXPECT_EQ(list_models().size(), 2U);
}

TEST_F(ModelStore, TakesADirectoryAsItIs) {
  put_model("elsewhere/tiny");
  EXPECT_EQ(resolve_model((folder_ / "elsewhere/tiny").string()), folder_ / "elsewhere/tiny");
}

TEST_F(ModelStore, NamesEachInstalledModelOnce) {
  ::setenv("RAG_MODELS", ((folder_ / "mine").string() + ":" + (folder_ / "models").string()).c_str(), 1);
  put_model("mine/tiny");
  put_model("models/tiny");
  EXPECT_THAT(error_of(ErrorKind::NotFound, [] { resolve_model("e5"); }), HasSubstr("installed: tiny; "));
}

TEST_F(ModelStore, DoesNotSeeWhatIsStillBeingFetched) {
  put_model("models/.tiny.partial");
  EXPECT_TRUE(list_models().empty());
  EXPECT_THAT(error_of(ErrorKind::NotFound, [] { resolve_model(".tiny.partial"); }), HasSubstr("installed: none"));
}

TEST_F(ModelStore, SaysWhatIsWrongWithABrokenModel) {
  for (const auto& [path, bytes] : tiny_model()) {
    auto cut = tiny_model();
    cut[path] = bytes.substr(0, bytes.size() / 3);
    put_model("models/cut", cut);
    const auto models = list_models();
    ASSERT_EQ(models.size(), 1U);
    EXPECT_NE(models[0].problem, "") << path;
    EXPECT_THAT(models[0].problem, Not(HasSubstr("\n"))) << path;
    fs::remove_all(folder_ / "models");
  }
}

TEST_F(ModelStore, SaysWhatIsWrongWithSettingsNestedUntilTheStackEnds) {
  auto deep = tiny_model();
  deep["config.json"] = "{\"hidden_size\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  put_model("models/deep", deep);
  const auto models = list_models();
  ASSERT_EQ(models.size(), 1U);
  EXPECT_THAT(models[0].problem, HasSubstr("config.json: nested too deeply"));
}

TEST_F(ModelStore, LinksAFolderUnderAName) {
  put_model("elsewhere/tiny");
  EXPECT_EQ(add_model(folder_ / "elsewhere/tiny"), "tiny");
  EXPECT_EQ(add_model(folder_ / "elsewhere/tiny", "small"), "small");
  EXPECT_EQ(add_model(folder_ / "elsewhere/tiny", "small"), "small") << "the same again is no change";
  EXPECT_EQ(list_models().size(), 2U);
  EXPECT_EQ(resolve_model("small"), folder_ / "models/small");
}

TEST_F(ModelStore, AddsNothingThatCannotBeOpened) {
  auto files = tiny_model();
  files.erase("model.safetensors");
  put_model("elsewhere/tiny", files);
  EXPECT_THAT(error_of(ErrorKind::Backend, [&] { add_model(folder_ / "elsewhere/tiny"); }), HasSubstr("model.safetensors: no such file"));
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { add_model(folder_ / "nowhere"); }), HasSubstr("no such folder"));
  EXPECT_FALSE(fs::exists(folder_ / "models"));
}

TEST_F(ModelStore, NeverReplacesAModel) {
  put_model("models/tiny");
  put_model("elsewhere/tiny");
  put_model("elsewhere/other");
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { add_model(folder_ / "elsewhere/tiny"); }), HasSubstr("choose another with --name"));
  add_model(folder_ / "elsewhere/tiny", "linked");
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { add_model(folder_ / "elsewhere/other", "linked"); }), HasSubstr("choose another with --name"));
  EXPECT_EQ(fs::canonical(folder_ / "models/linked"), folder_ / "elsewhere/tiny");
}

TEST_F(ModelStore, ReplacesALinkThatLeadsNowhere) {
  put_model("elsewhere/old");
  add_model(folder_ / "elsewhere/old", "tiny");
  fs::remove_all(folder_ / "elsewhere/old");
  put_model("elsewhere/new");
  EXPECT_EQ(add_model(folder_ / "elsewhere/new", "tiny"), "tiny");
  EXPECT_EQ(fs::canonical(folder_ / "models/tiny"), folder_ / "elsewhere/new");
}

TEST_F(ModelStore, RefusesANameThatLeadsElsewhere) {
  put_model("elsewhere/tiny");
  for (const char* name : {"..", "../x", "a/b", ".hidden", "a b", "x\ny"})
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { add_model(folder_ / "elsewhere/tiny", name); }), HasSubstr("not a model name")) << name;
}

TEST_F(ModelStore, RefusesToImportWhatIsNoWeightFile) {
  put("rubbish.bin", "not weights");
  EXPECT_THAT(error_of(ErrorKind::Backend, [&] { import_model(folder_ / "rubbish.bin"); }), HasSubstr("rubbish.bin"));
  EXPECT_TRUE(list_models().empty());
}

}  // namespace
}  // namespace rag
