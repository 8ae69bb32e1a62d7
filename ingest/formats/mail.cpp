// Mail, one message (EML) or many (MBOX): subject as heading, who wrote to whom and when, the text, quoted text of the mail it
// answers under a heading of its own, attachments by name.
#include <algorithm>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/mail_lines.h"
#include "ingest/mail_message.h"
#include "ingest/mail_quotes.h"

namespace rag {
namespace {

class MailWriter {
 public:
  explicit MailWriter(DocumentBuilder& builder) : builder_(builder) {}

  // `level` of the subject's heading.  `always_heading`: a message among others, which needs one even without a subject.
  void write(const MailMessage& message, int level, bool always_heading) {
    builder_.heading(level, !message.subject.empty() || !always_heading ? message.subject : "(no subject)");
    builder_.paragraph(mail_header_lines(message.from, message.to, message.cc, message.date));
    const bool is_quote_known =
        std::any_of(message.answers.begin(), message.answers.end(), [&](const auto& id) { return seen_.contains(id); });
    std::vector<FoldedMail> folded;
    for (const MailPart& part : message.parts) write_part(part, level, is_quote_known, folded);
    write_quotes(folded, level);
    write_files(message);
    if (!message.message_id.empty()) seen_.insert(message.message_id);
  }

 private:
  void write_part(const MailPart& part, int level, bool is_quote_known, std::vector<FoldedMail>& folded) {
    if (part.kind == MailPart::Kind::Message && !part.message.empty()) write(part.message[0], level + 1, true);
    if (part.kind != MailPart::Kind::Text && part.kind != MailPart::Kind::Html) return;
    const bool is_page = part.kind == MailPart::Kind::Html;
    FoldedMail mail{part.bytes, ""};
    if (is_page) mail = fold_html_quotes(part.bytes);
    if (part.media_type == "text/plain")
      mail = fold_quotes(part.bytes, is_quote_known ? "from a message above" : "at the end of this message");
    if (!mail.quoted.empty() && is_page && !has_word(html_to_line(mail.own))) mail = {part.bytes, ""};
    write_text(mail.own, is_page, level);
    if (mail.quoted.empty()) return;
    if (is_quote_known && is_page) builder_.paragraph("[Quoted text: from a message above]");
    if (!is_quote_known) folded.push_back({is_page ? "page" : "", std::move(mail.quoted)});
  }

  // Where the quoted mail is in no other file of the folder, this is where it is found.
  void write_quotes(const std::vector<FoldedMail>& folded, int level) {
    if (folded.empty()) return;
    builder_.heading(level + 1, "Quoted text");
    for (const FoldedMail& mail : folded) write_text(mail.quoted, mail.own == "page", level + 1);
  }

  void write_text(const std::string& text, bool is_page, int level) {
    if (!is_page) {
      builder_.paragraph(text);
      return;
    }
    const int shift = std::exchange(builder_.heading_shift, level);
    add_html(text, builder_);
    builder_.heading_shift = shift;
  }

  void write_files(const MailMessage& message) {
    bool first = true;
    for (const MailPart& part : message.parts) {
      if (part.kind != MailPart::Kind::File) continue;
      if (std::exchange(first, false)) builder_.paragraph("Attachments:");
      builder_.list_item(
          0, "- ", (part.name.empty() ? "(without a name)" : part.name) + " (" + part.media_type + ", " + readable_size(part.size) + ")");
    }
  }

  DocumentBuilder& builder_;
  std::set<std::string> seen_;  // ids of the messages written
};

class Mail final : public Format {
 public:
  std::string name() const override { return "mail"; }
  std::vector<std::string> media_types() const override { return {"message/rfc822", "application/mbox"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const std::vector<std::string_view> messages = split_mbox(bytes);
    return messages.size() == 1 ? read_one(bytes, warnings) : read_many(messages, warnings);
  }

 private:
  static void add_metadata(const MailMessage& message, Metadata& metadata) {
    const auto add = [&](const char* key, const std::vector<std::string>& values) {
      for (const std::string& value : values)
        if (auto& known = metadata[key]; std::find(known.begin(), known.end(), value) == known.end()) known.push_back(value);
    };
    add("from", message.from);
    add("to", message.to);
    add("cc", message.cc);
    for (const MailPart* file : attached_files(message))
      if (!file->name.empty()) add("attachments", {file->name});
  }

  static Document read_one(std::string_view bytes, std::vector<std::string>& warnings) {
    const MailMessage message = read_mail(bytes, warnings);
    DocumentBuilder builder;
    builder.title = message.subject;
    add_metadata(message, builder.metadata);
    const auto set = [&](const char* key, const std::string& value) {
      if (!value.empty()) builder.metadata[key] = {value};
    };
    set("subject", message.subject);
    set("date", message.date);
    set("created", message.date);
    set("message_id", message.message_id);
    if (!message.answers.empty()) set("in_reply_to", message.answers[0]);
    MailWriter(builder).write(message, 1, false);
    return builder.finish("a mail without text");
  }

  static Document read_many(const std::vector<std::string_view>& messages, std::vector<std::string>& warnings) {
    DocumentBuilder builder;
    builder.title_from_headings = false;
    MailWriter writer(builder);
    std::size_t number = 0;
    for (const std::string_view bytes : messages) {
      ++number;
      std::vector<std::string> of_this;
      try {
        const MailMessage message = read_mail(unquote_from_lines(bytes), of_this);
        add_metadata(message, builder.metadata);
        const std::string title = builder.title;
        writer.write(message, 1, true);
        builder.title = title;  // an HTML body has one of its own
      } catch (const Error& e) {
        of_this.push_back(e.what());
      }
      for (const std::string& warning : of_this) warnings.push_back("message " + std::to_string(number) + ": " + warning);
    }
    builder.metadata["messages"] = {std::to_string(messages.size())};
    return builder.finish("an MBOX without a message that can be read");
  }
};

}  // namespace

std::unique_ptr<Format> make_mail_format() { return std::make_unique<Mail>(); }

}  // namespace rag
