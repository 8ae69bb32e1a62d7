// The only place that knows gmime.
#include "ingest/mail_message.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/html_reader.h"
#include "ingest/mail_addresses.h"
#include "ingest/mail_charset.h"
#include "ingest/ascii_lower.h"

namespace rag {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxParts = 1000;

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
struct Free {
  void operator()(char* text) const { g_free(text); }
};
struct FreeOptions {
  void operator()(GMimeParserOptions* options) const { g_mime_parser_options_free(options); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;
using OwnedText = std::unique_ptr<char, Free>;

std::string to_string(const OwnedText& text) { return text ? clean_text(text.get()) : std::string(); }
std::string to_string(const char* text) { return text ? clean_text(text) : std::string(); }

// File names in bare bytes: which charset they are in is for gmime to try.
const GMimeParserOptions* options() {
  static const std::unique_ptr<GMimeParserOptions, FreeOptions> made = [] {
    g_mime_init();
    std::unique_ptr<GMimeParserOptions, FreeOptions> fresh(g_mime_parser_options_new());
    const char* charsets[] = {"utf-8", "cp949", "iso-8859-1", nullptr};
    g_mime_parser_options_set_fallback_charsets(fresh.get(), charsets);
    return fresh;
  }();
  return made.get();
}
GMimeParserOptions* parser_options() { return const_cast<GMimeParserOptions*>(options()); }  // gmime's signatures predate const

// The bytes as a gmime stream, without a copy: neither the array nor the stream owns them.
class ByteStream {
 public:
  explicit ByteStream(std::string_view bytes)
      : array_(g_byte_array_new_take(reinterpret_cast<guint8*>(const_cast<char*>(bytes.data())), bytes.size())),
        stream_(g_mime_stream_mem_new_with_byte_array(array_)) {
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream_.get()), FALSE);
  }
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  ~ByteStream() {
    stream_.reset();
    g_byte_array_free(array_, FALSE);
  }
  GMimeStream* get() const { return stream_.get(); }

