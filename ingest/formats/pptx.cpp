// PowerPoint presentations: a slide a page, in the order of the presentation's own list.  Headers, footers, slide numbers and
// what the masters say are on every slide and part of none; comments are left out.
#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/drawing_text.h"
#include "ingest/format.h"
#include "ingest/ooxml_package.h"
#include "ingest/slide.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of groups in groups
constexpr std::size_t kMaxWarnings = 10;

bool is_wanted(std::string_view part) {
  const auto below = [&](std::string_view folder) { return part.find(folder) != std::string_view::npos; };
  return !below("/slidelayouts/") && !below("/slidemasters/") && !below("/theme/") && !below("customxml/") && !below("/notesmasters/");
}

// A shape's placeholder: "title", "body" ...; "obj" where its type is not named, "" where it is none.
std::string placeholder_of(const pugi::xml_node& shape) {
  for (const pugi::xml_node& part : shape.children()) {
    if (!std::string_view(xml::local(part.name())).starts_with("nv")) continue;
    const pugi::xml_node placeholder = xml::child(xml::child(part, "nvPr"), "ph");
    if (!placeholder) return "";
    const std::string type = xml::attribute(placeholder, "type");
    return type.empty() ? "obj" : type;
  }
  return "";
}

bool is_title(const std::string& placeholder) { return placeholder == "title" || placeholder == "ctrTitle"; }
bool is_furniture(const std::string& placeholder) {
  return placeholder == "sldNum" || placeholder == "dt" || placeholder == "ftr" || placeholder == "hdr" || placeholder == "sldImg";
}

class SlideReader {
 public:
  // Each part is read once, whoever else refers to it: a file that names one chart a million times is an attack.
  SlideReader(const OoxmlPackage& package, const std::string& part, std::set<std::string>& seen)
      : package_(package), relationships_(package.relationships(part)), seen_(seen) {
    pugi::xml_document document;
    package.load(document, part);
    const pugi::xml_node slide = document.document_element();
    const std::string show = xml::attribute(slide, "show");
    slide_.is_hidden = show == "0" || show == "false";
    shapes(xml::child(xml::child(slide, "cSld"), "spTree"), 0);
    for (const auto& [id, relationship] : relationships_)
      if (relationship.type == "notesSlide" && seen_.insert(relationship.target).second) notes(relationship.target);
  }

  Slide take() { return std::move(slide_); }

 private:
  void shapes(const pugi::xml_node& tree, int depth) {
    if (depth > kMaxDepth) return;
    for (const pugi::xml_node& node : tree.children()) {
      const std::string_view name = xml::local(node.name());
      if (name == "sp" || name == "cxnSp")
        shape(node);
      else if (name == "pic")
        picture(node);
      else if (name == "grpSp")
        shapes(node, depth + 1);
      else if (name == "graphicFrame")
        frame(xml::child(xml::child(node, "graphic"), "graphicData"));
      else if (name == "AlternateContent")
        shapes(xml::child(node, "Choice") ? xml::child(node, "Choice") : xml::child(node, "Fallback"), depth + 1);
    }
  }

  void shape(const pugi::xml_node& node) {
    const std::string placeholder = placeholder_of(node);
    if (is_furniture(placeholder)) return;
    std::vector<SlideBlock> blocks = drawing::text_blocks(xml::child(node, "txBody"), placeholder == "body" || placeholder == "obj");
    if (is_title(placeholder) && slide_.title.empty()) {
      for (const SlideBlock& block : blocks) slide_.title += (slide_.title.empty() ? "" : " ") + block.text;
    } else {
      add(std::move(blocks));
    }
  }

  // What its author says is to be seen there; on many a slide the only words.
  void picture(const pugi::xml_node& node) {
    const std::string text = picture_words(xml::attribute(xml::child(xml::child(node, "nvPicPr"), "cNvPr"), "descr"));
    if (!text.empty()) add({{.text = text}});
  }

  void frame(const pugi::xml_node& data) {
    for (const pugi::xml_node& content : data.children()) {
      pugi::xml_document document;
      if (xml::is(content, "tbl"))
        add({drawing::table_block(content)});
      else if (xml::is(content, "relIds") && load(document, relationship_id(content, "dm")))
        add(drawing::diagram_blocks(document.document_element()));
      else if (xml::is(content, "chart") && load(document, relationship_id(content)))
        add(drawing::chart_blocks(document.document_element()));
    }
  }

  bool load(pugi::xml_document& document, const std::string& id) {
    const auto found = relationships_.find(id);
    if (found == relationships_.end() || !seen_.insert(found->second.target).second) return false;
    const std::string* text = package_.find(found->second.target);
    return text && xml::load(document, *text, pugi::parse_default | pugi::parse_ws_pcdata_single);
  }

  void notes(const std::string& part) {
    pugi::xml_document document;
    package_.load(document, part);
    for (const pugi::xml_node& node : xml::child(xml::child(document.document_element(), "cSld"), "spTree").children()) {
      if (!xml::is(node, "sp") || is_furniture(placeholder_of(node))) continue;
      for (const SlideBlock& block : drawing::text_blocks(xml::child(node, "txBody"), false)) slide_.notes.push_back(block.text);
    }
  }

  void add(std::vector<SlideBlock> blocks) { std::move(blocks.begin(), blocks.end(), std::back_inserter(slide_.blocks)); }

  const OoxmlPackage& package_;
  const std::map<std::string, Relationship> relationships_;
  std::set<std::string>& seen_;
  Slide slide_;
};

class Pptx final : public Format {
 public:
  std::string name() const override { return "pptx"; }
  std::vector<std::string> media_types() const override {
    return {"application/vnd.openxmlformats-officedocument.presentationml.presentation"};
  }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    const OoxmlPackage package(bytes, "PPTX", is_wanted);
    const std::string main = package.main_part("ppt/presentation.xml");
    pugi::xml_document presentation;
    package.load(presentation, main);
    DocumentBuilder builder;
    builder.title_from_headings = false;
    if (const std::string* core = package.find("docprops/core.xml")) read_core_properties(*core, builder);
    if (is_placeholder_title(builder.title)) builder.title.clear();

    int number = 0;
    std::size_t lost = 0;
    std::set<std::string> seen{main};
    const auto relationships = package.relationships(main);
    for (const pugi::xml_node& entry : xml::child(presentation.document_element(), "sldIdLst").children()) {
      if (!xml::is(entry, "sldId")) continue;
      ++number;
      const auto found = relationships.find(relationship_id(entry));
      if (found != relationships.end() && !seen.insert(found->second.target).second) continue;
      try {
        if (found == relationships.end()) throw Error(ErrorKind::Ingest, "the file has no part for it");
        add_slide(builder, number, SlideReader(package, found->second.target, seen).take());
      } catch (const Error& e) {
        if (++lost <= kMaxWarnings) warnings.push_back("slide " + std::to_string(number) + " is left out: " + e.what());
      }
    }
    if (lost > kMaxWarnings) warnings.push_back(std::to_string(lost) + " slides in all are left out");
    return builder.finish(lost > 0 ? warnings.front() : number == 0 ? "a presentation without slides" : "a presentation without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_pptx_format() { return std::make_unique<Pptx>(); }

}  // namespace rag
