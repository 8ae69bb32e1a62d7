#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/file.h"
#include "core/interrupt.h"
#include "models/embedder.h"
#include "tests/models/hub_server.h"
#include "tests/models/store_fixture.h"
#include "tests/models/tiny_static.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using test::HubServer;
using test::LocalServer;
using test::tiny_model;

// With files beside the model's that nobody asked for.
std::map<std::string, std::string> repository() {
  auto files = tiny_model();
  files["pytorch_model.bin"] = "a second copy of the weights";
  files["README.md"] = "# tiny";
  return files;
}

class ModelPull : public test::ModelStoreTest {
 protected:
  fs::path pull(const HubServer& hub, const std::string& name = "acme/tiny") {
    ::setenv("HF_ENDPOINT", hub.origin().c_str(), 1);
    test::Silent silent;
    return pull_model(name, silent);
  }
  std::string refused(ErrorKind kind, const HubServer& hub, const std::string& name = "acme/tiny") {
    const std::string message = error_of(kind, [&] { pull(hub, name); });
    EXPECT_TRUE(list_models().empty()) << "something half is visible";
    return message;
  }
  void expect_whole(const fs::path& folder) {
    EXPECT_EQ(folder, folder_ / "models/tiny");
    for (const auto& [path, bytes] : tiny_model()) EXPECT_EQ(read_file(folder / path), repository()[path]) << path;
    ASSERT_EQ(list_models().size(), 1U);
    EXPECT_EQ(list_models()[0].problem, "");
    EXPECT_FALSE(fs::exists(folder_ / "models/.tiny.partial"));
  }
};

