#include "ingest/parser.h"

#include <algorithm>
#include <map>

#include "ingest/archive_reader.h"
#include "ingest/format.h"
#include "ingest/format_list.h"
#include "ingest/speech/speech_reader.h"

namespace rag {
namespace {

constexpr std::string_view kNoReaderFor = "no reader for ", kYet = " yet";

const std::vector<std::unique_ptr<Format>>& formats() {
  static const std::vector<std::unique_ptr<Format>> all = [] {
    std::vector<std::unique_ptr<Format>> made;
    made.push_back(make_calendar_format());
    made.push_back(make_contacts_format());
    made.push_back(make_delimited_format());
    made.push_back(make_doc_format());
    made.push_back(make_docx_format());
    made.push_back(make_epub_format());
    made.push_back(make_html_format());
    made.push_back(make_hwp_format());
    made.push_back(make_hwpx_format());
    made.push_back(make_image_format());
    made.push_back(make_json_format());
    made.push_back(make_mail_format());
    made.push_back(make_markdown_format());
    made.push_back(make_light_markup_format());
    made.push_back(make_mhtml_format());
    made.push_back(make_msg_format());
    made.push_back(make_notebook_format());
    made.push_back(make_odp_format());
    made.push_back(make_ods_format());
    made.push_back(make_odt_format());
    made.push_back(make_pdf_format());
    made.push_back(make_ppt_format());
    made.push_back(make_pptx_format());
    made.push_back(make_rtf_format());
    made.push_back(make_source_code_format());
    made.push_back(make_spreadsheetml_format());
    made.push_back(make_subtitles_format());
    made.push_back(make_svg_format());
    made.push_back(make_plain_text_format());
    made.push_back(make_xls_format());
    made.push_back(make_xlsx_format());
    made.push_back(make_xml_format());
    return made;
  }();
  return all;
}

}  // namespace

const Format* find_format(const std::string& media_type) {
  static const std::map<std::string, const Format*> by_type = [] {
    std::map<std::string, const Format*> map;
    for (const auto& format : formats())
      for (const std::string& type : format->media_types()) map[type] = format.get();
    return map;
  }();
  const auto found = by_type.find(media_type);
  return found == by_type.end() ? nullptr : found->second;
}

const Parser* find_parser(const std::string& media_type) { return find_format(media_type); }

std::vector<const Parser*> all_parsers() {
  std::vector<const Parser*> all;
  for (const auto& format : formats()) all.push_back(format.get());
  return all;
}

std::string no_parser_reason(const std::string& media_type) {
  if (media_type == "application/octet-stream") return "binary data, not text";
  if (is_recording(media_type)) return not_by_itself();
  const std::string advice = advice_for_unread(media_type);
  return std::string(kNoReaderFor) + media_type + std::string(kYet) + (advice.empty() ? "" : "; " + advice);
}

bool has_parser_now(const std::string& reason, bool listens) {
  if (reason.ends_with("(scanned, perhaps)") || can_listen_now(reason, listens)) return true;  // the former: said before there was text recognition
  const std::size_t at = reason.rfind(kNoReaderFor);
  if (at == std::string::npos) return false;
  const std::size_t type = at + kNoReaderFor.size();
  const std::size_t end = reason.find(' ', type);
  if (end == std::string::npos) return false;
  const std::string_view rest = std::string_view(reason).substr(end);
  if (rest != kYet && !rest.starts_with(std::string(kYet) + "; ")) return false;
  const std::string media_type = reason.substr(type, end - type);
  return find_parser(media_type) || is_archive(media_type) || is_recording(media_type);  // the last by an older rag: they have reasons of their own now
}

}  // namespace rag
