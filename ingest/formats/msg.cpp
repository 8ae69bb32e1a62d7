// Outlook messages (MSG): subject as heading, who wrote to whom and when, the text, quoted text of the mail it answers under a heading
// of its own, attachments by name, and messages attached to it as sections of their own.
#include <array>
#include <ctime>

#include "core/error.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/charset.h"
#include "ingest/compressed_rtf.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/mail_lines.h"
#include "ingest/mail_quotes.h"
#include "ingest/msg_files.h"
#include "ingest/msg_storage.h"
#include "ingest/summary_information.h"

namespace rag {
namespace {

enum Id : std::uint16_t {
  kSubject = 0x0037,
  kSubmitTime = 0x0039,
  kSentForName = 0x0042,
  kSenderSmtpAddress = 0x5D01,
  kSentForSmtpAddress = 0x5D02,
  kSentForAddress = 0x0065,
  kRecipientType = 0x0C15,
  kSenderName = 0x0C1A,
  kSenderAddress = 0x0C1F,
  kDisplayCc = 0x0E03,
  kDisplayTo = 0x0E04,
  kDeliveryTime = 0x0E06,
  kBody = 0x1000,
  kCompressedRtf = 0x1009,
  kHtml = 0x1013,
  kMessageId = 0x1035,
  kInReplyTo = 0x1042,
  kDisplayName = 0x3001,
  kAddress = 0x3003,
  kSmtpAddress = 0x39FE,
};

using Addresses = std::vector<std::string>;

// "2024-03-05 14:13:00 +0000": the file knows no other zone.
std::string readable_date(std::uint64_t filetime) {
  std::string date = iso_date_of_filetime(filetime);
  if (date.size() != 20) return "";
  date[10] = ' ';
  date.replace(19, 1, " +0000");
  return date;
}

// "Kim <kim@example.com>"; addresses within an Exchange server ("/O=...") tell nobody anything.
std::string address(const std::string& name, std::initializer_list<std::string> addresses) {
  for (const std::string& each : addresses) {
    if (each.find('@') == std::string::npos) continue;
    return name.empty() || name == each || name == "'" + each + "'" ? each : name + " <" + each + ">";
  }
  return name;
}

std::string without_angle_brackets(std::string id) {
  std::erase_if(id, [](char c) { return c == '<' || c == '>'; });
  return std::string(trim(id));
}

struct Headers {
  std::string subject, date;
  Addresses from, to, cc;  // from: who sent it and, where that is somebody else, for whom

  explicit Headers(const MsgStorage& message) {
    subject = msg_line(message.text(kSubject));
    date = readable_date(message.number(kSubmitTime));
    if (date.empty()) date = readable_date(message.number(kDeliveryTime));
    const auto part = [&](Id id) { return msg_line(message.text(id)); };
    const std::string sender = address("", {part(kSenderSmtpAddress), part(kSenderAddress)}), sent_for = address("", {part(kSentForSmtpAddress), part(kSentForAddress)});
    add(from, address(part(kSenderName), {sender, sent_for}));
    // An assistant's mail is looked for by the name of whom it was written for.
    if (!sender.empty() && !sent_for.empty() && ascii_lower(sender) != ascii_lower(sent_for)) add(from, address(part(kSentForName), {sent_for}));
    for (const MsgStorage& recipient : message.children("__recip_version1.0_#")) {
      enum { kTo = 1, kCc = 2 };
      const std::uint64_t kind = recipient.number(kRecipientType) & 0xF;
      const std::string who =
          address(msg_line(recipient.text(kDisplayName)), {msg_line(recipient.text(kSmtpAddress)), msg_line(recipient.text(kAddress))});
      if (kind == kTo) add(to, who);
      if (kind == kCc) add(cc, who);
    }
    if (to.empty()) add(to, part(kDisplayTo));
    if (cc.empty()) add(cc, part(kDisplayCc));
  }

 private:
  static void add(Addresses& addresses, const std::string& who) {
    if (!who.empty()) addresses.push_back(who);
  }
};

class Reader {
 public:
  Reader(DocumentBuilder& builder, std::vector<std::string>& warnings) : builder_(builder), warnings_(warnings) {}

  void write(const MsgStorage& message, const Headers& headers, int level) {
    builder_.heading(level, headers.subject.empty() && level > 1 ? "(no subject)" : headers.subject);
    const Addresses from = headers.from.size() == 2 ? Addresses{headers.from[0] + " on behalf of " + headers.from[1]} : headers.from;
    builder_.paragraph(mail_header_lines(from, headers.to, headers.cc, headers.date));
    write_body(message, level);
    write_attachments(message, level);
  }

