#include "ingest/speech/speech_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/error.h"
#include "ingest/parser.h"
#include "ingest/speech/sound_windows.h"
#include "ingest/speech/transcript.h"
#include "speech_fakes.h"
#include "zip_builder.h"

namespace rag {
namespace {

using test::answer_with;
using test::FakeFfmpeg;
using test::FakeProgram;
using test::make_wav;
using test::only_document;
using test::recogniser_script;
using test::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FakeProgram fake_recogniser(const std::string& on_request) { return {"RAG_SPEECH", "recogniser", recogniser_script(on_request)}; }

ParseOutcome read_recording(const std::string& name, const std::string& bytes = "ID3\x04 sound", SpeechOptions options = {}) {
  const TemporaryFolder folder;
  return listen_to_recordings(start_parser_sandbox(), std::move(options))->parse(folder.write(name, bytes), name);
}

// Loud noise, but for silence from second `from` on, half a second long.
class Noise final : public SoundStream {
 public:
  Noise(double seconds, std::vector<double> pauses) : left_(static_cast<std::size_t>(seconds * kSamplesPerSecond)), pauses_(std::move(pauses)) {}
  std::size_t read(std::span<std::int16_t> into) override {
    const std::size_t count = std::min({into.size(), left_, std::size_t{7777}});
    for (std::size_t i = 0; i < count; ++i) into[i] = sample_at(static_cast<double>(given_ + i) / kSamplesPerSecond);
    given_ += count;
    left_ -= count;
    return count;
  }
  std::string trouble() override { return ""; }

