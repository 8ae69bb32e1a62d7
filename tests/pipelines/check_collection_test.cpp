#include "pipelines/eval/check_collection.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.h"
#include "core/file.h"

namespace rag {
namespace {

class ExpectedAnswers : public testing::Test {
 protected:
  std::vector<ExpectedAnswer> read(const std::string& lines) const {
    write_file_atomically(file_, lines);
    return read_expected_answers(file_, {{"q1", "how many days?"}, {"q2", "며칠?"}, {"q3", "who?"}});
  }
  void TearDown() override { std::filesystem::remove(file_); }
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / ("rag_expected_answers_" + std::to_string(::getpid()) + ".jsonl");
};

TEST_F(ExpectedAnswers, AreReadAsTheEvaluationOfAnswersReadsThem) {
  const auto answers = read("{\"_id\":\"q2\",\"answers\":[\"15일\",\" \"]}\n{\"_id\":\"q1\",\"answer\":\"27 days\"}\n{\"_id\":\"q3\",\"answers\":[]}\n{\"_id\":\"other\",\"answers\":[\"x\"]}\n");
  ASSERT_EQ(answers.size(), 2U) << "what has no answer, and what nobody asks, can stand in no name";
  EXPECT_EQ(answers[0].query, "q1");
  EXPECT_EQ(answers[0].answers, std::vector<std::string>{"27 days"});
  EXPECT_EQ(answers[1].answers, std::vector<std::string>{"15일"});
}

TEST_F(ExpectedAnswers, AreRefusedWhereTheyAreNoneAndTheLineIsNamed) {
  for (const char* lines : {"\n{\"_id\":\"q1\",\"answers\":{}}\n", "\n[1]\n", "{\"_id\":\"q1\",\"answers\":[\"a\"]}\n{\"_id\":\"q1\",\"answers\":[\"b\"]}\n"}) try {
      read(lines);
      FAIL() << lines;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Usage);
      EXPECT_NE(std::string(error.what()).find(file_.string() + ":2:"), std::string::npos) << error.what();
    }
}

TEST_F(ExpectedAnswers, AreNoneOfNoFile) { EXPECT_TRUE(read_expected_answers("", {{"q1", "who?"}}).empty()); }

}  // namespace
}  // namespace rag