  const std::vector<std::string>& attachments() const { return attachments_; }

 private:
  void write_body(const MsgStorage& message, int level) {
    const std::string plain = message.text(kBody);
    if (has_letter_or_digit(plain)) {
      const FoldedMail mail = fold_quotes(plain, "at the end of this message");
      builder_.paragraph(mail.own);
      if (write_quote_heading(mail, level)) builder_.paragraph(mail.quoted);
      return;
    }
    const std::string html = html_of(message);
    if (has_letter_or_digit(html_to_line(html))) {
      FoldedMail mail = fold_html_quotes(html);
      if (!has_word(html_to_line(mail.own))) mail = {html, ""};
      write_page(mail.own);
      if (write_quote_heading(mail, level)) write_page(mail.quoted);
      return;
    }
    if (const std::string packed = message.bytes(kCompressedRtf); !packed.empty()) write_rtf(packed);
  }

  bool write_quote_heading(const FoldedMail& mail, int level) {
    if (!mail.quoted.empty()) builder_.heading(level + 1, "Quoted text");
    return !mail.quoted.empty();
  }

  void write_page(const std::string& html) {
    const std::string title = builder_.title;
    add_html(html, builder_);
    builder_.title = title;  // the page's own says less than the subject
  }

  static std::string html_of(const MsgStorage& message) {
    if (message.has_utf16(kHtml)) return message.text(kHtml);
    const std::string bytes = message.bytes(kHtml);
    if (bytes.empty()) return "";
    const std::string declared = declared_charset(bytes);
    return decode_text(bytes, declared.empty() ? message.charset() : declared).text;
  }

  void write_rtf(const std::string& packed) {
    const Format* reader = find_format("application/rtf");
    try {
      const std::string rtf = decompress_rtf(packed);
      if (!reader) throw Error(ErrorKind::Ingest, "no reader for application/rtf");
      builder_.paragraph(reader->read(rtf, "body.rtf", warnings_).text);
    } catch (const Error& e) {
      warnings_.push_back(std::string("the body is RTF and cannot be read: ") + e.what());
    }
  }

  void write_attachments(const MsgStorage& message, int level) {
    const std::vector<MsgStorage> all = message.children("__attach_version1.0_#");
    bool first = true;
    for (const MsgStorage& attachment : all) {
      if (!is_msg_file(attachment)) continue;
      if (first) builder_.paragraph("Attachments:");
      first = false;
      const MsgFile file = describe_msg_file(attachment);
      if (!file.name.empty()) attachments_.push_back(file.name);
      builder_.list_item(0, "- ",
                         (file.name.empty() ? "(without a name)" : file.name) + " (" + file.media_type + ", " + readable_size(file.size) + ")");
    }
    for (const MsgStorage& attachment : all) {
      if (!has_msg_message(attachment)) continue;
      const MsgStorage inner = msg_message(attachment);
      write(inner, Headers(inner), level + 1);
    }
  }

  DocumentBuilder& builder_;
  std::vector<std::string>& warnings_;
  std::vector<std::string> attachments_;
};

class Msg final : public Format {
 public:
  std::string name() const override { return "msg"; }
  std::vector<std::string> media_types() const override { return {"application/vnd.ms-outlook"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const CompoundFile file(bytes, "MSG");
    if (!file.has("__properties_version1.0"))
      throw Error(ErrorKind::Ingest, "damaged MSG: no stream __properties_version1.0, which every Outlook message has");
    const MsgStorage message(file, "");
    const Headers headers(message);
    DocumentBuilder builder;
    builder.title = headers.subject;
    const auto set = [&](const char* key, const Addresses& values) {
      if (!values.empty() && !values[0].empty()) builder.metadata[key] = values;
    };
    set("from", headers.from);
    set("to", headers.to);
    set("cc", headers.cc);
    set("subject", {headers.subject});
    set("date", {headers.date});
    set("created", {headers.date});
    set("message_id", {without_angle_brackets(msg_line(message.text(kMessageId)))});
    set("in_reply_to", {without_angle_brackets(msg_line(message.text(kInReplyTo)))});
    Reader reader(builder, warnings);
    reader.write(message, headers, 1);
    set("attachments", reader.attachments());
    return builder.finish("a mail without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_msg_format() { return std::make_unique<Msg>(); }

}  // namespace rag