 private:
  GByteArray* array_;
  Owned<GMimeStream> stream_;
};

std::string content_of(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (!content) return "";
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

std::size_t content_size(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (!content) return 0;
  const Owned<GMimeStream> nowhere(g_mime_stream_null_new());
  const ssize_t size = g_mime_data_wrapper_write_to_stream(content, nowhere.get());
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

std::string raw_header(GMimeObject* object, const char* name) {
  GMimeHeader* header = g_mime_header_list_get_header(g_mime_object_get_header_list(object), name);
  const char* raw = header ? g_mime_header_get_raw_value(header) : nullptr;
  return raw ? prepare_mail_header(raw) : std::string();
}

std::string text_header(GMimeObject* object, const char* name) {
  const OwnedText text(g_mime_utils_header_decode_text(parser_options(), raw_header(object, name).c_str()));
  return collapse_white_space(to_string(text));
}

// "kim@xn--bj0bj06e.example" as its owner writes it, "kim@한국.example"; the library gives every host in its ASCII form.
std::string with_readable_hosts(std::string text) {
  for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    const std::size_t begin = at + 1, end = std::min(text.find_first_of("<>,; \t\"", begin), text.size());
    const std::string host = text.substr(begin, end - begin);
    if (host.find("xn--") == std::string::npos) continue;
    const OwnedText readable(g_hostname_to_unicode(host.c_str()));
    // What is no such form comes back with parts of it missing.
    const OwnedText again(readable ? g_hostname_to_ascii(readable.get()) : nullptr);
    if (again && ascii_lower(again.get()) == ascii_lower(host)) text.replace(begin, end - begin, readable.get());
  }
  return text;
}

std::vector<std::string> addresses(GMimeObject* object, const char* name) {
  const std::string raw = raw_header(object, name);
  std::vector<std::string> found;
  const Owned<InternetAddressList> list(raw.empty() ? nullptr : internet_address_list_parse(parser_options(), raw.c_str()));
  for (int i = 0; list && i < internet_address_list_length(list.get()); ++i) {
    const OwnedText text(internet_address_to_string(internet_address_list_get_address(list.get(), i), nullptr, FALSE));
    if (std::string line = collapse_white_space(with_readable_hosts(to_string(text))); !line.empty()) found.push_back(std::move(line));
  }
  if (found.empty())  // no address as the standard has it: what stands there, then
    if (std::string line = text_header(object, name); !line.empty()) found.push_back(std::move(line));
  return found;
}

std::string date_header(GMimeObject* object) {
  const std::string raw = raw_header(object, "Date");
  GDateTime* date = raw.empty() ? nullptr : g_mime_utils_header_decode_date(raw.c_str());
  if (!date) return collapse_white_space(raw);
  const OwnedText text(g_date_time_format(date, "%Y-%m-%d %H:%M:%S %z"));
  g_date_time_unref(date);
  return to_string(text);
}

// What stands in angle brackets.
std::vector<std::string> message_ids(const std::string& header) {
  std::vector<std::string> ids;
  for (std::size_t at = header.find('<'); at != std::string::npos; at = header.find('<', at + 1)) {
    const std::size_t end = header.find('>', at);
    if (end == std::string::npos) break;
    ids.push_back(header.substr(at + 1, end - at - 1));
  }
  return ids;
}

// format=flowed (RFC 3676): a line that ends with a blank goes on in the next one of the same depth of quoting.
std::string unflow(const std::string& text, bool delete_blank) {
  std::string out, depth;
  bool flows = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const std::string quotes(line.substr(0, std::min(line.find_first_not_of('>'), line.size())));
    line.remove_prefix(quotes.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (!flows || quotes != depth) {
      if (!out.empty()) out += '\n';
      out += quotes;
      if (!quotes.empty()) out += ' ';
    }
    depth = quotes;
    flows = line.ends_with(' ') && line != "-- ";
    if (flows && delete_blank) line.remove_suffix(1);
    out += line;
  }
  return out;
}

class Reader {
 public:
  Reader(std::vector<std::string>& warnings, FileBytes file_bytes) : warnings_(warnings), file_bytes_(file_bytes) {}

  MailMessage read(GMimeMessage* source, int depth) {
    MailMessage message;
    GMimeObject* object = GMIME_OBJECT(source);
    message.subject = text_header(object, "Subject");
    message.from = addresses(object, "From");
    message.to = addresses(object, "To");
    message.cc = addresses(object, "Cc");
    message.date = date_header(object);
    if (std::vector<std::string> ids = message_ids(raw_header(object, "Message-ID")); !ids.empty()) message.message_id = ids[0];
    message.answers = message_ids(raw_header(object, "In-Reply-To") + raw_header(object, "References"));
    if (GMimeObject* body = g_mime_message_get_mime_part(source)) add(body, message.parts, depth);
    return message;
  }

  void report() {
    if (replaced_ > 0)
      warnings_.push_back(std::to_string(replaced_) + (replaced_ == 1 ? " place" : " places") +
                          " that mean nothing in the mail's charset, replaced by U+FFFD");
    if (too_deep_ > 0)
      warnings_.push_back("parts nested deeper than " + std::to_string(kMaxDepth) + " are left out (" + std::to_string(too_deep_) + ")");
    if (parts_ > kMaxParts)
      warnings_.push_back("of " + std::to_string(parts_) + " MIME parts the first " + std::to_string(kMaxParts) + " are read");
    if (encrypted_ > 0) warnings_.push_back("encrypted mail: its text is not read");
  }

 private:
  using Parts = std::vector<MailPart>;

  void add(GMimeObject* object, Parts& parts, int depth) {
    if (depth > kMaxDepth) {
      ++too_deep_;
      return;
    }
    if (++parts_ > kMaxParts) return;
    if (GMIME_IS_MESSAGE_PART(object))
      add_message(GMIME_MESSAGE_PART(object), parts, depth);
    else if (GMIME_IS_MULTIPART(object))
      add_multipart(GMIME_MULTIPART(object), parts, depth);
    else if (GMIME_IS_PART(object))
      add_leaf(GMIME_PART(object), parts);
  }

  void add_message(GMimeMessagePart* part, Parts& parts, int depth) {
    GMimeMessage* message = g_mime_message_part_get_message(part);
    if (!message) return;
    MailPart made{.kind = MailPart::Kind::Message, .media_type = "message/rfc822"};
    made.message.push_back(read(message, depth + 1));
    parts.push_back(std::move(made));
  }

  void add_multipart(GMimeMultipart* multipart, Parts& parts, int depth) {
    GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(multipart));
    if (GMIME_IS_MULTIPART_ENCRYPTED(multipart)) ++encrypted_;
    std::vector<Parts> children;
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      children.emplace_back();
      add(g_mime_multipart_get_part(multipart, i), children.back(), depth + 1);
    }
    const bool choose = g_mime_content_type_is_type(type, "multipart", "alternative");
    const std::size_t chosen = choose ? best_alternative(children) : 0;
    for (std::size_t i = 0; i < children.size(); ++i)
      for (MailPart& part : children[i]) {
        // Some programs hang their attachments into one of the alternatives.
        const bool is_text = part.kind == MailPart::Kind::Text || part.kind == MailPart::Kind::Html;
        if (!choose || i == chosen || (!is_text && part.kind != MailPart::Kind::Embedded)) parts.push_back(std::move(part));
      }
  }