 private:
  std::int16_t sample_at(double second) {
    for (const double pause : pauses_)
      if (second >= pause && second < pause + 0.5) return 0;
    state_ = state_ * 1664525U + 1013904223U;
    return static_cast<std::int16_t>(state_ >> 16);
  }
  std::size_t left_, given_ = 0;
  std::vector<double> pauses_;
  std::uint32_t state_ = 1;
};

TEST(SoundWindows, AreCutWhereItIsQuiet) {
  Noise noise(35, {3, 8.2, 17});
  SoundWindows windows(noise, 10);
  std::vector<double> begins;
  std::size_t samples = 0;
  for (auto window = windows.next(); !window.empty(); window = windows.next()) {
    EXPECT_LE(window.size(), 10U * kSamplesPerSecond);
    begins.push_back(windows.begin());
    samples += window.size();
  }
  EXPECT_EQ(samples, 35U * kSamplesPerSecond) << "without a gap";
  ASSERT_GE(begins.size(), 4U);
  EXPECT_GT(begins[1], 8.2);
  EXPECT_LT(begins[1], 8.7);
  EXPECT_GT(begins[2], 17);
  EXPECT_LT(begins[2], 17.5);
}

TEST(SoundWindows, GiveAShortSoundWhole) {
  Noise noise(2, {});
  SoundWindows windows(noise, 10);
  EXPECT_EQ(windows.next().size(), 2U * kSamplesPerSecond);
  EXPECT_TRUE(windows.next().empty());
  EXPECT_TRUE(windows.next().empty());
  EXPECT_EQ(quietest_place({}, 0), 0U);
}

Transcription said(const std::string& language, const std::vector<std::string>& words, double begin = 0, double probability = 0.9) {
  Transcription out{.language = language};
  for (const std::string& word : words) {
    out.words.push_back({begin, begin + 0.5, " " + word, probability});
    begin += 0.6;
  }
  return out;
}

TEST(Transcript, StandsInSentencesAfterTheirTimes) {
  Transcript transcript;
  transcript.add(said("ko", {"연차는", "십오", "일입니다."}, 2), 0, 100);
  transcript.add(said("ko", {"반차도", "있습니다."}, 5), 100, 50);
  std::vector<std::string> warnings;
  const Document document = std::move(transcript).finish({.has_sound = true, .title = "주간 회의", .metadata = {{"author", {"Kim"}}}}, "fake", warnings);
  EXPECT_EQ(document.text, "[00:00:02] 연차는 십오 일입니다.\n\n[00:01:45] 반차도 있습니다.");
  EXPECT_EQ(document.title, "주간 회의");
  EXPECT_EQ(document.language, "ko");
  EXPECT_THAT(document.metadata.at("duration"), ElementsAre("00:02:30"));
  EXPECT_THAT(document.metadata.at("transcribed_by"), ElementsAre("fake"));
  EXPECT_THAT(document.metadata.at("confidence"), ElementsAre("0.90"));
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim"));
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(Transcript, NamesItsLanguageByMostOfItsWords) {
  Transcript transcript;
  transcript.add(said("en", {"Hello."}), 0, 10);
  transcript.add(said("ko", {"안녕하세요,", "여러분."}), 10, 10);
  transcript.add(said("en", {"Bye."}), 20, 10);
  transcript.add(said("ko", {"네."}), 30, 10);
  std::vector<std::string> warnings;
  EXPECT_EQ(std::move(transcript).finish({}, "fake", warnings).language, "ko");
}

TEST(Transcript, WarnsOfWhatIsDoubtful) {
  Transcript transcript;
  transcript.add(said("en", {"mumble", "mumble"}, 0, 0.3), 0, 10);
  transcript.add({.unclear = 2}, 10, 10);
  std::vector<std::string> warnings;
  std::move(transcript).finish({}, "fake", warnings);
  EXPECT_THAT(warnings, ElementsAre("hard to understand: the recogniser is 0.30 sure of its words, of 1", "stretches of speech that were not understood: 2"));
}

TEST(Transcript, OfSilenceIsAReason) {
  std::vector<std::string> warnings;
  EXPECT_THROW(Transcript().finish({}, "fake", warnings), Error);
}

TEST(Speech, MakesADocumentOfARecording) {
  const FakeFfmpeg ffmpeg(5, R"({"streams":[{"codec_name":"mp3"}],"format":{"duration":"5.0","tags":{"title":"Weekly  meeting","ARTIST":"Lee"}}})");
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"The", "leave", "is", "fifteen", "days."}));
  const ParseOutcome outcome = read_recording("talks/meeting.mp3");
  const Document document = only_document(outcome);
  EXPECT_EQ(document.text, "[00:00:00] The leave is fifteen days.");
  EXPECT_EQ(document.title, "Weekly meeting");
  EXPECT_EQ(document.uri, "talks/meeting.mp3");
  EXPECT_EQ(document.media_type, "audio/mpeg");
  EXPECT_EQ(document.language, "en");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Lee"));
  EXPECT_THAT(document.metadata.at("ext"), ElementsAre("mp3"));
  EXPECT_THAT(outcome.warnings, IsEmpty());
}

TEST(Speech, HearsALongRecordingWindowByWindow) {
  const FakeFfmpeg ffmpeg(300);
  const FakeProgram recogniser = fake_recogniser("k=$((k + 1)); echo '{\"language\":\"en\",\"words\":[[0,1,\" Window\",1],[1,2,\" '$k'.\",1]]}'");
  std::vector<double> heard;
  SpeechOptions options;
  options.on_progress = [&](const std::string& uri, double seconds, double of) {
    EXPECT_EQ(uri, "a.wav");
    EXPECT_EQ(of, 300);
    heard.push_back(seconds);
  };
  const std::string text = only_document(read_recording("a.wav", make_wav(0.1, 8000), options)).text;
  ASSERT_GE(heard.size(), 3U);
  EXPECT_EQ(heard[0], 0);
  EXPECT_GT(heard[1], 80);
  EXPECT_LE(heard[1], 120);
  EXPECT_THAT(text, HasSubstr("[00:00:00] Window 1.\n\n[00:01:"));
  EXPECT_THAT(text, HasSubstr("] Window 2.\n\n[00:0"));
}

