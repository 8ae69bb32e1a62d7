#include "ingest/contained_files.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "core/member_uri.h"
#include "ingest/mail_attachments.h"
#include "ingest/media_type.h"
#include "ingest/member_names.h"
#include "ingest/parser.h"
#include "ingest/speech/speech_reader.h"
#include "ingest/split_archive.h"

namespace rag {
namespace {

constexpr const char* kNoFile = "no file in it";

// Archives and mails a file lies in.
struct Depth {
  int archives = 0;
  int mails = 0;
};

class Reader {
 public:
  Reader(std::string outer, const ParseLimits& limits, const ContainerLimits& container_limits, MemberWatch* watch, MembersRead before)
      : outer_(std::move(outer)), limits_(limits), container_limits_(container_limits), watch_(watch), before_(std::move(before)),
        after_(before_.last), text_bytes_(before_.text_bytes) {}

  ParseOutcome run(std::string_view bytes) {
    read(bytes, outer_, {}, {});
    if (!after_.empty()) warn(outer_, "the rest of it is not read: " + after_ + " was not found again");
    return std::move(outcome_);
  }

 private:
  class ArchiveVisitor;

  // `mail`: the metadata of the mail it was attached to.
  void read(std::string_view bytes, const std::string& uri, const Depth& depth, const Metadata& mail) {
    std::string type;
    const std::string trouble = failure_of(limits_, [&] {
      if (!bytes.empty() && bytes.size() <= limits_.max_file_bytes) type = detect_media_type(bytes, uri);
    });
    if (!trouble.empty()) return skip(uri, trouble);
    if (is_archive(type)) return open_archive(bytes, uri, type, depth);
    if (type == "application/octet-stream" && is_named_as_part(uri)) return skip(uri, kPartOfSeveral);
    if (watch_ && uri != outer_ && is_recording(type) && watch_->take({uri, type, mail, bytes.size()}, bytes)) return;
    ParseOutcome alone = parse_alone(bytes, uri, type, limits_);
    for (Document& document : alone.documents) inherit_mail_metadata(mail, document.metadata);
    const Metadata own = alone.documents.empty() ? Metadata() : alone.documents[0].metadata;
    if (!is_open_again(uri)) add(std::move(alone), uri);
    if (is_mail(type)) open_mail(bytes, uri, type, depth, own);
  }

  void add(ParseOutcome alone, const std::string& uri) {
    for (Document& document : alone.documents) {
      if (uri != outer_) document.id.clear();  // a corpus names its lines for itself alone; here the uri does
      text_bytes_ += document.text.size();
      if (text_bytes_ > container_limits_.max_text_bytes) return skip(uri, too_much_text());
      outcome_.documents.push_back(std::move(document));
    }
    if (uri == outer_) {
      outcome_.skipped = std::move(alone.skipped);
      outcome_.warnings = std::move(alone.warnings);
    } else if (!alone.skipped.empty() || !alone.warnings.empty()) {
      outcome_.members.push_back({uri, std::move(alone.skipped), std::move(alone.warnings)});
    }
  }

  void skip(const std::string& uri, const std::string& reason) {
    if (uri == outer_) outcome_.skipped = reason;
    else outcome_.members.push_back({uri, reason, {}});
  }

  void warn(const std::string& uri, const std::string& warning) {
    if (uri == outer_) outcome_.warnings.push_back(warning);
    else outcome_.members.push_back({uri, "", {warning}});
  }

  // Where the reading goes on behind the place the warning is about it was given before.
  void warn_unless_read(const std::string& uri, const std::string& warning) {
    if (after_.empty()) warn(uri, warning);
  }

  void open_archive(std::string_view bytes, const std::string& uri, const std::string& type, Depth depth);
  void open_mail(std::string_view bytes, const std::string& uri, const std::string& type, Depth depth, const Metadata& own);

  // True where the member may be counted in; where not, `uri` has got its warning.
  bool has_room(const std::string& container) {
    const bool many = members_ >= container_limits_.max_members;
    if (!many && text_bytes_ <= container_limits_.max_text_bytes) return true;
    warn(container, many ? "more than " + std::to_string(container_limits_.max_members) + " files in it; the others are left out"
                         : "the rest is left out: " + too_much_text());
    return false;
  }

  // False where the member was read before.
  bool begin(const std::string& uri) {
    ++members_;
    if (!after_.empty()) {
      if (is_open_again(uri)) return true;
      if (uri == after_) after_.clear();
      return false;
    }
    // What a TAR unpacks on the way to where it goes on counts once.
    unpacked_ = std::max(unpacked_, before_.unpacked);
    if (watch_) watch_->before(uri, outcome_, {uri, unpacked_, text_bytes_});
    return true;
  }

  void refuse_second(const std::string& uri) {
    if (after_.empty()) skip(uri, "another file in it has this name too; the first one is read");
  }

  // A container within which the reading goes on; its own document was read before.
  bool is_open_again(const std::string& uri) const { return is_within(after_, uri); }

  std::string too_much_text() const {
    return "the documents up to here have more than " + std::to_string(container_limits_.max_text_bytes >> 20) + " MB of text";
  }

  const std::string outer_;
  const ParseLimits& limits_;
  const ContainerLimits& container_limits_;
  MemberWatch* watch_;
  const MembersRead before_;
  std::string after_;
  ParseOutcome outcome_;
  std::size_t members_ = 0;
  std::uint64_t text_bytes_;
  std::uint64_t unpacked_ = 0;
};

// "notes.txt" for "a/notes.txt.gz": what a single compressed file holds.
std::string uncompressed_name(std::string_view uri) {
  std::string_view name = uri.substr(uri.rfind('/') + 1);
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
  return std::string(name);
}

class Reader::ArchiveVisitor final : public MemberVisitor {
 public:
  ArchiveVisitor(Reader& reader, std::string container, MemberNames names, const Depth& depth)
      : reader_(reader), container_(std::move(container)), names_(std::move(names)), depth_(depth) {}