  static std::size_t best_alternative(const std::vector<Parts>& children) {
    const auto text_of = [](const Parts& parts, MailPart::Kind kind) {
      std::string text;
      for (const MailPart& part : parts)
        if (part.kind == kind) text += kind == MailPart::Kind::Html ? html_to_line(part.bytes) : part.bytes;
      return text;
    };
    std::size_t plain = children.size(), page = children.size();
    for (std::size_t i = children.size(); i-- > 0;) {
      for (const MailPart& part : children[i]) {
        if (part.kind == MailPart::Kind::Text && has_word(part.bytes)) plain = i;
        if (part.kind == MailPart::Kind::Html) page = i;
      }
    }
    if (plain == children.size()) return page;
    if (page == children.size() || page == plain) return plain;
    // "Your program cannot show this mail": the words are all in the page.
    const std::string words = text_of(children[plain], MailPart::Kind::Text);
    return words.size() < 300 && text_of(children[page], MailPart::Kind::Html).size() > 8 * words.size() ? page : plain;
  }

  void add_leaf(GMimePart* source, Parts& parts) {
    GMimeObject* object = GMIME_OBJECT(source);
    GMimeContentType* type = g_mime_object_get_content_type(object);
    MailPart part;
    part.media_type = ascii_lower(to_string(OwnedText(g_mime_content_type_get_mime_type(type))));
    part.name = collapse_white_space(to_string(g_mime_part_get_filename(source)));
    part.location = to_string(g_mime_part_get_content_location(source));
    part.kind = kind_of(source, part);
    if (part.kind == MailPart::Kind::Text || part.kind == MailPart::Kind::Html) {
      const std::string bytes = content_of(source);
      part.size = bytes.size();
      part.bytes = text_of(object, part, bytes);
    } else if (file_bytes_ == FileBytes::Keep) {
      part.bytes = content_of(source);
      part.size = part.bytes.size();
    } else {
      part.size = content_size(source);
    }
    if (part.media_type == "application/pkcs7-mime" || part.media_type == "application/x-pkcs7-mime") ++encrypted_;
    if (!is_signature(part.media_type)) parts.push_back(std::move(part));
  }

  static bool is_signature(const std::string& type) {
    return type == "application/pgp-signature" || type == "application/pkcs7-signature" || type == "application/x-pkcs7-signature" ||
           type == "application/pgp-encrypted";
  }

  static MailPart::Kind kind_of(GMimePart* source, const MailPart& part) {
    const char* disposition = g_mime_object_get_disposition(GMIME_OBJECT(source));
    const bool attached = disposition && ascii_lower(disposition) == "attachment";
    if (!attached && part.name.empty()) {
      if (part.media_type == "text/html" || part.media_type == "application/xhtml+xml") return MailPart::Kind::Html;
      if (part.media_type.starts_with("text/") && part.media_type != "text/calendar" && part.media_type != "text/css")
        return MailPart::Kind::Text;
      if (part.media_type == "message/delivery-status" || part.media_type == "message/disposition-notification")
        return MailPart::Kind::Text;
    }
    const bool embedded = g_mime_part_get_content_id(source) || !part.location.empty();
    return !attached && embedded && part.media_type.starts_with("image/") ? MailPart::Kind::Embedded : MailPart::Kind::File;
  }

