#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.h"
#include "ingest/parser.h"
#include "ingest/sandbox.h"

namespace rag {

// A parser that can also say what it read with loss.  Every parser of this room is one; parse_bytes() asks for the warnings.
class Format : public Parser {
 public:
  virtual Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const = 0;

  // The same, for formats that want to know which of their media types it is, whose reading has settings, or may take long; the others know no
  // limits but those of the process.
  virtual Document read_within(std::string_view bytes, const std::string& uri, const std::string& /*media_type*/, const ParseLimits&,
                               std::vector<std::string>& warnings) const {
    return read(bytes, uri, warnings);
  }

  Document parse(std::string_view bytes, const std::string& uri) const final {
    std::vector<std::string> unheard;
    return read(bytes, uri, unheard);
  }
};

const Format* find_format(const std::string& media_type);

// One per file of ingest/formats/.
std::unique_ptr<Format> make_plain_text_format();
std::unique_ptr<Format> make_source_code_format();
std::unique_ptr<Format> make_markdown_format();
std::unique_ptr<Format> make_html_format();
std::unique_ptr<Format> make_calendar_format();
std::unique_ptr<Format> make_contacts_format();
std::unique_ptr<Format> make_delimited_format();
std::unique_ptr<Format> make_image_format();
std::unique_ptr<Format> make_json_format();
std::unique_ptr<Format> make_light_markup_format();
std::unique_ptr<Format> make_mail_format();
std::unique_ptr<Format> make_mhtml_format();
std::unique_ptr<Format> make_notebook_format();
std::unique_ptr<Format> make_pdf_format();
std::unique_ptr<Format> make_docx_format();
std::unique_ptr<Format> make_pptx_format();
std::unique_ptr<Format> make_xlsx_format();
std::unique_ptr<Format> make_epub_format();
std::unique_ptr<Format> make_odt_format();
std::unique_ptr<Format> make_ods_format();
std::unique_ptr<Format> make_odp_format();
std::unique_ptr<Format> make_hwpx_format();
std::unique_ptr<Format> make_hwp_format();
std::unique_ptr<Format> make_msg_format();
std::unique_ptr<Format> make_doc_format();
std::unique_ptr<Format> make_xls_format();
std::unique_ptr<Format> make_ppt_format();
std::unique_ptr<Format> make_rtf_format();
std::unique_ptr<Format> make_spreadsheetml_format();
std::unique_ptr<Format> make_subtitles_format();
std::unique_ptr<Format> make_svg_format();
std::unique_ptr<Format> make_xml_format();

}  // namespace rag
