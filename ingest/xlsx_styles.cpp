#include "ingest/xlsx_styles.h"

#include <cstdlib>
#include <map>

#include "ingest/ooxml_package.h"
#include "ingest/xml_stream.h"

namespace rag {
namespace {

class SharedStringsListener final : public XmlListener {
 public:
  SharedStringsListener(std::string& pool, std::vector<std::size_t>& ends) : pool_(pool), ends_(ends) {}

  void on_start(std::string_view name, const XmlAttributes&) override {
    if (name == "rPh") ++phonetic_;
    in_text_ = name == "t" && phonetic_ == 0;
  }
  void on_text(std::string_view text) override {
    if (in_text_) current_ += text;
  }
  void on_end(std::string_view name) override {
    in_text_ = false;
    if (name == "rPh") --phonetic_;
    if (name != "si") return;
    pool_ += undo_escapes(current_);
    ends_.push_back(pool_.size());
    current_.clear();
  }

 private:
  std::string& pool_;
  std::vector<std::size_t>& ends_;
  std::string current_;
  int phonetic_ = 0;
  bool in_text_ = false;
};

}  // namespace

XlsxStyles::XlsxStyles(const std::string& xml) {
  pugi::xml_document document;
  xml::load(document, xml);
  const pugi::xml_node styles = document.document_element();
  std::map<int, std::string> codes;
  for (const pugi::xml_node& node : xml::child(styles, "numFmts").children())
    codes[std::atoi(xml::attribute(node, "numFmtId").c_str())] = xml::attribute(node, "formatCode");
  std::map<int, std::size_t> index_of;
  for (const pugi::xml_node& node : xml::child(styles, "cellXfs").children()) {
    if (!xml::is(node, "xf")) continue;
    const int id = std::atoi(xml::attribute(node, "numFmtId").c_str());
    const auto [known, is_new] = index_of.try_emplace(id, formats_.size());
    if (is_new) {
      const auto custom = codes.find(id);
      formats_.emplace_back(custom == codes.end() ? std::string(NumberFormat::built_in(id)) : custom->second);
    }
    format_of_cell_.push_back(known->second);
  }
}

const NumberFormat& XlsxStyles::format_of(std::size_t style) const {
  static const NumberFormat kGeneral;
  return style < format_of_cell_.size() ? formats_[format_of_cell_[style]] : kGeneral;
}

SharedStrings::SharedStrings(const std::string& xml) {
  if (xml.empty()) return;
  SharedStringsListener listener(pool_, ends_);
  stream_xml(xml, "damaged XLSX: xl/sharedStrings.xml", listener);
}

std::string_view SharedStrings::at(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(pool_).substr(begin, ends_[index] - begin);
}

}  // namespace rag