  std::string text_of(GMimeObject* object, const MailPart& part, const std::string& bytes) {
    const auto parameter = [&](const char* name) { return ascii_lower(to_string(g_mime_object_get_content_type_parameter(object, name))); };
    std::string charset = parameter("charset");
    if (charset.empty() && part.kind == MailPart::Kind::Html) charset = declared_charset(bytes);
    std::string text = decode_mail_text(bytes, charset, replaced_);
    return parameter("format") == "flowed" ? unflow(text, parameter("delsp") == "yes") : text;
  }

  std::vector<std::string>& warnings_;
  FileBytes file_bytes_;
  int parts_ = 0, too_deep_ = 0, encrypted_ = 0;
  std::size_t replaced_ = 0;
};

void collect_files(const MailMessage& message, std::vector<const MailPart*>& files) {
  for (const MailPart& part : message.parts) {
    if (part.kind == MailPart::Kind::File) files.push_back(&part);
    for (const MailMessage& inner : part.message) collect_files(inner, files);
  }
}

bool is_header_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

MailMessage read_mail(std::string_view bytes, std::vector<std::string>& warnings, FileBytes file_bytes) {
  // A mail saved by an editor, in UTF-16 or with a byte order mark.
  std::string mended;
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xEF\xBB\xBF"))
    bytes = mended = decode_text(bytes).text;
  if (const std::size_t begin = bytes.find_first_not_of("\r\n"); begin != std::string_view::npos) bytes.remove_prefix(begin);
  if (bytes.starts_with("From ")) bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  if (!is_header_line(bytes.substr(0, bytes.find('\n'))))
    throw Error(ErrorKind::Ingest, "not a mail: it begins without a header line, expected one such as From: or Subject:");
  const std::optional<std::string> shortened = with_short_address_lists(bytes, warnings);
  if (shortened) bytes = *shortened;
  GMimeParserOptions* how = parser_options();
  const ByteStream stream(bytes);
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), how));
  if (!message) throw Error(ErrorKind::Ingest, "damaged mail: no header to be read");
  Reader reader(warnings, file_bytes);
  MailMessage read = reader.read(message.get(), 1);
  reader.report();
  return read;
}

std::vector<const MailPart*> attached_files(const MailMessage& message) {
  std::vector<const MailPart*> files;
  collect_files(message, files);
  return files;
}

std::vector<std::string_view> split_mbox(std::string_view bytes) {
  std::vector<std::string_view> messages;
  if (!bytes.starts_with("From ")) return {bytes};
  const auto next_line = [&](std::size_t at) { return std::min(bytes.find('\n', at), bytes.size() - 1) + 1; };
  std::size_t begin = next_line(0);
  for (std::size_t at = bytes.find("\nFrom ", begin - 1); at != std::string_view::npos; at = bytes.find("\nFrom ", at + 1)) {
    // An empty line before it and a header after it; a sentence may begin with "From " too.
    const bool after_blank = at + 1 == begin || bytes[at - 1] == '\n' || (at >= 2 && bytes.substr(at - 2, 2) == "\n\r");
    const std::size_t header = next_line(at + 1);
    if (!after_blank || !is_header_line(bytes.substr(header, bytes.find('\n', header) - header))) continue;
    messages.push_back(bytes.substr(begin, at + 1 - begin));
    begin = header;
  }
  messages.push_back(bytes.substr(begin));
  return messages;
}

std::string unquote_from_lines(std::string_view message) {
  std::string out;
  out.reserve(message.size());
  while (!message.empty()) {
    const std::size_t end = std::min(message.find('\n'), message.size() - 1) + 1;
    std::string_view line = message.substr(0, end);
    message.remove_prefix(end);
    const std::size_t quotes = line.find_first_not_of('>');
    if (quotes != 0 && quotes != std::string_view::npos && line.substr(quotes).starts_with("From ")) line.remove_prefix(1);
    out += line;
  }
  return out;
}

}  // namespace rag
