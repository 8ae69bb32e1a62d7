#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"

namespace rag {

struct Attachment {
  std::string name;        // as the mail has it, UTF-8: may be empty, and is never a path to write to
  std::string media_type;  // as the mail says
  std::string bytes;
  int message = 0;         // of an MBOX: from 1; else 0
};

// True for the media types attachments_of() reads: EML, MBOX, Outlook's MSG.
bool is_mail(std::string_view media_type);

// The attachments of a mail and of the messages forwarded with it, in the mail's order, pictures that belong to its HTML not among
// them.  What cannot be read of the mail itself is for its parser to report; throws Error(Ingest) only where that throws too.
std::vector<Attachment> attachments_of(std::string_view bytes, std::string_view media_type);

// What is true of a mail is true of what was sent with it: sender, recipients, subject, date, unless the attachment has its own.
void inherit_mail_metadata(const Metadata& mail, Metadata& attachment);

// A name for an attachment that has none, the `number`th of its mail: "attachment 2.pdf".
std::string name_for_unnamed(const Attachment& attachment, std::size_t number);

}  // namespace rag
