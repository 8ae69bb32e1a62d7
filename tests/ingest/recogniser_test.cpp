#include "ingest/speech/recogniser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "ingest/speech/recogniser_wire.h"
#include "speech_fakes.h"

namespace rag {
namespace {

using test::answer_with;
using test::FakeProgram;
using test::recogniser_script;
using testing::HasSubstr;

const std::vector<std::int16_t> kTenSeconds(10 * kSamplesPerSecond);

RecogniserLimits quick() {
  RecogniserLimits limits;
  limits.max_start = limits.max_wall = std::chrono::seconds(1);
  limits.max_wall_per_second = 0;
  return limits;
}

FakeProgram fake(const std::string& script) { return {"RAG_SPEECH", "recogniser", script}; }

// Why the recogniser gives no words for ten seconds of sound; "" where it does.
std::string trouble_of(const std::string& script, const RecogniserLimits& limits = {}) {
  const FakeProgram program = fake(script);
  try {
    start_recogniser(program.path(), limits)->transcribe(kTenSeconds, {"ko", "en"});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Ingest);
    return error.what();
  }
  return "";
}

TEST(Recogniser, HearsWordsWithTheirTimes) {
  const FakeProgram program = fake(recogniser_script(answer_with("ko", {"연차는", "십오", "일입니다."})));
  EXPECT_EQ(find_recogniser(), program.path());
  const auto recogniser = start_recogniser(program.path());
  EXPECT_EQ(recogniser->name(), "fake");
  for (int i = 0; i < 3; ++i) {
    const Transcription heard = recogniser->transcribe(kTenSeconds, {});
    EXPECT_EQ(heard.language, "ko");
    ASSERT_EQ(heard.words.size(), 3U);
    EXPECT_EQ(heard.words[1].text, " 십오");
    EXPECT_DOUBLE_EQ(heard.words[1].begin, 1.0);
    EXPECT_DOUBLE_EQ(heard.words[2].end, 2.8);
  }
}

TEST(Recogniser, IsAskedWithTheSamplesAndTheLanguages) {
  const FakeProgram program = fake(recogniser_script("echo \"$n $line\" >>\"$(dirname \"$0\")/asked\"; " + answer_with("en", {"x"})));
  const auto recogniser = start_recogniser(program.path());
  recogniser->transcribe(kTenSeconds, {"ko", "en"});
  recogniser->transcribe(std::vector<std::int16_t>(7), {});
  std::ifstream asked(program.folder() / "asked");
  std::string first, second;
  std::getline(asked, first);
  std::getline(asked, second);
  EXPECT_EQ(first, "160000 {\"languages\":[\"ko\",\"en\"],\"samples\":160000}");
  EXPECT_EQ(second, "7 {\"languages\":[],\"samples\":7}");
}

TEST(Recogniser, ThatDiesCostsOneSound) {
  const FakeProgram program = fake(recogniser_script("f=$(dirname \"$0\")/died; if [ ! -e $f ]; then : >$f; echo 'no luck today' >&2; exit 3; fi; " +
                                                     answer_with("en", {"Hello."})));
  const auto recogniser = start_recogniser(program.path());
  try {
    recogniser->transcribe(kTenSeconds, {});
    FAIL() << "it died";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the speech recogniser ended with exit code 3: no luck today");
  }
  EXPECT_EQ(recogniser->transcribe(kTenSeconds, {}).words.size(), 1U);
}

TEST(Recogniser, ThatCrashesOrGivesUpIsNamed) {
  EXPECT_THAT(trouble_of(recogniser_script("kill -SEGV $$")), HasSubstr("the speech recogniser crashed (Segmentation fault)"));
  EXPECT_EQ(trouble_of(recogniser_script("exit 0")), "the speech recogniser ended before it answered");
  EXPECT_EQ(trouble_of("echo 'No module named whisper' >&2; exit 1\n"), "the speech recogniser ended with exit code 1: No module named whisper");
  EXPECT_EQ(trouble_of(recogniser_script("echo '{\"error\":\"ran out of breath\"}'")), "the speech recogniser failed: ran out of breath");
}

TEST(Recogniser, ThatCannotBeRunIsNamed) {
  const test::TemporaryFolder folder;
  try {
    start_recogniser(folder.path() / "missing");
    FAIL() << "there is none";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing: cannot be run: No such file or directory"));
  }
}

TEST(Recogniser, ThatHangsIsStopped) {
  EXPECT_EQ(trouble_of("sleep 60\n", quick()), "the speech recogniser took longer than 1 s and was stopped") << "before it greets";
  EXPECT_EQ(trouble_of(recogniser_script("sleep 60"), quick()), "the speech recogniser took longer than 1 s and was stopped") << "over a sound";
  EXPECT_EQ(trouble_of("echo '{\"recogniser\":\"deaf\",\"protocol\":1}'\nsleep 60\n", quick()),
            "the speech recogniser took longer than 1 s and was stopped") << "without taking the samples";
}

TEST(Recogniser, ThatNeverEndsItsLineIsStopped) {
  EXPECT_EQ(trouble_of("exec tr '\\0' x </dev/zero\n"), "the speech recogniser's answer is longer than 4 MB");
}

TEST(Recogniser, OfAnotherProtocolIsRefused) {
  EXPECT_THAT(trouble_of("echo '{\"recogniser\":\"new\",\"protocol\":2}'\n"), HasSubstr("speaks protocol 2, this build 1; ./scripts/setup_speech.sh"));
  EXPECT_THAT(trouble_of("echo hello\n"), HasSubstr("makes no sense"));
  EXPECT_THAT(trouble_of("echo '{\"recogniser\":\"\\u001b[2J\",\"protocol\":1}'\n"), HasSubstr("makes no sense"));
}

TEST(RecogniserWire, RefusesWhatIsNoTranscriptionOfThatSound) {
  EXPECT_EQ(decode_transcription(R"({"words":[],"language":null})", 10).words.size(), 0U);
  for (const char* line :
       {"", "null", "[]", "{", "{}", R"({"words":{}})", R"({"words":[1]})", R"({"words":[[0,1]]})", R"({"words":[["0",1,"x",1]]})", R"({"words":[[0,1,2,1]]})",
        R"({"words":[[-1,1,"x",1]]})", R"({"words":[[2,1,"x",1]]})", R"({"words":[[0,99,"x",1]]})", R"({"words":[[0,1e999,"x",1]]})",
        R"({"words":[[0,1,"x",1.5]]})", R"({"words":[[0,1,"x",-0.1]]})", R"({"words":[[[[[[[0]]]]]]]})", R"({"words":[],"language":5})",
        R"({"words":[],"language":"../etc"})", R"({"words":[],"unclear":-1})", R"({"words":[],"unclear":"many"})"})
    EXPECT_THROW(decode_transcription(line, 10), Error) << line;
  EXPECT_THROW(decode_transcription(R"({"words":[[0,1,")" + std::string(300, 'x') + R"(",1]]})", 10), Error) << "a word of 300 letters";
  std::string many = R"({"words":[)";
  for (int i = 0; i < 1000; ++i) many += std::string(i ? "," : "") + R"([0,1,"x",1])";
  EXPECT_THROW(decode_transcription(many + "]}", 10), Error) << "a hundred words a second";
  EXPECT_THROW(decode_transcription(R"({"words":)" + std::string(100000, '['), 10), Error) << "nested";
}

TEST(RecogniserWire, PutsWordsThatOverlapInOrderAndIntoTheSound) {
  const Transcription heard = decode_transcription(R"({"language":"en","words":[[1.0,2.0,"a",1],[0.9,1.5,"b",1],[9.9,10.4,"c",1]],"unclear":2})", 10);
  ASSERT_EQ(heard.words.size(), 3U);
  EXPECT_DOUBLE_EQ(heard.words[1].begin, 1.0);
  EXPECT_DOUBLE_EQ(heard.words[2].end, 10.0);
  EXPECT_EQ(heard.unclear, 2);
}

TEST(RecogniserWire, ReplacesBrokenCharacters) {
  EXPECT_EQ(decode_transcription(R"({"words":[[0,1,"\ud55c",1]]})", 1).words[0].text, "한");
  EXPECT_THROW(decode_transcription("{\"words\":[[0,1,\"\xFF\",1]]}", 1), Error) << "no JSON";
}

}  // namespace
}  // namespace rag
