#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "../patience.h"
#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

// A folder with a recording, and programs beside it that stand for ffmpeg and the recogniser.
class SpeechRoad : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/meeting.mp3", "ID3\x04 sound");
    add_program("ffprobe", R"(echo '{"streams":[{}],"format":{"duration":"100"}}')");
    add_program("ffmpeg", "head -c 3200000 /dev/zero");
    add_program("recogniser",
                R"(echo '{"recogniser":"fake","protocol":1}'
read -r line
head -c 3200000 >/dev/null
echo '{"language":"ko","words":[[1,2," 안녕하세요.",0.9],[83,84," 연차",0.9],[84,85," 휴가는",0.9],[85,86," 십오",0.9],[86,87," 일입니다.",0.9]],"unclear":0}')");
  }
  void add_program(const std::string& name, const std::string& script) const {
    program.write("bin/" + name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(program.folder() / "bin" / name, std::filesystem::perms::owner_all);
  }
  std::vector<std::string> programs() const {
    return {"RAG_FFMPEG=" + (program.folder() / "bin/ffmpeg").string(), "RAG_SPEECH=" + (program.folder() / "bin/recogniser").string()};
  }
  Result index(std::vector<std::string> more = {}, std::vector<std::string> environment = {}) const {
    std::vector<std::string> arguments = {"index", "docs", "--model", "hash"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments, "", environment.empty() ? programs() : environment);
  }
  Program program;
};

TEST_F(SpeechRoad, LeadsFromARecordingToMinuteAndSecond) {
  const Result indexed = index();
  ASSERT_EQ(indexed.code, 0) << indexed.err;
  const Result found = program.run({"search", "연차 휴가는 십오"});
  EXPECT_NE(found.out.find("meeting.mp3 00:0"), std::string::npos) << found.out;
  const json passages = json::parse(program.run({"search", "연차 휴가는 십오", "--json"}).out)["passages"];
  ASSERT_FALSE(passages.empty());
  EXPECT_EQ(passages[0]["time"].get<std::string>().substr(0, 4), "00:0");
  EXPECT_EQ(passages[0]["page"], nullptr);
  EXPECT_EQ(passages[0]["metadata"]["transcribed_by"], "fake");
  const json answer = json::parse(program.run({"ask", "연차 휴가는 며칠입니까?", "--json"}).out);
  for (const json& citation : answer["citations"])
    if (citation["quote"].get<std::string>().find("십오") != std::string::npos) {
      EXPECT_EQ(citation["time"], "00:01:23");
    }
  EXPECT_EQ(json::parse(index({"--json"}).out)["unchanged"], 1);
}

TEST_F(SpeechRoad, ReadsARecordingOnceThereIsARecogniser) {
  const Result without = index({"--json"}, {"RAG_FFMPEG=" + (program.folder() / "bin/ffmpeg").string(), "RAG_SPEECH=/nowhere"});
  EXPECT_EQ(without.code, 5);
  EXPECT_EQ(json::parse(without.out)["skipped"][0]["reason"], "a recording; no speech recogniser; ./scripts/setup_speech.sh installs one");
  EXPECT_EQ(json::parse(index({"--json", "--speech", "off"}).out)["new"], 0) << "not wanted now";
  EXPECT_EQ(json::parse(index({"--json"}).out)["new"], 1);
}

TEST_F(SpeechRoad, LeadsToAVoiceMessageInAMailOnceThereIsARecogniser) {
  std::filesystem::remove(program.folder() / "docs/meeting.mp3");
  program.write("docs/voice.eml",
                "From: Kim <kim@example.com>\nSubject: Voice\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                "--b\nContent-Type: text/plain\n\nListen to this.\n"
                "--b\nContent-Type: audio/mpeg; name=voice.mp3\nContent-Disposition: attachment\n\nID3\x04 sound\n--b--\n");
  const json without = json::parse(index({"--json"}, {"RAG_FFMPEG=" + (program.folder() / "bin/ffmpeg").string(), "RAG_SPEECH=/nowhere"}).out);
  ASSERT_EQ(without["warnings"].size(), 1U);
  EXPECT_EQ(without["warnings"][0]["uri"], "voice.eml!/voice.mp3");
  EXPECT_EQ(without["warnings"][0]["reason"], "a recording; no speech recogniser; ./scripts/setup_speech.sh installs one");
  EXPECT_EQ(json::parse(index({"--json"}).out)["new"], 1);
  EXPECT_NE(program.run({"search", "연차 휴가는 십오"}).out.find("voice.eml!/voice.mp3 00:0"), std::string::npos);
  EXPECT_EQ(json::parse(index({"--json"}).out)["unchanged"], 2);
}

