#include "ingest/member_listening.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "core/file_descriptor.h"
#include "ingest/mail_attachments.h"
#include "ingest/speech/speech_reader.h"

namespace rag {
namespace {

// Its memory is there beforehand, or it is none.
int make_memory_file(std::uint64_t bytes) {
  const int file = ::memfd_create("recording", MFD_CLOEXEC);
  if (file >= 0 && ::posix_fallocate(file, 0, static_cast<off_t>(bytes)) == 0) return file;
  if (file >= 0) ::close(file);
  return -1;
}

// Whoever it is handed to can read it and no more.
int open_to_read(int file) { return ::open(("/proc/self/fd/" + std::to_string(file)).c_str(), O_RDONLY | O_CLOEXEC); }

ParseOutcome named(const MemberRecording& recording, std::string reason) { return {.members = {{recording.uri, std::move(reason), {}}}}; }

}  // namespace

std::optional<ParseOutcome> listen_to_member(ParserProcess& child, const MemberRecording& recording, MemberListener& listener,
                                             const std::function<void(std::size_t bytes)>& before) {
  std::string reason = listener.why_not();
  if (reason.empty() && (!is_recording(recording.media_type) || recording.bytes == 0 || recording.bytes > ContainerLimits().unpack.max_total_bytes))
    reason = "a recording of a size or kind that none can have";
  if (reason.empty()) before(recording.bytes);
  const FileDescriptor whole(reason.empty() ? make_memory_file(recording.bytes) : -1), file(whole.get() < 0 ? -1 : open_to_read(whole.get()));
  if (reason.empty() && file.get() < 0) reason = "a recording; there is no memory for its " + std::to_string(recording.bytes >> 20) + " MB to listen to it";
  if (!reason.empty()) {
    child.keep();
    return named(recording, std::move(reason));
  }
  if (!child.take(recording.bytes, whole.get())) return std::nullopt;
  ParseOutcome heard = listener.listen(file.get(), recording.uri, recording.media_type);
  for (Document& document : heard.documents) inherit_mail_metadata(recording.mail, document.metadata);
  if (!heard.skipped.empty() || !heard.warnings.empty())
    heard.members.push_back({recording.uri, std::exchange(heard.skipped, ""), std::exchange(heard.warnings, {})});
  return heard;
}

}  // namespace rag
