#include "pipelines/eval/answers_evaluation.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/error.h"
#include "core/file.h"
#include "pipelines/eval/answers_file.h"
#include "pipelines/eval/robustness.h"

namespace rag {
namespace {

class AnswersEvaluationTest : public testing::Test {
 protected:
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / ("rag_answers_test_" + std::to_string(::getpid()) + ".jsonl");
  std::unique_ptr<Entailment> overlap_ = make_overlap_entailment();
  AnswersScoring scoring_{.correct = "contains", .entailment = overlap_.get()};
  void TearDown() override { std::filesystem::remove(file_); }

  void write(const std::string& text) const { write_file_atomically(file_, text); }
  std::string gold_error(const std::string& text) const {
    write(text);
    return error_of([&] { read_gold_questions(file_); });
  }
  std::string given_error(const std::string& text) const {
    write(text);
    return error_of([&] { read_given_answers(file_); });
  }
  template <typename Call>
  static std::string error_of(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    return "no error";
  }
};

const MeasureMean& measure(const AnswersEvaluation& evaluation, const std::string& name) {
  return *std::ranges::find(evaluation.measures, name, &MeasureMean::name);
}

const std::vector<GoldQuestion> kQuestions = {{.id = "q1", .text = "How many days?", .references = {"27 days"}},
                                              {.id = "q2", .text = "어디?", .references = {"리즈"}},
                                              {.id = "q3", .text = "A pony?", .impossible = true},
                                              {.id = "q4", .text = "nobody knows"}};

std::map<std::string, GivenAnswer> answers() {
  return {{"q1", {.id = "q1", .text = "Staff have 27 days. [1]", .citations = {{.number = 1, .document = "leave", .quote = "Staff have 27 days."}}, .confidence = 0.9}},
          {"q3", {.id = "q3", .text = "Yes, a pony.", .confidence = 0.2}},
          {"q9", {.id = "q9", .text = "?"}}};
}

TEST_F(AnswersEvaluationTest, CountsWhatIsMissingAndLeavesOutWhatNobodyJudged) {
  const AnswersEvaluation evaluation = evaluate_answers(kQuestions, answers(), scoring_);
  EXPECT_EQ(evaluation.missing, std::vector<std::string>{"q2"});
  EXPECT_EQ(evaluation.unjudged, std::vector<std::string>{"q4"});
  EXPECT_EQ(evaluation.unknown, std::vector<std::string>{"q9"});
  EXPECT_DOUBLE_EQ(*measure(evaluation, "contains").value, 0.5) << "a missing answer counts 0";
  EXPECT_DOUBLE_EQ(*measure(evaluation, "answered").value, 0.5);
  EXPECT_DOUBLE_EQ(*measure(evaluation, "refusal_recall").value, 0);
  EXPECT_DOUBLE_EQ(*measure(evaluation, "selective_accuracy").value, 0.5) << "answering the unanswerable is wrong";
  EXPECT_DOUBLE_EQ(*measure(evaluation, "aurc").value, 0.25) << "the wrong answer was the less sure one";
  EXPECT_DOUBLE_EQ(*measure(evaluation, "excess_aurc").value, 0);
  EXPECT_EQ(evaluation.risk_coverage.curve.size(), 2U);
}

TEST_F(AnswersEvaluationTest, SaysWhyAFigureIsNotThere) {
  auto given = answers();
  given.at("q3").confidence.reset();
  const AnswersEvaluation evaluation = evaluate_answers(kQuestions, given, scoring_);
  EXPECT_FALSE(measure(evaluation, "aurc").value);
  EXPECT_EQ(measure(evaluation, "aurc").reason.english, "1 of 2 answers have no confidence");
  EXPECT_EQ(measure(evaluation, "nugget_all").reason, (Wording{"no question has nuggets", "너깃이 있는 질문이 없음"}));
  for (const MeasureMean& one : evaluation.measures) {
    EXPECT_EQ(one.value.has_value(), one.reason.english.empty()) << one.name;
    EXPECT_EQ(one.value.has_value(), one.reason.korean.empty()) << one.name;
  }
  const std::string json = answers_evaluation_json(evaluation, true);
  EXPECT_NE(json.find(R"({"measure":"aurc","value":null,"count":2,"reason":"1 of 2 answers have no confidence"})"), std::string::npos) << json;
  EXPECT_EQ(json.find("NaN"), std::string::npos);
}

TEST_F(AnswersEvaluationTest, SaysThatNoAnswerRepeatsWholeSentencesToTheLetter) {
  const std::vector<GoldQuestion> questions = {{.id = "q1", .text = "How?", .references = {"Take the form, fill it in, have it signed by your manager and send it to payroll."}}};
  const std::vector<Wording> notes = evaluate_answers(questions, {}, scoring_).notes;
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0].english.starts_with("half of the reference answers have 17 words or more")) << notes[0].english;
  EXPECT_TRUE(evaluate_answers(questions, {}, {.correct = "rouge_l", .entailment = overlap_.get()}).notes.empty());
  EXPECT_TRUE(evaluate_answers(kQuestions, answers(), scoring_).notes.empty());
}

