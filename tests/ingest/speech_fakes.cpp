#include "speech_fakes.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

namespace rag::test {
namespace {

void append_number(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::string facts_of(int seconds, const std::string& facts) {
  const std::string otherwise = "{\"streams\":[{\"codec_name\":\"mp3\"}],\"format\":{\"duration\":\"" + std::to_string(seconds) + ".0\"}}";
  return "cat <<'END'\n" + (facts.empty() ? otherwise : facts) + "\nEND\n";
}

}  // namespace

FakeProgram::FakeProgram(const std::string& variable, const std::string& name, const std::string& script,
                         const std::vector<std::pair<std::string, std::string>>& more)
    : variable_(variable) {
  path_ = folder_.write(name, "#!/bin/sh\n" + script);
  std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
  for (const auto& [beside, its_script] : more)
    std::filesystem::permissions(folder_.write(beside, "#!/bin/sh\n" + its_script), std::filesystem::perms::owner_all);
  ::setenv(variable.c_str(), path_.c_str(), 1);
}

FakeProgram::~FakeProgram() { ::unsetenv(variable_.c_str()); }

std::string recogniser_script(const std::string& on_request) {
  return "echo '{\"recogniser\":\"fake\",\"protocol\":1}'\n"
         "while read -r line; do\n"
         "  n=${line#*'\"samples\":'}; n=${n%%[!0-9]*}\n"
         "  head -c $((2 * n)) >/dev/null\n" +
         on_request +
         "\n"
         "done\n";
}

std::string answer_with(const std::string& language, const std::vector<std::string>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i)
    list += (i ? "," : "") + std::string("[") + std::to_string(i) + "," + std::to_string(i) + ".8,\" " + words[i] + "\",0.9]";
  return "echo '{\"language\":\"" + language + "\",\"words\":[" + list + "],\"unclear\":0}'";
}

FakeFfmpeg::FakeFfmpeg(int seconds, const std::string& facts, const std::string& afterwards)
    : FakeProgram("RAG_FFMPEG", "ffmpeg", "head -c " + std::to_string(32000 * seconds) + " /dev/zero\n" + afterwards,
                  {{"ffprobe", facts_of(seconds, facts)}}) {}

std::string make_wav(double seconds, int samples_per_second, double loudness) {
  const auto samples = static_cast<std::uint32_t>(seconds * samples_per_second);
  std::string wav = "RIFF";
  append_number(wav, 36 + 2 * samples, 4);
  wav += "WAVEfmt ";
  append_number(wav, 16, 4);
  append_number(wav, 1, 2);  // PCM
  append_number(wav, 1, 2);  // one channel
  append_number(wav, static_cast<std::uint32_t>(samples_per_second), 4);
  append_number(wav, static_cast<std::uint32_t>(2 * samples_per_second), 4);
  append_number(wav, 2, 2);
  append_number(wav, 16, 2);
  wav += "data";
  append_number(wav, 2 * samples, 4);
  for (std::uint32_t i = 0; i < samples; ++i)
    append_number(wav, static_cast<std::uint16_t>(static_cast<std::int16_t>(32000 * loudness * std::sin(6.2831853 * 440 * i / samples_per_second))), 2);
  return wav;
}

}  // namespace rag::test