// Promises the whole file and closes after some of it.
LocalServer::Reply cut_after(const std::string& bytes, std::size_t sent) {
  return {{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" + bytes.substr(0, sent)}};
}

// The first request for the weights is cut; `after` answers the others.
HubServer::Trick cut_once(std::size_t sent, HubServer::Trick after = nullptr) {
  return [sent, after, cut = false](const std::string& path, std::size_t from) mutable -> std::optional<LocalServer::Reply> {
    if (path != "model.safetensors") return std::nullopt;
    if (!std::exchange(cut, true)) return cut_after(tiny_model()["model.safetensors"], sent);
    return after ? after(path, from) : std::nullopt;
  };
}

HubServer::Trick always(const std::string& path, LocalServer::Reply reply) {
  return [=](const std::string& asked, std::size_t) { return asked == path ? std::optional(reply) : std::nullopt; };
}

TEST_F(ModelPull, FetchesWhatAModelNeedsAndNoMore) {
  const HubServer hub(repository());
  expect_whole(pull(hub));
  EXPECT_EQ(hub.asked("GET /store/model.safetensors"), 1U) << "the redirect was not followed";
  EXPECT_EQ(hub.asked("GET /acme/tiny/resolve/main/pytorch_model.bin"), 0U);
  EXPECT_FALSE(fs::exists(folder_ / "models/tiny/README.md"));
}

TEST_F(ModelPull, FetchesStaticTables) {
  for (const auto& files : {test::tiny_model2vec(), test::tiny_static_embedding()}) {
    EXPECT_EQ(open_embedder(pull(HubServer(files)))->dimension(), 2U);
    fs::remove_all(folder_ / "models");
  }
}

TEST_F(ModelPull, GoesOnWhereItWasCut) {
  const HubServer hub(repository(), cut_once(1000));
  EXPECT_THAT(refused(ErrorKind::Backend, hub), HasSubstr("run it again, it goes on where it stopped"));
  expect_whole(pull(hub));
  EXPECT_EQ(hub.asked("GET /store/model.safetensors", "1000-"), 1U);
  EXPECT_EQ(hub.asked("GET /acme/tiny/resolve/main/vocab.txt"), 1U) << "what was whole came again";
}

TEST_F(ModelPull, BeginsAnewWhereTheServerIgnoresRanges) {
  const HubServer hub(repository(), cut_once(1000, always("model.safetensors", HubServer::reply("200 OK", tiny_model()["model.safetensors"]))));
  refused(ErrorKind::Backend, hub);
  expect_whole(pull(hub));
}

TEST_F(ModelPull, RefusesAnotherPieceThanItAskedFor) {
  const HubServer hub(repository(), cut_once(1000, always("model.safetensors", HubServer::reply("206 Partial Content", "xx", "Content-Range: bytes 5-6/99\r\n"))));
  refused(ErrorKind::Backend, hub);
  EXPECT_THAT(refused(ErrorKind::Backend, hub), HasSubstr("another piece"));
}

TEST_F(ModelPull, ThrowsAwayWhatHasTheWrongChecksum) {
  std::string damaged = tiny_model()["model.safetensors"];
  damaged.back() = 'x';
  const HubServer bad(repository(), always("model.safetensors", HubServer::reply("200 OK", damaged)));
  EXPECT_THAT(refused(ErrorKind::Backend, bad), HasSubstr("model.safetensors: what arrived has not the SHA-256"));
  expect_whole(pull(HubServer(repository())));
}

TEST_F(ModelPull, BelievesTheChecksumOfTheRedirectWhereTheListingHasNone) {
  std::string damaged = tiny_model()["model.safetensors"];
  damaged.back() = 'x';
  const std::string listing = HubServer(repository()).listing(false);
  const HubServer bad(repository(), [&](const std::string& path, std::size_t) -> std::optional<LocalServer::Reply> {
    if (path.empty()) return HubServer::reply("200 OK", listing);
    return path == "model.safetensors" ? std::optional(HubServer::reply("200 OK", damaged)) : std::nullopt;
  });
  EXPECT_THAT(refused(ErrorKind::Backend, bad), HasSubstr("SHA-256"));
}

TEST_F(ModelPull, FetchesAnewWhatHasChangedSinceItWasCut) {
  auto before = repository();
  before["model.safetensors"].back() = 'x';  // whole and rightly checked, but of an older revision
  const HubServer old(before, always("vocab.txt", HubServer::reply("500 Oops", "")));
  refused(ErrorKind::Backend, old);
  expect_whole(pull(HubServer(repository())));
}

TEST_F(ModelPull, SaysWhatTheServerAnswered) {
  for (const auto& [status, words] : {std::pair("404 Not Found", "answered 404: no such model or revision; check the name"),
                                      std::pair("401 Unauthorized", "answered 401: not there, or not for everyone; check the name"),
                                      std::pair("500 Oops", "answered 500: the trouble is there; try again later")}) {
    EXPECT_THAT(refused(ErrorKind::Backend, HubServer(repository(), always("", HubServer::reply(status, "{\"error\":\"x\"}")))), HasSubstr(words));
    EXPECT_THAT(refused(ErrorKind::Backend, HubServer(repository(), always("vocab.txt", HubServer::reply(status, "x")))), HasSubstr(words));
  }
  expect_whole(pull(HubServer(repository())));
}

TEST_F(ModelPull, SaysThatNobodyListens) {
  std::string origin = HubServer(repository()).origin();  // closed again
  ::setenv("HF_ENDPOINT", origin.c_str(), 1);
  test::Silent silent;
  EXPECT_THAT(error_of(ErrorKind::Backend, [&] { pull_model("acme/tiny", silent); }), HasSubstr(origin + "/api/models/acme/tiny/tree/main?recursive=true: no connection"));
}

TEST_F(ModelPull, SeesThatABodyEndedTooSoon) {
  const HubServer hub(repository(), always("vocab.txt", {{"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[PAD]\n"}}));  // no length promised
  EXPECT_THAT(refused(ErrorKind::Backend, hub), HasSubstr("vocab.txt: ended after 6 of "));
  expect_whole(pull(HubServer(repository())));
}

TEST_F(ModelPull, StopsWhereMoreComesThanWasPromised) {
  const HubServer hub(repository(), always("vocab.txt", HubServer::reply("200 OK", std::string(std::size_t{1} << 20, 'x'))));
  EXPECT_THAT(refused(ErrorKind::Backend, hub), HasSubstr("sent more than"));
}

TEST_F(ModelPull, RefusesARepositoryWithoutWeightsItCanRead) {
  auto files = repository();
  files.erase("model.safetensors");
  EXPECT_THAT(refused(ErrorKind::Backend, HubServer(files)), HasSubstr("acme/tiny: no model.safetensors there"));
  EXPECT_FALSE(fs::exists(folder_ / "models/.tiny.partial"));
}

TEST_F(ModelPull, ThrowsAwayAModelItCannotRun) {
  auto files = repository();
  files["config.json"] = R"({"model_type":"qwen3"})";
  EXPECT_THAT(refused(ErrorKind::Backend, HubServer(files)), HasSubstr("architecture \"qwen3\""));
  EXPECT_FALSE(fs::exists(folder_ / "models/.tiny.partial"));
}

TEST_F(ModelPull, RefusesAListingThatIsNone) {
  for (const char* body : {"", "<html>", "{\"error\":\"x\"}", "[1]", "[{\"type\":\"file\"}]", "[{\"type\":\"file\",\"path\":\"a\",\"size\":\"b\"}]"})
    EXPECT_THAT(refused(ErrorKind::Backend, HubServer(repository(), always("", HubServer::reply("200 OK", body)))), HasSubstr("is this a Hugging Face endpoint?")) << body;
  for (const char* path : {"../evil", "/etc/evil", "a/../../evil", "a\\\\evil", ""}) {
    const std::string body = std::string("[{\"type\":\"file\",\"path\":\"") + path + "\",\"size\":1}]";
    EXPECT_THAT(refused(ErrorKind::Backend, HubServer(repository(), always("", HubServer::reply("200 OK", body)))), HasSubstr("nothing was fetched")) << path;
  }
}

TEST_F(ModelPull, RefusesANameThatIsNone) {
  const HubServer hub(repository());
  for (const char* name : {"", "..", "acme/..", "../tiny", "/acme/tiny", "acme/", "acme/tiny?x", "acme/ti ny", "acme/.tiny", "acme/\n", "https://x.org/acme/tiny"})
    EXPECT_THAT(refused(ErrorKind::Usage, hub, name), HasSubstr("not a model name")) << name;
  EXPECT_EQ(hub.asked("GET "), 0U);
}

TEST_F(ModelPull, LeavesAModelOfThatNameAlone) {
  put_model("models/tiny");
  const HubServer hub(repository());
  EXPECT_THAT(error_of(ErrorKind::Usage, [&] { pull(hub); }), HasSubstr("models/tiny: is there already; remove it first"));
  EXPECT_EQ(hub.asked("GET "), 0U);
}

TEST_F(ModelPull, ShowsNothingHalfAfterAnInterrupt) {
  const HubServer hub(repository());
  ::setenv("HF_ENDPOINT", hub.origin().c_str(), 1);
  struct Impatient : Progress {
    void update(std::string_view, std::size_t done, std::size_t) override {
      if (done > 0) request_interrupt();
    }
  };
  const auto interrupted_pull = [] {
    Impatient impatient;
    try {
      pull_model("acme/tiny", impatient);
    } catch (const Error& error) {
      ::_exit(exit_code(error.kind()));
    }
    ::_exit(0);
  };
  EXPECT_EXIT(interrupted_pull(), ::testing::ExitedWithCode(130), "");  // an interrupt cannot be taken back: a process of its own
  EXPECT_TRUE(list_models().empty());
  expect_whole(pull(hub));
}

TEST_F(ModelPull, SaysThatTheDiskIsFull) {
  auto files = repository();
  const std::string listing = "[{\"type\":\"file\",\"path\":\"config.json\",\"size\":1},{\"type\":\"file\",\"path\":\"model.safetensors\",\"size\":1099511627776}]";
  EXPECT_THAT(refused(ErrorKind::Io, HubServer(files, always("", HubServer::reply("200 OK", listing)))), HasSubstr("bytes are needed"));
}

TEST_F(ModelPull, SpeaksPlainHttpOnlyToThisMachine) {
  test::Silent silent;
  for (const char* endpoint : {"http://example.org", "ftp://127.0.0.1", "127.0.0.1", "file:///etc", "http://localhost.example.org", "http://127.0.0.1.example.org/"}) {
    ::setenv("HF_ENDPOINT", endpoint, 1);
    EXPECT_THAT(error_of(ErrorKind::Usage, [&] { pull_model("acme/tiny", silent); }), HasSubstr("must begin with https://")) << endpoint;
  }
  ::setenv("HF_ENDPOINT", "http://localhost:secret@example.org", 1);
  const std::string message = error_of(ErrorKind::Usage, [&] { pull_model("acme/tiny", silent); });
  EXPECT_THAT(message, HasSubstr("plain address"));
  EXPECT_EQ(message.find("secret"), std::string::npos);
}

TEST_F(ModelPull, FollowsNoRedirectToPlainHttpElsewhere) {
  const HubServer hub(repository(), always("vocab.txt", HubServer::reply("302 Found", "", "Location: http://example.org/vocab.txt\r\n")));
  EXPECT_THAT(refused(ErrorKind::Backend, hub), HasSubstr("redirects to http://example.org/vocab.txt, expected https"));
  const HubServer round(repository(), always("vocab.txt", HubServer::reply("302 Found", "", "Location: /acme/tiny/resolve/main/vocab.txt\r\n")));
  EXPECT_THAT(refused(ErrorKind::Backend, round), HasSubstr("more than 5 redirects"));
}

}  // namespace
}  // namespace rag