TEST(Speech, HandsOtherFilesOn) {
  EXPECT_EQ(only_document(read_recording("a.md", "# 강\n\n흐른다.\n")).text, "강\n\n흐른다.");
  EXPECT_EQ(only_document(read_recording("a.srt", "00:00:01,000 --> 00:00:02,000\nHi.\n")).text, "[00:00:01] Hi.");
  EXPECT_EQ(read_recording("a.mp3", "").skipped, "empty file (0 bytes)");
}

const std::string kMailWithVoice =
    "From: Kim <kim@b.c>\nSubject: Voice\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nwords\n"
    "--b\nContent-Type: audio/mpeg; name=voice.mp3\nContent-Disposition: attachment\n\nID3\x04 sound\n--b--\n";

TEST(Speech, IsHeardInArchivesAndMails) {
  const FakeFfmpeg ffmpeg(5);
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"The", "leave", "is", "fifteen", "days."}));
  const std::string sound = "ID3\x04 sound";
  for (const auto& [name, bytes, first] : {std::tuple{"a.zip", test::make_zip({{"talk.mp3", sound}, {"b.txt", "words"}}), "a.zip!/talk.mp3"},
                                           {"a.tgz", test::make_archive("gnutar", "gzip", {{"talk.mp3", sound}, {"b.txt", "words"}}), "a.tgz!/talk.mp3"},
                                           {"a.zip", test::make_zip({{"in.zip", test::make_zip({{"talk.mp3", sound}})}, {"b.txt", "words"}}), "a.zip!/in.zip!/talk.mp3"}}) {
    const ParseOutcome outcome = read_recording(name, bytes);
    ASSERT_EQ(outcome.documents.size(), 2U) << name;
    EXPECT_EQ(outcome.documents[0].uri, first);
    EXPECT_EQ(outcome.documents[0].text, "[00:00:00] The leave is fifteen days.");
    EXPECT_EQ(outcome.documents[0].media_type, "audio/mpeg");
    EXPECT_THAT(outcome.documents[0].metadata.at("ext"), ElementsAre("mp3"));
    EXPECT_EQ(outcome.documents[1].text, "words");
    EXPECT_THAT(outcome.members, IsEmpty());
  }
  const ParseOutcome mail = read_recording("a.eml", kMailWithVoice);
  ASSERT_EQ(mail.documents.size(), 2U);
  EXPECT_EQ(mail.documents[1].uri, "a.eml!/voice.mp3");
  EXPECT_THAT(mail.documents[1].metadata.at("subject"), ElementsAre("Voice")) << "it was sent with the mail";
}

TEST(Speech, OfAnArchiveThatIsNotHeardIsNamedAndHeardLater) {
  const std::string zip = test::make_zip({{"talk.mp3", "ID3\x04 sound"}, {"b.txt", "words"}});
  ::setenv("RAG_FFMPEG", "/nowhere/ffmpeg", 1);
  const ParseOutcome without = read_recording("a.zip", zip);
  ::unsetenv("RAG_FFMPEG");
  ASSERT_EQ(without.members.size(), 1U);
  EXPECT_EQ(without.members[0].uri, "a.zip!/talk.mp3");
  EXPECT_THAT(without.members[0].skipped, HasSubstr("a recording; no ffmpeg and ffprobe to take the sound out"));
  EXPECT_EQ(only_document(without).text, "words");
  const FakeFfmpeg ffmpeg(1);
  const FakeProgram recogniser = fake_recogniser("echo '{\"words\":[],\"unclear\":0}'");
  EXPECT_TRUE(has_parser_now("talk.mp3: " + without.members[0].skipped)) << "as the ledger keeps it";
  EXPECT_EQ(read_recording("a.zip", zip).members.at(0).skipped, "nobody speaks in it, as far as the recogniser hears");
  SpeechOptions off;
  off.on = false;
  EXPECT_EQ(read_recording("a.zip", zip, off).members.at(0).skipped, "a recording; speech recognition is off (--speech on)");
}

