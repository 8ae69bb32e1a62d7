#include "ingest/speech/recogniser.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "core/text.h"
#include "ingest/speech/outside_process.h"
#include "ingest/speech/recogniser_wire.h"

namespace rag {
namespace {

class Recogniser final : public Transcriber {
 public:
  Recogniser(std::filesystem::path program, const RecogniserLimits& limits) : program_(std::move(program)), limits_(limits) { start(); }

  std::string name() const override { return name_; }

  Transcription transcribe(std::span<const std::int16_t> samples, const std::vector<std::string>& languages) override {
    if (!process_) start();
    const double seconds = static_cast<double>(samples.size()) / kSamplesPerSecond;
    const auto patience = limits_.max_wall + std::chrono::milliseconds(static_cast<long long>(1000 * seconds * limits_.max_wall_per_second));
    const auto deadline = OutsideProcess::Clock::now() + patience;
    const std::string request = encode_request(samples.size(), languages);
    const std::string_view sound(reinterpret_cast<const char*>(samples.data()), samples.size_bytes());
    try {
      for (const std::string_view part : {std::string_view(request), sound})
        if (const auto heard = process_->write(part, deadline); heard != OutsideProcess::Heard::Bytes) lost(heard, patience);
      return decode_transcription(read_line(deadline, patience), seconds);
    } catch (const Error&) {
      process_.reset();  // what it might say later would be taken for the answer to something else
      throw;
    }
  }

 private:
  void start() {
    waiting_.clear();
    process_ = std::make_unique<OutsideProcess>(program_, std::vector<std::string>{}, OutsideLimits{.max_address_space = limits_.max_address_space});
    try {
      name_ = decode_greeting(read_line(OutsideProcess::Clock::now() + limits_.max_start, limits_.max_start));
    } catch (const Error&) {
      process_.reset();
      throw;
    }
  }

  // One line without its end; never more than kMostBytesOfAnAnswer, whatever is sent.
  std::string read_line(OutsideProcess::Clock::time_point deadline, std::chrono::milliseconds patience) {
    std::array<char, 1 << 16> buffer;
    std::size_t searched = 0;
    for (;;) {
      if (const std::size_t end = waiting_.find('\n', searched); end != std::string::npos) {
        std::string line = waiting_.substr(0, end);
        waiting_.erase(0, end + 1);
        return line;
      }
      searched = waiting_.size();
      if (searched > kMostBytesOfAnAnswer)
        throw Error(ErrorKind::Ingest, "the speech recogniser's answer is longer than " + std::to_string(kMostBytesOfAnAnswer >> 20) + " MB");
      std::size_t got = 0;
      const auto heard = process_->read(buffer.data(), buffer.size(), got, deadline);
      if (heard != OutsideProcess::Heard::Bytes) lost(heard, patience);
      waiting_.append(buffer.data(), got);
    }
  }

  [[noreturn]] void lost(OutsideProcess::Heard how, std::chrono::milliseconds patience) {
    if (how == OutsideProcess::Heard::TimedOut)
      throw Error(ErrorKind::Ingest, "the speech recogniser took longer than " + std::to_string(patience.count() / 1000) + " s and was stopped");
    std::string reason = process_->obituary();
    const std::string said = process_->last_error_line();
    reason = "the speech recogniser " + (reason.empty() ? "ended before it answered" : reason);
    throw Error(ErrorKind::Ingest, reason + (said.empty() ? "" : ": " + escape_for_terminal(said)));
  }

  std::filesystem::path program_;
  RecogniserLimits limits_;
  std::unique_ptr<OutsideProcess> process_;
  std::string name_, waiting_;
};

}  // namespace

std::filesystem::path find_recogniser() {
  std::filesystem::path program;
  if (const char* named = std::getenv("RAG_SPEECH"); named && *named) {
    program = named;
  } else {
    const char* deps = std::getenv("RAG_DEPS");
    program = std::filesystem::path(deps && *deps ? deps : RAG_DEPS_DIR) / "speech" / "recogniser";
  }
  return ::access(program.c_str(), X_OK) == 0 ? program : std::filesystem::path();
}

std::unique_ptr<Transcriber> start_recogniser(const std::filesystem::path& program, const RecogniserLimits& limits) {
  return std::make_unique<Recogniser>(program, limits);
}

}  // namespace rag
