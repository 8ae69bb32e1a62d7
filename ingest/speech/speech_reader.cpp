#include "ingest/speech/speech_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <mutex>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "core/time_mark.h"
#include "ingest/complete_document.h"
#include "ingest/media_type.h"
#include "ingest/speech/sound_windows.h"
#include "ingest/speech/transcript.h"

namespace rag {
namespace {

constexpr const char* kOff = "a recording; speech recognition is off (--speech on)";
constexpr const char* kNoFfmpeg = "a recording; no ffmpeg and ffprobe to take the sound out; ./scripts/setup_speech.sh installs them";
constexpr const char* kNoRecogniser = "a recording; no speech recogniser; ./scripts/setup_speech.sh installs one";

constexpr double kMissing = 0.05, kMissingSeconds = 5;  // a file's own word for its length is not exact

class File {
 public:
  // Regular files only: asked first, because opening a device may do something; asked again, because names change hands.
  explicit File(const std::filesystem::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd_ >= 0 && (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode))) ::close(std::exchange(fd_, -1));
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }  // -1 where it cannot be read

  std::string head() const {
    std::array<char, 4096> bytes;
    const ssize_t got = ::pread(fd_, bytes.data(), bytes.size(), 0);
    return {bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0};
  }

 private:
  int fd_ = -1;
};

// "" for what is no recording.  This is not the child process: nothing is looked at but a signature and the name.
std::string recording_type(std::string_view head, const std::string& uri) {
  std::string type = media_type_of_signature(head);
  if (type.empty()) type = media_type_of_name(uri);
  return is_recording(type) ? type : "";
}

class SpeechReader final : public ParserSandbox {
 public:
  SpeechReader(std::unique_ptr<ParserSandbox> others, SpeechOptions options) : others_(std::move(others)), options_(std::move(options)) {}

  ParseOutcome parse(const std::filesystem::path& path, const std::string& uri, const MakeRoom& make_room) override {
    const File file(path);
    const std::string head = file.get() >= 0 ? file.head() : "";
    const std::string media_type = head.empty() ? "" : recording_type(head, uri);
    if (media_type.empty()) return others_->parse(path, uri, make_room);
    ParseOutcome outcome;
    const std::lock_guard lock(listening_);
    try {
      outcome.documents.push_back(listen(file.get(), uri, outcome.warnings));
      complete_document(outcome.documents[0], uri, media_type, outcome.warnings);
    } catch (const Error& trouble) {
      if (trouble.kind() != ErrorKind::Ingest) throw;
      outcome = {.skipped = trouble.what()};
    }
    return outcome;
  }

  std::string read_corpus(const std::filesystem::path& path, const std::string& uri, const TakeCorpusPart& take) override {
    return others_->read_corpus(path, uri, take);
  }

  // A film of any size is heard piece by piece.
  std::optional<std::string> refuse_size(std::uint64_t bytes, const std::string& uri) const override {
    return is_recording(media_type_of_name(uri)) ? std::nullopt : others_->refuse_size(bytes, uri);
  }

 private:
  Document listen(int file, const std::string& uri, std::vector<std::string>& warnings) {
    if (!options_.on) throw Error(ErrorKind::Ingest, kOff);
    const SoundTools tools = find_sound_tools();
    if (!tools.found()) throw Error(ErrorKind::Ingest, kNoFfmpeg);
    if (find_recogniser().empty()) throw Error(ErrorKind::Ingest, kNoRecogniser);
    const SoundFacts facts = look_at_sound(tools, file, options_.sound);
    if (!facts.has_sound) throw Error(ErrorKind::Ingest, "no sound in it");
    Transcriber& transcriber = start();
    const auto stream = open_sound(tools, file, facts, options_.sound);
    SoundWindows windows(*stream, Transcriber::kMostSecondsAtOnce);
    Transcript transcript;
    double heard = 0;
    for (auto samples = windows.next(); !samples.empty(); samples = windows.next()) {
      if (options_.on_progress) options_.on_progress(uri, heard, facts.seconds);
      const double seconds = static_cast<double>(samples.size()) / kSamplesPerSecond;
      transcript.add(transcriber.transcribe(samples, options_.languages), windows.begin(), seconds);
      heard = windows.begin() + seconds;
    }
    if (heard == 0) throw Error(ErrorKind::Ingest, "no sound could be decoded" + (stream->trouble().empty() ? "" : ": " + stream->trouble()));
    warn_of_what_is_missing(facts.seconds, heard, stream->trouble(), warnings);
    return std::move(transcript).finish(facts, transcriber.name(), warnings);
  }

  void warn_of_what_is_missing(double claimed, double heard, const std::string& trouble, std::vector<std::string>& warnings) const {
    // The decoder stops by itself at the limit, and a file need not say how long it is.
    if (heard > options_.sound.max_seconds - 1) {
      warnings.push_back("only the first " + clock_time(options_.sound.max_seconds) + " are transcribed");
    } else if (claimed - heard > kMissing * claimed + kMissingSeconds) {
      warnings.push_back("only " + clock_time(heard) + " of " + clock_time(claimed) + " could be decoded" + (trouble.empty() ? "" : ": " + trouble));
    } else if (!trouble.empty()) {
      warnings.push_back("damaged sound: " + trouble);
    }
  }

  // One that does not start for the first recording will not for the hundredth, and may need two minutes to show it.
  Transcriber& start() {
    if (!why_not_.empty()) throw Error(ErrorKind::Ingest, why_not_);
    try {
      if (!transcriber_) transcriber_ = start_recogniser(find_recogniser(), options_.recogniser);
    } catch (const Error& trouble) {
      if (trouble.kind() == ErrorKind::Ingest) why_not_ = trouble.what();
      throw;
    }
    return *transcriber_;
  }

  std::unique_ptr<ParserSandbox> others_;
  SpeechOptions options_;
  std::mutex listening_;
  std::unique_ptr<Transcriber> transcriber_;
  std::string why_not_;
};

}  // namespace

std::unique_ptr<ParserSandbox> listen_to_recordings(std::unique_ptr<ParserSandbox> others, SpeechOptions options) {
  return std::make_unique<SpeechReader>(std::move(others), std::move(options));
}

bool is_recording(const std::string& media_type) {
  return (media_type.starts_with("audio/") || media_type.starts_with("video/")) && media_type != "audio/midi";  // notes, nothing recorded
}

bool can_listen_now(const std::string& reason, bool on) {
  if (reason == kOff) return on;
  if (reason == kNoFfmpeg) return on && find_sound_tools().found();
  return reason == kNoRecogniser && on && !find_recogniser().empty();
}

}  // namespace rag
