#include "ingest/mail_attachments.h"

#include <array>
#include <utility>

#include "core/error.h"
#include "ingest/compound_file.h"
#include "ingest/mail_message.h"
#include "ingest/msg_files.h"

namespace rag {
namespace {

constexpr std::string_view kMail = "message/rfc822", kMailbox = "application/mbox", kOutlook = "application/vnd.ms-outlook";
constexpr int kMaxDepth = 32;  // of Outlook messages within one another

void add_files(std::string_view mail, int message, std::vector<Attachment>& found) {
  std::vector<std::string> told_by_the_parser;
  const MailMessage read = read_mail(mail, told_by_the_parser, FileBytes::Keep);
  for (const MailPart* part : attached_files(read)) found.push_back({part->name, part->media_type, part->bytes, message});
}

void add_files(const MsgStorage& message, int depth, std::vector<Attachment>& found) {
  if (depth > kMaxDepth) return;
  for (const MsgStorage& attachment : message.children("__attach_version1.0_#")) {
    if (has_msg_message(attachment)) {
      add_files(msg_message(attachment), depth + 1, found);
    } else if (is_msg_file(attachment)) {
      MsgFile file = describe_msg_file(attachment);
      found.push_back({std::move(file.name), std::move(file.media_type), bytes_of_msg_file(attachment)});
    }
  }
}

std::vector<Attachment> attachments_of_mailbox(std::string_view bytes) {
  std::vector<Attachment> found;
  const std::vector<std::string_view> messages = split_mbox(bytes);
  if (messages.size() == 1) {
    add_files(bytes, 0, found);
    return found;
  }
  int number = 0;
  for (const std::string_view message : messages) {
    ++number;
    try {
      add_files(unquote_from_lines(message), number, found);
    } catch (const Error&) {  // the mailbox's parser names it
    }
  }
  return found;
}

}  // namespace

bool is_mail(std::string_view media_type) { return media_type == kMail || media_type == kMailbox || media_type == kOutlook; }

std::vector<Attachment> attachments_of(std::string_view bytes, std::string_view media_type) {
  if (media_type != kOutlook) return attachments_of_mailbox(bytes);
  const CompoundFile file(bytes, "MSG");
  std::vector<Attachment> found;
  add_files(MsgStorage(file, ""), 1, found);
  return found;
}

void inherit_mail_metadata(const Metadata& mail, Metadata& attachment) {
  for (const char* key : {"from", "to", "cc", "subject", "date"})
    if (const auto found = mail.find(key); found != mail.end()) attachment.insert(*found);
}

std::string name_for_unnamed(const Attachment& attachment, std::size_t number) {
  // Only where the content does not tell what it is.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kExtensions{
      {{"application/pdf", ".pdf"}, {"text/html", ".html"}, {"text/csv", ".csv"}, {"text/calendar", ".ics"}, {"text/vcard", ".vcf"}}};
  std::string name = "attachment " + std::to_string(number);
  for (const auto& [type, extension] : kExtensions)
    if (attachment.media_type == type) name += extension;
  return name;
}

}  // namespace rag