TEST_F(SpeechRoad, LeavesRecordingsAloneWhereItIsSwitchedOff) {
  const Result off = index({"--json", "--speech", "off"});
  EXPECT_EQ(off.code, 5);
  EXPECT_EQ(json::parse(off.out)["skipped"][0]["reason"], "a recording; speech recognition is off (--speech on)");
  program.write("rag.toml", "[speech]\nlisten = \"off\"\n");
  EXPECT_EQ(json::parse(index({"--json"}).out)["new"], 0);
  EXPECT_EQ(json::parse(index({"--json", "--speech", "on"}).out)["new"], 1);
}

TEST_F(SpeechRoad, RefusesWhatIsNoLanguage) {
  for (const char* wrong : {"Korean", "ko,", ",ko", "KO", "k", "ko en", ""}) {
    const Result result = index({"--speech-language", wrong});
    EXPECT_EQ(result.code, 2) << wrong;
    EXPECT_NE(result.err.find("--speech-language"), std::string::npos) << result.err;
  }
  EXPECT_EQ(index({"--speech", "maybe"}).code, 2);
  EXPECT_EQ(index({"--speech-language", "ko,en,ja"}).code, 0);
}

TEST_F(SpeechRoad, StopsAtOnceOverARecogniserThatListens) {
  add_program("recogniser", "echo '{\"recogniser\":\"slow\",\"protocol\":1}'\necho $$ >\"$(dirname \"$0\")/pid\"\nsleep 100");
  ::setenv("RAG_FFMPEG", (program.folder() / "bin/ffmpeg").c_str(), 1);
  ::setenv("RAG_SPEECH", (program.folder() / "bin/recogniser").c_str(), 1);
  const pid_t child = program.start({"index", "docs", "--model", "hash"});
  ::unsetenv("RAG_FFMPEG");
  ::unsetenv("RAG_SPEECH");
  std::error_code error;
  for (int i = 0; i < 1000 && !std::filesystem::exists(program.folder() / "bin/pid", error); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto asked = std::chrono::steady_clock::now();
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, patience(std::chrono::seconds(5)));
  std::ifstream pid_file(program.folder() / "bin/pid");
  std::string recogniser;
  pid_file >> recogniser;
  EXPECT_FALSE(std::filesystem::exists("/proc/" + recogniser + "/exe")) << "it ended with us";
}

TEST_F(SpeechRoad, IsNamedByDoctor) {
  const json found = json::parse(program.run({"doctor", "--json"}, "", programs()).out);
  std::string recogniser, ffmpeg;
  for (const json& finding : found["findings"]) {
    if (finding["what"] == "speech recogniser") recogniser = finding["detail"];
    if (finding["what"] == "ffmpeg") ffmpeg = finding["detail"];
  }
  EXPECT_EQ(recogniser, "fake, runs (" + (program.folder() / "bin/recogniser").string() + ")");
  EXPECT_EQ(ffmpeg, (program.folder() / "bin/ffmpeg").string());
}

// Subtitles have had their times in the text all along.
TEST_F(SpeechRoad, NamesTheTimeInSubtitlesAsWell) {
  program.write("docs/talk.srt", "1\n00:00:05,000 --> 00:00:07,000\nWelcome to the rivers.\n\n2\n00:10:00,000 --> 00:10:04,000\nThe Severn floods in winter.\n");
  index();
  EXPECT_NE(program.run({"search", "Severn floods"}).out.find("talk.srt 00:"), std::string::npos);
}

}  // namespace
}  // namespace rag::test
