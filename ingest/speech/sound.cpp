#include "ingest/speech/sound.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/speech/outside_process.h"
#include "ingest/speech/transcriber.h"

namespace rag {
namespace {

using nlohmann::json;
using Heard = OutsideProcess::Heard;

constexpr double kCpuPerSecond = 10;  // sound is decoded a hundred times as fast as it is heard
constexpr std::size_t kMostBytesOfFacts = 1 << 20, kMostBytesOfATag = 300;

// Playlists, slide shows and descriptions of streams name other files for the reader to open; none of those is here.
constexpr const char* kFormats =
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,eac3,flac,flv,m4v,matroska,mov,mp3,mpeg,mpegts,mpegvideo,ogg,rm,w64,wav,webm,wv";

std::vector<std::string> guarded(std::vector<std::string> more) {
  std::vector<std::string> arguments{"-v", "error", "-hide_banner", "-protocol_whitelist", "file,pipe", "-format_whitelist", kFormats};
  arguments.insert(arguments.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return arguments;
}

std::string handed_file() { return std::string("file:") + OutsideProcess::kHandedFile; }

std::filesystem::path on_path(const char* name) {
  const char* path = std::getenv("PATH");
  for (std::string_view left = path ? path : ""; !left.empty();) {
    const std::size_t colon = std::min(left.find(':'), left.size());
    const std::filesystem::path program = std::filesystem::path(left.substr(0, colon)) / name;
    if (program.is_absolute() && ::access(program.c_str(), X_OK) == 0) return program;
    left.remove_prefix(std::min(colon + 1, left.size()));
  }
  return {};
}

// "Invalid data found when processing input" for "file:/dev/fd/3: Invalid data found when processing input".
std::string without_file(std::string line) {
  if (const std::string file = handed_file() + ": "; line.starts_with(file)) line.erase(0, file.size());
  return escape_for_terminal(line);
}

// Why the program ended, its own words first.
std::string reason_of(OutsideProcess& process, const char* name) {
  const std::string how = process.obituary(), said = without_file(process.last_error_line());
  if (how.empty() || (how.starts_with("ended with") && !said.empty())) return said;
  return std::string(name) + " " + how + (said.empty() ? "" : ": " + said);
}

double seconds_in(const json& object) {
  const auto found = object.find("duration");
  if (found == object.end() || !found->is_string()) return 0;
  const double seconds = std::strtod(found->get_ref<const std::string&>().c_str(), nullptr);
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

void take_tags(const json& tags, SoundFacts& facts) {
  for (const auto& [name, value] : tags.items()) {
    if (!value.is_string()) continue;
    std::string text = to_nfc(collapse_white_space(replace_invalid_utf8(value.get<std::string>())));
    if (text.size() > kMostBytesOfATag) text.resize(floor_to_character(text, kMostBytesOfATag));
    if (text.empty()) continue;
    const std::string key = ascii_lower(name);
    if (key == "title") facts.title = text;
    if (key == "artist" || key == "author") facts.metadata["author"] = {text};
    if (key == "album") facts.metadata["album"] = {text};
    if (key == "date" || key == "creation_time") facts.metadata["created"] = {text};
  }
}

SoundFacts facts_of(const std::string& output) {
  const json answer = json::parse(output, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) throw Error(ErrorKind::Ingest, "not a recording: ffprobe does not know what it is");
  SoundFacts facts;
  if (const auto format = answer.find("format"); format != answer.end() && format->is_object()) {
    facts.seconds = seconds_in(*format);
    if (const auto tags = format->find("tags"); tags != format->end() && tags->is_object()) take_tags(*tags, facts);
  }
  if (const auto streams = answer.find("streams"); streams != answer.end() && streams->is_array() && !streams->empty()) {
    facts.has_sound = true;
    const json& first = streams->front();
    if (first.is_object() && facts.seconds == 0) facts.seconds = seconds_in(first);
    // Ogg keeps its tags with the stream.
    if (const auto tags = first.find("tags"); first.is_object() && tags != first.end() && tags->is_object() && facts.title.empty()) take_tags(*tags, facts);
  }
  return facts;
}

class Decoder final : public SoundStream {
 public:
  Decoder(const SoundTools& tools, int file, const SoundFacts& facts, const SoundLimits& limits)
      : limits_(limits),
        process_(tools.ffmpeg,
                 guarded({"-nostdin", "-threads", "1", "-i", handed_file(), "-map", "0:a:0", "-vn", "-sn", "-dn", "-ac", "1", "-ar",
                          std::to_string(kSamplesPerSecond), "-t", std::to_string(limits.max_seconds), "-acodec", "pcm_s16le", "-f", "s16le", "pipe:1"}),
                 {.max_address_space = limits.max_address_space,
                  .max_cpu = limits.max_cpu + std::chrono::seconds(static_cast<long long>(std::min(facts.seconds, limits.max_seconds) / kCpuPerSecond))},
                 file) {}

  std::size_t read(std::span<std::int16_t> into) override {
    char* bytes = reinterpret_cast<char*>(into.data());
    const std::size_t most = into.size_bytes();
    std::size_t filled = 0;
    while (!ended_ && filled < most) {
      std::size_t got = 0;
      const Heard heard = process_.read(bytes + filled, most - filled, got, OutsideProcess::Clock::now() + limits_.max_silence);
      filled += got;
      if (heard == Heard::Bytes) continue;
      ended_ = true;
      trouble_ = heard == Heard::TimedOut ? "ffmpeg gave no sound for " + std::to_string(limits_.max_silence.count()) + " s and was stopped"
                                          : reason_of(process_, "ffmpeg");
    }
    return filled / 2;  // half a sample can stand at the end of a cut file only
  }

  std::string trouble() override { return trouble_; }

 private:
  SoundLimits limits_;
  OutsideProcess process_;
  bool ended_ = false;
  std::string trouble_;
};

}  // namespace

SoundTools find_sound_tools() {
  const char* named = std::getenv("RAG_FFMPEG");
  SoundTools tools{.ffmpeg = named && *named ? std::filesystem::path(named) : on_path("ffmpeg")};
  if (::access(tools.ffmpeg.c_str(), X_OK) != 0) return {};
  tools.ffprobe = tools.ffmpeg.parent_path() / "ffprobe";
  if (::access(tools.ffprobe.c_str(), X_OK) != 0) return {};
  return tools;
}

SoundFacts look_at_sound(const SoundTools& tools, int file, const SoundLimits& limits) {
  OutsideProcess process(tools.ffprobe,
                         guarded({"-select_streams", "a", "-show_entries", "format=duration:format_tags:stream=codec_name,duration:stream_tags",
                                  "-of", "json", handed_file()}),
                         {.max_address_space = limits.max_address_space, .max_cpu = limits.max_cpu}, file);
  std::string output;
  std::array<char, 1 << 14> buffer;
  const auto deadline = OutsideProcess::Clock::now() + limits.max_silence;
  for (;;) {
    std::size_t got = 0;
    const Heard heard = process.read(buffer.data(), buffer.size(), got, deadline);
    if (heard == Heard::End) break;
    if (heard == Heard::TimedOut)
      throw Error(ErrorKind::Ingest, "ffprobe took longer than " + std::to_string(limits.max_silence.count()) + " s and was stopped");
    output.append(buffer.data(), got);
    if (output.size() > kMostBytesOfFacts) throw Error(ErrorKind::Ingest, "says more than 1 MB about itself before its first sound");
  }
  const std::string reason = reason_of(process, "ffprobe");
  const SoundFacts facts = output.empty() ? SoundFacts{} : facts_of(output);
  if (!facts.has_sound && !reason.empty()) throw Error(ErrorKind::Ingest, "not a readable recording: " + reason);
  return facts;
}

std::unique_ptr<SoundStream> open_sound(const SoundTools& tools, int file, const SoundFacts& facts, const SoundLimits& limits) {
  return std::make_unique<Decoder>(tools, file, facts, limits);
}

}  // namespace rag
