// A language model that writes questions or judges answers, and everything that can go wrong with what it replies.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "generate/chat_endpoint.h"
#include "generate/eval/judge.h"
#include "generate/eval/judge_reply.h"
#include "generate/eval/judged_answer.h"
#include "generate/questions/model_questions.h"
#include "tests/http/scripted_server.h"

namespace rag {
namespace {

using nlohmann::json;
using Step = test::ScriptedServer::Step;

std::string http(int status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string completion(const std::string& content, const std::string& finish = "stop") {
  return json{{"choices", {{{"message", {{"role", "assistant"}, {"content", content}}}, {"finish_reason", finish}}}}}.dump();
}
Step says(const std::string& content, const std::string& finish = "stop") { return {.pieces = {http(200, completion(content, finish))}, .pause_ms = 0}; }

ChatBackendOptions quick(const std::string& url) {
  return {.url = url, .model = "m", .api_key_variable = "RAG_TEST_KEY", .idle_timeout_ms = 300, .total_timeout_ms = 900, .retries = 1, .retry_pause_ms = 5};
}

const std::string kText = "Leave is asked for in Kestrel. Claims must be sent in within 30 days of the trip.";
const std::string kGood = R"({"question":"How long after travelling may I claim costs?","answer":"within 30 days","quote":"Claims must be sent in within 30 days of the trip."})";

// Why no question came of such an endpoint: the reason that is counted, or the error's message; "" where one came.
std::string outcome(std::vector<Step> script) {
  const test::ScriptedServer server(std::move(script));
  const auto endpoint = open_chat_endpoint(quick(server.url()));
  const Passage passage{.chunk = {.document_id = "d", .span = {0, kText.size()}, .text = kText}, .uri = "a.md", .title = "a"};
  try {
    return question_by_model(passage, [&](const std::vector<ChatMessage>& messages) { return whole_reply(*endpoint, messages); }).reason;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Backend);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
}
void expect_outcome(std::vector<Step> script, const std::string& part) {
  const std::string found = outcome(std::move(script));
  EXPECT_NE(found.find(part), std::string::npos) << found;
}

TEST(BadWriter, IsUnderstoodThroughFencesProseAndThoughts) {
  for (const std::string& reply : {kGood, "```json\n" + kGood + "\n```", "Sure! Here is {the question}:\n" + kGood + "\nAnything else?",
                                   "<think>Maybe {\"question\":\"no\"} or [1, 2?</think>\n" + kGood, "[" + kGood + "]"})
    EXPECT_EQ(outcome({says(reply)}), "") << reply;
  EXPECT_EQ(outcome({{.pieces = {http(429, "", "Retry-After: 1\r\n")}, .pause_ms = 0}, says(kGood)}), "") << "waits and asks again";
  EXPECT_EQ(outcome({{.pieces = {http(500, "oops")}, .pause_ms = 0}, says(kGood)}), "");
}

TEST(BadWriter, IsCountedByTheReasonForWhichItsReplyIsNoUse) {
  expect_outcome({says(kGood.substr(0, 90))}, "holds no JSON object");
  expect_outcome({says("I am sorry, I cannot help with that.")}, "holds no JSON object");
  expect_outcome({says("<think>It could be " + kGood)}, "holds no JSON object");
  expect_outcome({says(R"({"frage":"?","antwort":"!"})")}, "holds no JSON object");
  expect_outcome({says("{}")}, "found nothing to ask");
  expect_outcome({says(R"({"question":"How long?","answer":7,"quote":null})")}, "lacks a question, an answer or a quote");
  expect_outcome({says(R"({"question":"여행 뒤 며칠 안에 신청하나요?","answer":"within 30 days","quote":"Claims must be sent in within 30 days of the trip."})")}, "another language");
  expect_outcome({says(R"({"question":"How long?","answer":"30 days","quote":"Claims may be sent in within 30 days of any trip."})")}, "the quote is not in the passage");
  expect_outcome({says(R"({"question":"How long?","answer":"40 days","quote":"Claims must be sent in within 30 days of the trip."})")}, "the answer is not in its quote");
  expect_outcome({says(R"({"question":"Is it 30 days?","answer":"30 days","quote":"Claims must be sent in within 30 days of the trip."})")}, "holds its answer");
}

TEST(BadWriter, FailsInOneLineWhereTheEndpointDoes) {
  const auto all = [](const std::string& reply) { return std::vector<Step>(2, {.pieces = {reply}, .pause_ms = 0}); };
  expect_outcome(all(http(400, R"({"error":{"message":"This model's maximum context length is 512 tokens"}})")), "maximum context length is 512");
  expect_outcome(all(http(429, "", "Retry-After: 1\r\n")), "status 429, too many requests (tried 2 times)");
  expect_outcome(all(http(500, "oops")), "status 500 (tried 2 times): oops");
  expect_outcome(all(http(200, completion(""))), "gave an empty answer");
  expect_outcome({says(kGood.substr(0, 90), "length")}, "cut off at the limit of tokens");
  expect_outcome({says("<think>Let me see", "length")}, "cut off at the limit of tokens");
  expect_outcome(all("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n{\"choices\""), "broke off after 0 bytes");
  expect_outcome(all(""), "no HTTP reply");
  expect_outcome({{.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", "{"}, .pause_ms = 1500}}, "300 ms");
  std::vector<std::string> drops = {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"};
  for (int i = 0; i < 40; ++i) drops.push_back(":\n\n");
  expect_outcome({{.pieces = drops, .pause_ms = 60}}, "900 ms");
}

class FailingJudge final : public Judge {
 public:
  explicit FailingJudge(std::vector<std::string> replies) : replies_(std::move(replies)) {}
  std::string model() const override { return "m"; }
  std::string reply_to(const std::vector<ChatMessage>&) override {
    const std::string reply = replies_.at(next_++);
    if (reply.starts_with("!")) throw Error(ErrorKind::Backend, reply.substr(1));
    return reply;
  }

 private:
  std::vector<std::string> replies_;
  std::size_t next_ = 0;
};

const GoldQuestion kQuestion{.id = "q", .text = "How many days of leave?", .references = {"27 days."}};
const GivenAnswer kAnswer{.id = "q", .text = "Staff have 27 days.", .contexts = {"Staff have 27 days."}};

TEST(BadJudge, CostsTheMeasureThatAskedAndNoOther) {
  FailingJudge judge({"!context length exceeded", R"({"verdicts":[1]})", R"({"statements":["27 days."]})", "!reset", "unused"});
  const JudgedAnswer judged = judge_answer(judge, kQuestion, kAnswer, {});
  ASSERT_EQ(judged.failures.size(), 2U);
  EXPECT_EQ(judged.failures[0], (std::pair<std::string, std::string>{"faithfulness", "context length exceeded"}));
  EXPECT_EQ(judged.failures[1], (std::pair<std::string, std::string>{"context_recall", "reset"}));
  EXPECT_EQ(judged.values, (std::map<std::string, double>{{"context_precision", 1.0}})) << "no value, not 0";
  EXPECT_EQ(judged.calls, 4U);
  EXPECT_EQ(judged.failed_calls, 2U);
}

TEST(BadJudge, IsNoJudgeWhileItThinks) {
  EXPECT_EQ(verdicts_in_reply("<think>First:\n1. yes\n2. no", 2), std::nullopt) << "half a thought";
  EXPECT_EQ(texts_in_reply("<think>- one\n- two", "statements"), std::nullopt);
  EXPECT_EQ(verdicts_in_reply("<think>1. no\n2. no</think>1. yes\n2. yes", 2), (std::vector<bool>{true, true}));
}

TEST(BadJudge, FailsInAReplayAsItFailedWhenItWasAsked) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / ("rag_bad_judge_test_" + std::to_string(::getpid()) + ".jsonl");
  const std::vector<ChatMessage> one = {{"user", "one"}}, two = {{"user", "two"}};
  const auto error_of = [](Judge& judge, const std::vector<ChatMessage>& messages) {
    try {
      return "no error: " + judge.reply_to(messages);
    } catch (const Error& error) {
      return (error.kind() == ErrorKind::Backend ? "backend: " : "") + std::string(error.what());
    }
  };
  {
    const auto judge = make_recording_judge(std::make_unique<FailingJudge>(std::vector<std::string>{"!gone for a minute", "yes"}), file);
    EXPECT_EQ(error_of(*judge, one), "backend: gone for a minute");
    EXPECT_EQ(judge->reply_to(two), "yes");
  }
  const auto replay = make_replaying_judge(file, "");
  EXPECT_EQ(error_of(*replay, one), "backend: gone for a minute");
  EXPECT_EQ(replay->reply_to(two), "yes");
  EXPECT_EQ(make_recording_judge(std::make_unique<FailingJudge>(std::vector<std::string>{"back again"}), file)->reply_to(one), "back again") << "asked anew";
  EXPECT_EQ(make_replaying_judge(file, "m")->reply_to(one), "back again");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace rag
