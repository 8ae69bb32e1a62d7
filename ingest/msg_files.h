#pragma once

#include <cstddef>
#include <string>

#include "ingest/msg_storage.h"

namespace rag {

// What an Outlook message says of one of its attachments ("__attach_version1.0_#").
struct MsgFile {
  std::string name;        // UTF-8, one line; may be empty
  std::string media_type;  // "application/octet-stream" where it says nothing
  std::size_t size = 0;
};
MsgFile describe_msg_file(const MsgStorage& attachment);

std::string bytes_of_msg_file(const MsgStorage& attachment);

// A file that people see: no message of its own and no picture of the HTML text.
bool is_msg_file(const MsgStorage& attachment);

// The message attached there, if it is one.
bool has_msg_message(const MsgStorage& attachment);
MsgStorage msg_message(const MsgStorage& attachment);

// A property as it is shown: on one line, without control characters.
std::string msg_line(const std::string& text);

}  // namespace rag
