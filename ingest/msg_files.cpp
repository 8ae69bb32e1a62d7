#include "ingest/msg_files.h"

#include "core/text.h"
#include "ingest/charset.h"

namespace rag {
namespace {

enum Id : std::uint16_t {
  kDisplayName = 0x3001,
  kData = 0x3701,
  kFileName = 0x3704,
  kLongFileName = 0x3707,
  kMimeType = 0x370E,
  kHidden = 0x7FFE,
};

}  // namespace

std::string msg_line(const std::string& text) { return collapse_white_space(clean_text(text)); }

MsgFile describe_msg_file(const MsgStorage& attachment) {
  MsgFile file{.media_type = msg_line(attachment.text(kMimeType)), .size = attachment.size(kData)};
  for (const Id id : {kLongFileName, kFileName, kDisplayName})
    if (file.name.empty()) file.name = msg_line(attachment.text(id));
  if (file.media_type.empty()) file.media_type = "application/octet-stream";
  return file;
}

std::string bytes_of_msg_file(const MsgStorage& attachment) { return attachment.bytes(kData); }

bool is_msg_file(const MsgStorage& attachment) { return !has_msg_message(attachment) && !(attachment.number(kHidden) & 1); }

bool has_msg_message(const MsgStorage& attachment) { return attachment.has_inner_message(kData); }

MsgStorage msg_message(const MsgStorage& attachment) { return attachment.inner_message(kData); }

}  // namespace rag
