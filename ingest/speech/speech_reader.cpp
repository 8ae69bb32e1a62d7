#include "ingest/speech/speech_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
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
constexpr const char* kNotByItself = "a recording; it is listened to only as a file of its own";
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

  ParseOutcome parse(const std::filesystem::path& path, const std::string& uri, const MakeRoom& make_room, MemberListener*) override {
    const File file(path);
    const std::string head = file.get() >= 0 ? file.head() : "";
    const std::string media_type = head.empty() ? "" : recording_type(head, uri);
    if (!media_type.empty()) return read(file.get(), uri, media_type, options_.sound);
    Members members(*this);
    return others_->parse(path, uri, make_room, &members);
  }

  ParseOutcome read(int file, const std::string& uri, const std::string& media_type, const SoundLimits& limits, double* heard = nullptr) {
    ParseOutcome outcome;
    const std::lock_guard lock(listening_);
    try {
      outcome.documents.push_back(listen(file, uri, limits, outcome.warnings, heard));
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
  // The recordings in one file.  Together they are heard for as long as two files of their own.
  class Members final : public MemberListener {
   public:
    explicit Members(SpeechReader& reader) : reader_(reader), left_(2 * reader.options_.sound.max_seconds) {}
    std::string why_not() const override {
      if (left_ < 1) return "a recording; those before it in the same file are " + clock_time(2 * reader_.options_.sound.max_seconds) + " long, more is not heard";
      return reader_.why_not();
    }
    ParseOutcome listen(int file, const std::string& uri, const std::string& media_type) override {
      SoundLimits limits = reader_.options_.sound;
      limits.max_seconds = std::min(limits.max_seconds, left_);
      double heard = 0;
      const auto start = std::chrono::steady_clock::now();
      ParseOutcome outcome = reader_.read(file, uri, media_type, limits, &heard);
      // One that gives no sound may take long to say so.
      left_ -= std::max(heard, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      return outcome;
    }

   private:
    SpeechReader& reader_;
    double left_;  // seconds
  };

  // "" where recordings are listened to.
  std::string why_not() const {
    if (!options_.on) return kOff;
    if (!find_sound_tools().found()) return kNoFfmpeg;
    return find_recogniser().empty() ? kNoRecogniser : "";
  }

  Document listen(int file, const std::string& uri, const SoundLimits& limits, std::vector<std::string>& warnings, double* seconds_heard) {
    if (const std::string reason = why_not(); !reason.empty()) throw Error(ErrorKind::Ingest, reason);
    const SoundTools tools = find_sound_tools();
    const SoundFacts facts = look_at_sound(tools, file, limits);
    if (!facts.has_sound) throw Error(ErrorKind::Ingest, "no sound in it");
    Transcriber& transcriber = start();
    const auto stream = open_sound(tools, file, facts, limits);
    SoundWindows windows(*stream, Transcriber::kMostSecondsAtOnce);
    Transcript transcript;
    double heard = 0;
    for (auto samples = windows.next(); !samples.empty(); samples = windows.next()) {
      if (options_.on_progress) options_.on_progress(uri, heard, facts.seconds);
      const double seconds = static_cast<double>(samples.size()) / kSamplesPerSecond;
      transcript.add(transcriber.transcribe(samples, options_.languages), windows.begin(), seconds);
      heard = windows.begin() + seconds;
      if (seconds_heard) *seconds_heard = heard;
    }
    if (heard == 0) throw Error(ErrorKind::Ingest, "no sound could be decoded" + (stream->trouble().empty() ? "" : ": " + stream->trouble()));
    warn_of_what_is_missing(facts.seconds, heard, stream->trouble(), limits.max_seconds, warnings);
    return std::move(transcript).finish(facts, transcriber.name(), warnings);
  }

  static void warn_of_what_is_missing(double claimed, double heard, const std::string& trouble, double most, std::vector<std::string>& warnings) {
    // The decoder stops by itself at the limit, and a file need not say how long it is.
    if (heard > most - 1) {
      warnings.push_back("only the first " + clock_time(most) + " are transcribed");
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

std::string not_by_itself() { return kNotByItself; }

bool can_listen_now(const std::string& reason, bool on) {
  if (!on) return false;
  if (reason.ends_with(kOff)) return true;
  if (reason.ends_with(kNoFfmpeg)) return find_sound_tools().found();
  if (reason.ends_with(kNotByItself)) return find_sound_tools().found() && !find_recogniser().empty();
  return reason.ends_with(kNoRecogniser) && !find_recogniser().empty();
}

}  // namespace rag