TEST(Speech, OfOneArchiveIsHeardForAsLongAsTwoFiles) {
  const FakeFfmpeg ffmpeg(60);
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  SpeechOptions options;
  options.sound.max_seconds = 60;
  const std::string sound = "ID3\x04 sound";
  const ParseOutcome outcome = read_recording("a.zip", test::make_zip({{"1.mp3", sound}, {"2.mp3", sound}, {"3.mp3", sound}, {"b.txt", "words"}}), options);
  EXPECT_EQ(outcome.documents.size(), 3U);
  ASSERT_EQ(outcome.members.back().uri, "a.zip!/3.mp3");
  EXPECT_EQ(outcome.members.back().skipped, "a recording; those before it in the same file are 00:02:00 long, more is not heard");
}

TEST(Speech, SaysWhatToInstall) {
  ::setenv("RAG_FFMPEG", "/nowhere/ffmpeg", 1);
  ::setenv("RAG_SPEECH", "/nowhere/recogniser", 1);
  const std::string no_ffmpeg = read_recording("a.mp3").skipped;
  EXPECT_THAT(no_ffmpeg, HasSubstr("no ffmpeg and ffprobe to take the sound out; ./scripts/setup_speech.sh"));
  EXPECT_FALSE(has_parser_now(no_ffmpeg));
  {
    const FakeFfmpeg ffmpeg(1);
    ::setenv("RAG_SPEECH", "/nowhere/recogniser", 1);
    const std::string no_recogniser = read_recording("a.mp3").skipped;
    EXPECT_THAT(no_recogniser, HasSubstr("no speech recogniser; ./scripts/setup_speech.sh installs one"));
    EXPECT_TRUE(has_parser_now(no_ffmpeg)) << "there is one now";
    EXPECT_FALSE(has_parser_now(no_recogniser));
    const FakeProgram recogniser = fake_recogniser("");
    EXPECT_TRUE(has_parser_now(no_recogniser));
    EXPECT_FALSE(has_parser_now(no_recogniser, false)) << "not listened to in this run";
  }
  ::unsetenv("RAG_FFMPEG");
  ::unsetenv("RAG_SPEECH");
}

TEST(Speech, IsNotHeardWhereItIsSwitchedOff) {
  const FakeFfmpeg ffmpeg(1);
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  SpeechOptions off;
  off.on = false;
  const std::string reason = read_recording("a.mp3", "ID3\x04", off).skipped;
  EXPECT_THAT(reason, HasSubstr("speech recognition is off (--speech on)"));
  EXPECT_FALSE(has_parser_now(reason, false));
  EXPECT_TRUE(has_parser_now(reason, true));
}

TEST(Speech, IsReadAgainWhereAnOlderVersionHadNoReader) {
  EXPECT_TRUE(has_parser_now("no reader for audio/mpeg yet"));
  EXPECT_TRUE(has_parser_now("no reader for video/mp4 yet"));
  EXPECT_FALSE(has_parser_now("no reader for audio/midi yet"));
  EXPECT_FALSE(has_parser_now("talk.mp3: " + no_parser_reason("audio/mpeg"))) << "there is no recogniser";
  const FakeFfmpeg ffmpeg(1);
  const FakeProgram recogniser = fake_recogniser("");
  EXPECT_TRUE(has_parser_now("talk.mp3: " + no_parser_reason("audio/mpeg"))) << "of an archive, as an older rag named it";
}

TEST(Speech, WithoutWordsIsAReason) {
  const FakeFfmpeg ffmpeg(3);
  {
    const FakeProgram recogniser = fake_recogniser("echo '{\"words\":[],\"unclear\":0}'");
    EXPECT_EQ(read_recording("a.mp3").skipped, "nobody speaks in it, as far as the recogniser hears");
  }
  const FakeProgram recogniser = fake_recogniser("echo '{\"words\":[],\"unclear\":3}'");
  EXPECT_EQ(read_recording("a.mp3").skipped, "speech in it, but nothing was understood");
}