TEST_F(AnswersEvaluationTest, RefusesASetThatSaysOfNoQuestionWhatIsRight) {
  EXPECT_NE(error_of([&] { evaluate_answers({kQuestions[3]}, {}, scoring_); }).find("--answers FILE"), std::string::npos);
  EXPECT_NE(error_of([&] { check_scoring({.correct = "statements"}); }).find("not one of contains"), std::string::npos);
}

TEST_F(AnswersEvaluationTest, ReadsGoldInTheLayoutsThereAre) {
  write("\xEF\xBB\xBF{\"_id\":1,\"question\":\"며칠?\",\"answer\":\"27일\",\"evidence\":[{\"file\":\"a.pdf\",\"page\":7},{\"file\":\"a.pdf\",\"page\":8},{\"file\":\"b.pdf\"}]}\r\n"
        "{\"_id\":\"q2\",\"text\":\"x\",\"kind\":\"unanswerable\"}\n{\"_id\":\"q3\",\"text\":\"x\",\"answers\":[]}\n"
        "{\"_id\":\"q4\",\"text\":\"x\",\"nuggets\":[\"a\",{\"text\":\"b\",\"importance\":\"okay\"},{\"text\":\"c\",\"vital\":false}]}\nq5\twho?\n");
  const auto questions = read_gold_questions(file_);
  ASSERT_EQ(questions.size(), 5U);
  EXPECT_EQ(questions[0].id, "1");
  EXPECT_EQ(questions[0].references, std::vector<std::string>{"27일"});
  EXPECT_EQ(questions[0].documents, (std::vector<std::string>{"a.pdf", "b.pdf"}));
  EXPECT_TRUE(questions[1].impossible);
  EXPECT_TRUE(questions[2].impossible) << "an empty list says that there is no answer";
  EXPECT_TRUE(questions[3].nuggets[0].vital && !questions[3].nuggets[1].vital && !questions[3].nuggets[2].vital);
  EXPECT_FALSE(questions[4].judged());
}

TEST_F(AnswersEvaluationTest, PutsAnswersOfAnotherFileOverTheQuestions) {
  write("{\"_id\":\"q1\",\"answers\":[\"28 days\"],\"documents\":[\"leave.md\"]}\n{\"_id\":\"nobody\",\"answers\":[\"x\"]}\n");
  auto questions = kQuestions;
  EXPECT_EQ(add_gold(questions, file_), std::vector<std::string>{"nobody"});
  EXPECT_EQ(questions[0].references, std::vector<std::string>{"28 days"});
  EXPECT_TRUE(questions[0].draws_on_all);
  add_gold_documents(questions, {{"q1", {{"other.md", 1}}}, {"q2", {{"b.md", 2}, {"c.md", 0}}}});
  EXPECT_EQ(questions[0].documents, std::vector<std::string>{"leave.md"}) << "what is said already stays";
  EXPECT_EQ(questions[1].documents, std::vector<std::string>{"b.md"});
}

TEST_F(AnswersEvaluationTest, NamesTheLineOfGoldThatCannotBe) {
  EXPECT_NE(gold_error("{\"_id\":\"a\",\"text\":\"x\"}\n{\"_id\":\"a\",\"text\":\"y\"}\n").find(":2: question \"a\" comes twice"), std::string::npos);
  EXPECT_NE(gold_error("{\"_id\":\"a\"}\n").find(":1: neither \"text\" nor \"question\""), std::string::npos);
  EXPECT_NE(gold_error("{\"_id\":\"a\",\"text\":\"x\",\"answers\":[1]}\n").find("\"answers\" is not a text"), std::string::npos);
  EXPECT_NE(gold_error("{\"_id\":\"a\",\"text\":\"x\",\"answers\":[\"y\"],\"is_impossible\":true}\n").find("called impossible and has answers"), std::string::npos);
  EXPECT_NE(gold_error("{\"_id\":\"a\",\"text\":\"x\",\"nuggets\":[{\"text\":\"y\",\"importance\":\"some\"}]}\n").find("expected vital or okay"), std::string::npos);
  EXPECT_NE(gold_error("{\"_id\":\"a\", oops\n").find("not a JSON object"), std::string::npos);
  EXPECT_NE(gold_error("\n").find("no question in it"), std::string::npos);
}

