#include "generate/conversation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rag {
namespace {

std::string after(std::vector<std::string> asked, const std::string& question) {
  std::vector<Turn> history;
  for (std::string& q : asked) history.push_back({std::move(q), "An answer. [1]"});
  return standalone_question(question, history);
}

TEST(StandaloneQuestion, GivesAFollowUpTheWordsItLeansOn) {
  EXPECT_EQ(after({"연차 휴가는 며칠인가요?"}, "그럼 병가는?"), "그럼 병가는? 연차 휴가");
  EXPECT_EQ(after({"How many vacation days do full-time employees get?"}, "and for part-timers?"),
            "and for part-timers? vacation days full time employees");
  EXPECT_EQ(after({"What is the parental leave policy?"}, "how long does it last?"), "how long does it last? parental leave policy");
}

TEST(StandaloneQuestion, LeavesAQuestionAloneThatStandsAlone) {
  for (const char* question :
       {"병가는 며칠까지 쓸 수 있나요?", "How do I request a parking permit for visitors?", "Does the travel policy say when it applies?"})
    EXPECT_EQ(after({"연차 휴가는 며칠인가요?"}, question), question);
}

TEST(StandaloneQuestion, GoesBackToTheQuestionThatStoodAlone) {
  EXPECT_EQ(after({"What is the remote work allowance?", "and abroad?"}, "why?"), "why? abroad remote work allowance");
  EXPECT_EQ(after({"Where is the parking garage?", "What is the remote work allowance?"}, "why?").find("parking"), std::string::npos);
}

TEST(StandaloneQuestion, NeedsAHistory) { EXPECT_EQ(after({}, "and then?"), "and then?"); }

}  // namespace
}  // namespace rag
