#include <gtest/gtest.h>

#include "clear_line.h"
#include "tests/http/scripted_server.h"

namespace rag::test {
namespace {

const std::string kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

std::string delta(const std::string& text) {
  return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}\n\n";
}

class BadEndpoint : public ::testing::Test {
 protected:
  void SetUp() override {
    program_.write("docs/good.txt", "A good text about rivers. The river is 12 km long.\n");
    program_.run({"index", "docs", "--model", "hash"});
  }
  // Asks an endpoint that answers every request so.
  Result ask(const std::string& reply) {
    const ScriptedServer server(std::vector<ScriptedServer::Step>(8, {{reply}}));
    const Result result = ask_at(server.url());
    EXPECT_EQ(result.err.find(server.url()) == std::string::npos, result.code != 6) << result.err;
    return result;
  }
  Result ask_at(const std::string& url) {
    return program_.run({"ask", "How long is the river?", "--backend", "openai", "--backend-url", url, "--backend-model", "m"});
  }

  Program program_;
};

TEST_F(BadEndpoint, IsNotThere) { expect_one_clear_line(ask_at("http://127.0.0.1:9/v1"), 6, "no connection"); }

TEST_F(BadEndpoint, IsNoAddress) { expect_one_clear_line(ask_at("nonsense"), 2, "not an http or https address"); }

TEST_F(BadEndpoint, FailsInside) {
  expect_one_clear_line(ask("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 4\r\n\r\noops"), 6, "status 500 (tried 3 times): oops; look at the server's log");
}

TEST_F(BadEndpoint, RefusesTheKey) {
  expect_one_clear_line(ask("HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), 6, "set OPENAI_API_KEY");
}

TEST_F(BadEndpoint, BreaksOffInTheMiddle) {
  const Result result = ask(kStream + delta("The river is 12 km long [1]."));
  expect_one_clear_line(result, 6, "stopped in the middle of its answer");
  EXPECT_NE(result.err.find("try again"), std::string::npos) << result.err;
  EXPECT_EQ(result.out, "") << "half an answer looks like a whole one";
  expect_one_clear_line(ask("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + delta("The")), 6, "try again");
}

TEST_F(BadEndpoint, AnswersSomethingElse) {
  for (const std::string body : {"<html>\n<h1>Welcome</h1>\n</html>", "null", "[]", "{}", "\xff\xfe"})
    expect_one_clear_line(ask("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body), 6, "check the address");
  expect_one_clear_line(ask(kStream + "data: {not json\n\n"), 6, "not JSON");
}

TEST_F(BadEndpoint, AnswersNothing) {
  expect_one_clear_line(ask("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"), 6, "answered with nothing; check the address");
  expect_one_clear_line(ask(""), 6, "no HTTP reply");
  expect_one_clear_line(ask(std::string("\0\1garbage\r\n\r\n", 13)), 6, "check the address");
}

TEST_F(BadEndpoint, LiesAboutWhatTheDocumentsSay) {
  const Result result = ask(kStream + delta("The river is 4711 km long [1]. It carries gold [7].") + "data: [DONE]\n\n");
  EXPECT_EQ(result.code, 1) << result.err;
  EXPECT_EQ(result.out.find("4711"), std::string::npos);
  EXPECT_EQ(result.out.find("gold"), std::string::npos);
}

}  // namespace
}  // namespace rag::test