TEST_F(AnswersEvaluationTest, ReadsAnswersOfAnySystemAndItsOwnBack) {
  write("{\"_id\":\"q1\",\"answer\":\"27일이다.\",\"citations\":[{\"answer_span\":[0,5],\"document\":\"d\",\"quote\":\"27일\"}],\"confidence\":1}\n"
        "{\"_id\":\"q2\",\"answer\":null}\n{\"_id\":\"q3\",\"answer\":\"I do not know\",\"abstained\":true}\n");
  const auto given = read_given_answers(file_);
  EXPECT_EQ(given.at("q1").citations.at(0).answer_span, (Span{0, 5}));
  EXPECT_TRUE(given.at("q2").abstained);
  EXPECT_TRUE(given.at("q3").abstained && given.at("q3").text.empty());
  const std::string lines = given_answers_jsonl(given);
  write(lines);
  EXPECT_EQ(given_answers_jsonl(read_given_answers(file_)), lines);
}

TEST_F(AnswersEvaluationTest, NamesTheLineOfAnAnswerThatCannotBe) {
  EXPECT_NE(given_error("{\"answer\":\"x\"}\n").find(":1: no \"_id\""), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\",\"answer\":\"가\",\"citations\":[{\"answer_span\":{\"begin\":0,\"end\":2}}]}\n").find("not a piece of the answer of 3 bytes"), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\",\"answer\":\"x\",\"citations\":[{\"answer_span\":{\"begin\":0,\"end\":-1}}]}\n").find("expected {\"begin\": bytes"), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\",\"answer\":\"x\",\"confidence\":\"high\"}\n").find("not a number"), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\",\"contexts\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}\n").find(":1: nested deeper than 256 levels"), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\"}\n{\"_id\":\"a\"}\n").find("answered twice"), std::string::npos);
  EXPECT_NE(given_error("{\"_id\":\"a\",\"answer\":\"" + std::string((1U << 20) + 1, 'x') + "\"}\n").find("at most 1048576"), std::string::npos);
}

TEST_F(AnswersEvaluationTest, WritesTheSameBytesForTheSameAnswers) {
  const std::string once = answers_evaluation_json(evaluate_answers(kQuestions, answers(), scoring_), true);
  auto turned = kQuestions;
  std::ranges::reverse(turned);
  EXPECT_EQ(answers_evaluation_json(evaluate_answers(turned, answers(), scoring_), true), once);
}

TEST_F(AnswersEvaluationTest, WritesAnswersAsTrecTakesThem) {
  const AnswersEvaluation evaluation = evaluate_answers(kQuestions, answers(), scoring_);
  const std::string lines = trec_rag_jsonl(evaluation, "rag");
  EXPECT_EQ(lines.substr(0, lines.find('\n')),
            R"({"run_id":"rag","topic_id":"q1","topic":"How many days?","references":["leave"],"response_length":4,"answer":[{"text":"Staff have 27 days.","citations":[0]}]})");
  EXPECT_NE(lines.find(R"("topic_id":"q2","topic":"어디?","references":[],"response_length":0,"answer":[]})"), std::string::npos);
}

Passage passage_saying(const std::string& document, const std::string& text, std::int64_t id) {
  return {.chunk = {.id = {id}, .document_id = document, .span = {0, text.size()}, .text = text}, .uri = document, .title = document};
}

// Believes the first passage with "days" in it.
class Believer final : public Generator {
 public:
  std::string name() const override { return "believer"; }
  Answer answer(const std::string&, std::span<const Passage> passages, std::span<const Turn>, const OnText&) const override {
    for (const Passage& passage : passages)
      if (passage.chunk.text.find("days") != std::string::npos) return {.text = passage.chunk.text};
    return {.abstained = true};
  }
};

TEST_F(AnswersEvaluationTest, TriesNoiseRejectionAndAReplacedAnswer) {
  AskedQuestions asked;
  asked.answers = answers();
  asked.passages = {{"q1", {passage_saying("leave", "Staff have 27 days.", 1)}}, {"q2", {passage_saying("city", "리즈에 있다.", 2)}}, {"q3", {passage_saying("zoo", "No ponies.", 3)}}};
  AnswersEvaluation evaluation = evaluate_answers(kQuestions, asked.answers, scoring_);
  struct Silent : Progress {
    void update(std::string_view, std::size_t, std::size_t) override {}
  } silent;
  measure_robustness(evaluation, asked, Believer(), scoring_, {.noise = 2, .counterfactual = true, .correct = "contains"}, silent);
  const auto& values = evaluation.questions[0].values;
  EXPECT_DOUBLE_EQ(values.at("noise_correct"), 1);
  EXPECT_DOUBLE_EQ(values.at("noise_rejected"), 1) << "cities and ponies do not answer it";
  EXPECT_DOUBLE_EQ(values.at("counterfactual_followed"), 1);
  EXPECT_DOUBLE_EQ(*measure(evaluation, "noise_rejected").value, 0.5) << "the second question's noise speaks of days";
  EXPECT_EQ(measure(evaluation, "counterfactual_followed").count, 1U) << "only answers that were right";
}

}  // namespace
}  // namespace rag
