#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/sandbox.h"
#include "ingest/speech/recogniser.h"
#include "ingest/speech/sound.h"

namespace rag {

struct SpeechOptions {
  bool on = true;
  std::vector<std::string> languages{"ko", "en"};  // what may be spoken, ISO 639-1; none: any language the recogniser knows
  SoundLimits sound;
  RecogniserLimits recogniser;
  // Told every minute or two how far a recording has been heard; seconds, `of` 0 where its length is not known.
  std::function<void(const std::string& uri, double heard, double of)> on_progress;
};

// Reads recordings, sound and film, by listening to them, those in archives and mails among them, and hands every other file on.  The document has the times in its text, as subtitles
// have.  Programs start with the first recording and are kept; a file that one of them fails at gets a reason, and the next file a new one.
// Where a program is missing, the reason says what to install.  Safe to use from several threads at once, as `others` is; one recording is heard at a
// time, since a recogniser takes all cores.
std::unique_ptr<ParserSandbox> listen_to_recordings(std::unique_ptr<ParserSandbox> others, SpeechOptions options);

// True for the media types of recordings: "audio/mpeg", "video/mp4".
bool is_recording(const std::string& media_type);

// What is said of a recording where nobody listens: read from standard input, or, by an older rag, in an archive.
std::string not_by_itself();

// Whether that was the reason why a recording, or one in the file, has no document, but is none any more where recordings are (`on`) listened to.
bool can_listen_now(const std::string& reason, bool on);

}  // namespace rag