TEST(Speech, ThatKillsTheRecogniserCostsOneRecording) {
  const FakeFfmpeg ffmpeg(3);
  const FakeProgram recogniser = fake_recogniser("f=$(dirname \"$0\")/died; if [ ! -e $f ]; then : >$f; kill -SEGV $$; fi; " + answer_with("en", {"Hello."}));
  const TemporaryFolder folder;
  const auto reader = listen_to_recordings(start_parser_sandbox(), {});
  const auto file = folder.write("a.mp3", "ID3\x04");
  EXPECT_EQ(reader->parse(file, "a.mp3").skipped, "the speech recogniser crashed (Segmentation fault)");
  EXPECT_EQ(only_document(reader->parse(file, "a.mp3")).text, "[00:00:00] Hello.");
}

TEST(Speech, OfARecogniserThatDoesNotStartIsTriedOnce) {
  const FakeFfmpeg ffmpeg(3);
  const FakeProgram recogniser("RAG_SPEECH", "recogniser", "echo x >>\"$(dirname \"$0\")/starts\"; exit 4\n");
  const TemporaryFolder folder;
  const auto reader = listen_to_recordings(start_parser_sandbox(), {});
  const auto file = folder.write("a.mp3", "ID3\x04");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reader->parse(file, "a.mp3").skipped, "the speech recogniser ended with exit code 4");
  EXPECT_EQ(std::filesystem::file_size(recogniser.folder() / "starts"), 2U);
}

TEST(Speech, FromADamagedFileIsKeptAndTheDamageSaid) {
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  {
    const FakeFfmpeg cut(10, R"({"streams":[{}],"format":{"duration":"60"}})", "echo 'file:/dev/fd/3: Input/output error' >&2; exit 1");
    const ParseOutcome outcome = read_recording("a.mp3");
    EXPECT_EQ(only_document(outcome).text, "[00:00:00] Hello.");
    EXPECT_THAT(outcome.warnings, ElementsAre("only 00:00:10 of 00:01:00 could be decoded: Input/output error"));
  }
  {
    const FakeFfmpeg noisy(10, "", "echo 'Header missing' >&2");
    EXPECT_THAT(read_recording("a.mp3").warnings, ElementsAre("damaged sound: Header missing"));
  }
  {
    const FakeFfmpeg nothing(0, "", "kill -SEGV $$");
    EXPECT_EQ(read_recording("a.mp3").skipped, "no sound could be decoded: ffmpeg crashed (Segmentation fault)");
  }
  const FakeFfmpeg mute(1, R"({"streams":[],"format":{}})");
  EXPECT_EQ(read_recording("a.mp4", std::string("\0\0\0\x18" "ftypisom", 12)).skipped, "no sound in it");
}

TEST(Speech, BeyondTheLimitIsLeftOutAndSaid) {
  const FakeFfmpeg ffmpeg(60, R"({"streams":[{}],"format":{"duration":"3600"}})");
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  SpeechOptions options;
  options.sound.max_seconds = 60;
  EXPECT_THAT(read_recording("a.mp3", "ID3\x04", options).warnings, ElementsAre("only the first 00:01:00 are transcribed"));
}

TEST(Speech, WaitsForNoFfmpegThatHangs) {
  const FakeFfmpeg ffmpeg(0, "", "sleep 100");
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  SpeechOptions options;
  options.sound.max_silence = std::chrono::seconds(1);
  EXPECT_EQ(read_recording("a.mp3", "ID3\x04", options).skipped, "no sound could be decoded: ffmpeg gave no sound for 1 s and was stopped");
}

TEST(Speech, BelievesNoLyingFfprobe) {
  const FakeProgram recogniser = fake_recogniser(answer_with("en", {"Hello."}));
  for (const char* facts : {"", "[]", "null", "nonsense", R"({"streams":5,"format":[]})", R"({"streams":[],"format":{"duration":"nan","tags":{"title":7}}})"}) {
    const FakeFfmpeg ffmpeg(1, std::string(facts) + " ");
    EXPECT_NE(read_recording("a.mp3").skipped, "") << facts;
  }
  const FakeFfmpeg ffmpeg(1, R"({"streams":[3],"format":{"duration":"1e999","tags":{"title":"\u0000\u001b]0;x","artist":["x"],"date":null}}})");
  EXPECT_EQ(only_document(read_recording("a.mp3")).text, "[00:00:00] Hello.");
}