  Wish next(const std::string& stored) override {
    std::string name = stored.empty() ? uncompressed_name(container_) : names_.shown(stored);
    if (is_hidden_member(name)) return Wish::PassOver;
    if (name.empty()) name = "unnamed";
    if (!reader_.has_room(container_)) return Wish::Stop;
    any_ = true;
    uri_ = member_uri(container_, name);
    if (!seen_.insert(name).second) {
      reader_.refuse_second(uri_);
      return Wish::PassOver;
    }
    return reader_.begin(uri_) ? Wish::Unpack : Wish::PassOver;
  }
  void unpacked(std::string bytes) override { reader_.read(bytes, uri_, depth_, {}); }
  void cannot_unpack(const std::string& reason) override { reader_.skip(uri_, reason); }
  void lost(const std::string& what) override { reader_.warn_unless_read(container_, what); }

  bool any() const { return any_; }

 private:
  Reader& reader_;
  const std::string container_;
  const MemberNames names_;
  const Depth depth_;
  std::set<std::string> seen_;
  std::string uri_;
  bool any_ = false;
};

void Reader::open_archive(std::string_view bytes, const std::string& uri, const std::string& type, Depth depth) {
  if (depth.archives++ > container_limits_.max_nested_archives) return skip(uri, "an archive too deep within archives: not opened");
  std::string rest;
  bool any = false;
  std::string trouble = failure_of(limits_, [&] {
    const MemberNames names = type == "application/zip" ? MemberNames(list_zip(bytes, container_limits_.max_members)) : MemberNames();
    ArchiveVisitor visitor(*this, uri, names, depth);
    try {
      rest = visit_members(bytes, type, visitor, unpacked_, container_limits_.unpack, limits_.passwords);
    } catch (...) {
      any = visitor.any();
      throw;
    }
    any = visitor.any();
  });
  if (!(rest + trouble).empty() && is_named_as_part(uri)) (any ? rest : trouble) = kPartOfSeveral;
  if (!rest.empty() || (!trouble.empty() && any)) return warn(uri, "the rest of it is not read: " + (rest.empty() ? trouble : rest));
  if (!any) skip(uri, trouble.empty() ? kNoFile : trouble);
}

// "report (2).pdf" where the mail has two of them.
std::string unused_name(const std::string& name, std::set<std::string>& used) {
  const std::size_t dot = name.rfind('.');
  const std::size_t stem = dot == std::string::npos || dot == 0 ? name.size() : dot;
  std::string unused = name;
  for (int number = 2; !used.insert(unused).second; ++number) unused = name.substr(0, stem) + " (" + std::to_string(number) + ")" + name.substr(stem);
  return unused;
}

void Reader::open_mail(std::string_view bytes, const std::string& uri, const std::string& type, Depth depth, const Metadata& own) {
  std::vector<Attachment> attachments;
  const std::string trouble = failure_of(limits_, [&] { attachments = attachments_of(bytes, type); });
  if (!trouble.empty() || attachments.empty()) return;  // a mail that cannot be read has said so itself
  if (depth.mails++ > container_limits_.max_nested_mails)
    return warn(uri, "its attachments are not opened: a mail too deep within mails (" + std::to_string(attachments.size()) + ")");
  const MemberNames names;
  std::set<std::string> used;
  std::size_t number = 0;
  for (Attachment& attachment : attachments) {
    if (!has_room(uri)) return;
    std::string name = names.shown(attachment.name);
    if (name.empty()) name = name_for_unnamed(attachment, ++number);
    if (attachment.message > 0) name = "message " + std::to_string(attachment.message) + "/" + name;
    const std::string member = member_uri(uri, unused_name(name, used));
    if (begin(member)) read(attachment.bytes, member, depth, attachment.message > 0 ? Metadata() : own);
    attachment.bytes = {};
  }
}

}  // namespace

ParseOutcome parse_with_members(std::string_view bytes, const std::string& uri, const ParseLimits& limits,
                                const ContainerLimits& container_limits, MemberWatch* watch, const MembersRead& read) {
  return Reader(uri, limits, container_limits, watch, read).run(bytes);
}

void conclude(ParseOutcome& outcome, const std::string& uri) {
  if (!outcome.documents.empty()) {
    // A mail without a word in it, but with attachments.
    if (!outcome.skipped.empty())
      outcome.warnings.insert(outcome.warnings.begin(), "only what is attached is read: " + std::exchange(outcome.skipped, ""));
    return;
  }
  if (!outcome.skipped.empty()) return;
  const auto is_skipped = [](const MemberOutcome& member) { return !member.skipped.empty(); };
  const auto first = std::find_if(outcome.members.begin(), outcome.members.end(), is_skipped);
  if (first == outcome.members.end()) {
    outcome.skipped = outcome.warnings.empty() ? kNoFile : outcome.warnings.front();
    return;
  }
  const auto count = std::count_if(outcome.members.begin(), outcome.members.end(), is_skipped);
  const std::string beginning =
      count == 1 ? "its only file cannot be read: " : "none of its " + std::to_string(count) + " files can be read; the first, ";
  outcome.skipped = beginning + name_within(first->uri, uri) + ": " + first->skipped;
}

}  // namespace rag
