#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct MailMessage;

// A leaf of a mail's tree of MIME parts, in the mail's order.
struct MailPart {
  enum class Kind {
    Text,      // plain text, to be read
    Html,      // a page, to be read
    File,      // an attachment
    Embedded,  // a picture that belongs to the HTML beside it
    Message,   // a forwarded message
  };
  Kind kind = Kind::File;
  std::string media_type;            // "application/pdf", as the mail says
  std::string name;                  // of the file, UTF-8; may be empty, and may hold any character: never a path to write to
  std::string location;              // Content-Location, for MHTML
  std::size_t size = 0;              // bytes, transfer encoding undone
  std::string bytes;                 // of Text and Html: UTF-8; of File and Embedded: the file, where FileBytes::Keep asked for it
  std::vector<MailMessage> message;  // of Message: one
};

struct MailMessage {
  std::string subject;
  std::vector<std::string> from, to, cc;  // "Kim <kim@example.com>"
  std::string date;                       // "2024-03-05 14:13:00 +0900", "" where there is none
  std::string message_id;                 // without angle brackets, as are `answers`: what In-Reply-To and References name
  std::vector<std::string> answers;
  std::vector<MailPart> parts;  // of multipart/alternative: plain text before HTML; attachments of every alternative
};

enum class FileBytes { Count, Keep };

// Reads one mail (RFC 5322 and MIME), at most 32 parts deep and 1,000 parts in all; what is left out goes to `warnings`.
// Charsets are decoded by what the mail says, unless the bytes contradict it.  Throws Error(Ingest) where no header is found.
MailMessage read_mail(std::string_view bytes, std::vector<std::string>& warnings, FileBytes file_bytes = FileBytes::Count);

// The attachments of a message and of the messages forwarded with it, pictures inside HTML not among them.
std::vector<const MailPart*> attached_files(const MailMessage& message);

// The messages of an MBOX, each without its "From " line; one where the bytes do not begin with such a line.
std::vector<std::string_view> split_mbox(std::string_view bytes);

// One of them with the quoting of ">From " lines undone.
std::string unquote_from_lines(std::string_view message);

}  // namespace rag