// With the real ffmpeg, where there is one.
class Ffmpeg : public testing::Test {
 protected:
  void SetUp() override {
    if (!find_sound_tools().found()) GTEST_SKIP() << "no ffmpeg on this machine";
  }
  // Says how many samples it was given.
  FakeProgram counter_ = fake_recogniser("echo '{\"language\":\"en\",\"words\":[[0,0,\" Samples\",1],[0,0,\" '$n'.\",1]]}'");
};

TEST_F(Ffmpeg, TakesTheSoundOutAtTheRateThatIsHeard) {
  EXPECT_EQ(only_document(read_recording("a.wav", make_wav(2, 16000))).text, "[00:00:00] Samples 32000.");
  const std::string slower = only_document(read_recording("a.wav", make_wav(2, 8000))).text;
  EXPECT_THAT(slower, testing::MatchesRegex("\\[00:00:00\\] Samples (31|32)[0-9][0-9][0-9]\\."));
}

TEST_F(Ffmpeg, OpensNoFileThatAPlaylistNames) {
  const TemporaryFolder folder;
  const auto secret = folder.write("secret.wav", make_wav(1, 16000));
  for (const std::string& bytes :
       {"#EXTM3U\n#EXTINF:1,\n" + secret.string() + "\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile '" + secret.string() + "'\n",
        "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\nconcat:" + secret.string() + "\n"}) {
    const ParseOutcome outcome = read_recording("a.mp3", bytes);
    EXPECT_THAT(outcome.skipped, HasSubstr("not a readable recording")) << bytes;
  }
}

TEST_F(Ffmpeg, GivesAReasonOrWordsForADamagedFile) {
  const std::string whole = make_wav(0.2, 16000);
  for (std::size_t size = 12; size < 64; size += 13) {
    const ParseOutcome cut = read_recording("a.wav", whole.substr(0, size));
    EXPECT_TRUE(!cut.skipped.empty() || cut.documents.size() == 1) << size;
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x5A);
    const ParseOutcome broken = read_recording("a.wav", flipped);
    EXPECT_TRUE(!broken.skipped.empty() || broken.documents.size() == 1) << size;
  }
  EXPECT_EQ(read_recording("a.mp3", "only words, no sound").skipped, "not a readable recording: Invalid data found when processing input");
}

TEST_F(Ffmpeg, TakesTheSoundOutOfARecordingInAnArchive) {
  const ParseOutcome outcome = read_recording("a.zip", test::make_zip({{"a.wav", make_wav(2, 16000)}}));
  EXPECT_EQ(only_document(outcome).text, "[00:00:00] Samples 32000.") << outcome.skipped;
}

// What it says is understood well enough to be found, where the recogniser of scripts/setup_speech.sh and espeak-ng are installed.
TEST(Speech, IsUnderstoodWhereARecogniserIsInstalled) {
  if (find_recogniser().empty()) GTEST_SKIP() << "no speech recogniser; scripts/setup_speech.sh installs one";
  if (!find_sound_tools().found()) GTEST_SKIP() << "no ffmpeg on this machine";
  if (std::system("command -v espeak-ng >/dev/null") != 0) GTEST_SKIP() << "no espeak-ng to speak";
  const TemporaryFolder folder;
  const auto file = folder.path() / "talk.wav";
  ASSERT_EQ(std::system(("espeak-ng -s 140 -w " + file.string() + " 'Please restart the server before installing the update.'").c_str()), 0);
  const Document document = only_document(listen_to_recordings(start_parser_sandbox(), {})->parse(file, "talk.wav"));
  EXPECT_THAT(document.text, HasSubstr("restart the server"));
  EXPECT_THAT(document.text, testing::StartsWith("[00:00:00] "));
  EXPECT_EQ(document.language, "en");
}

}  // namespace
}  // namespace rag
