// A format that is a zip of XML: the input is the member RAG_FUZZ_MEMBER of an otherwise sound file, because nothing made up by chance
// is a zip.
#include <archive.h>
#include <archive_entry.h>

#include <string>

#include "fuzz.h"
#include "ingest/format.h"

namespace {

void add(archive* zip, const std::string& name, std::string_view content) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_write_header(zip, entry);
  archive_write_data(zip, content.data(), content.size());
  archive_entry_free(entry);
}

la_ssize_t append(archive*, void* target, const void* data, std::size_t size) {
  static_cast<std::string*>(target)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

constexpr std::string_view kWorkbook = R"(<workbook><sheets><sheet name="A" r:id="r1" xmlns:r="r"/></sheets></workbook>)";
constexpr std::string_view kRelationships =
    R"(<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>)";

}  // namespace

FUZZ(bytes) {
  static const rag::Format& format = *rag::find_format(RAG_FUZZ_TYPE);
  std::string file;
  archive* zip = archive_write_new();
  archive_write_set_format_zip(zip);
  archive_write_zip_set_compression_store(zip);
  archive_write_open(zip, &file, nullptr, &append, nullptr);
  const std::pair<std::string, std::string_view> others[] = {
      {"word/document.xml", R"(<w:document xmlns:w="w"><w:body><w:p><w:r><w:drawing><c:chart xmlns:c="c" r:id="r1"/><d:relIds xmlns:d="d" r:dm="r2"/></w:drawing></w:r></w:p><w:p><w:pPr><w:pStyle w:val="a"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>words</w:t><w:footnoteReference w:id="1"/></w:r></w:p></w:body></w:document>)"},
      {"word/_rels/document.xml.rels", R"(<Relationships><Relationship Id="r1" Type="x/chart" Target="charts/chart1.xml"/><Relationship Id="r2" Type="x/diagramData" Target="diagrams/data1.xml"/></Relationships>)"},
      {"xl/workbook.xml", kWorkbook},
      {"xl/worksheets/_rels/sheet1.xml.rels", R"(<Relationships><Relationship Id="r1" Type="x/drawing" Target="../drawings/drawing1.xml"/></Relationships>)"},
      {"xl/drawings/drawing1.xml", "<d/>"},
      {"xl/drawings/_rels/drawing1.xml.rels", R"(<Relationships><Relationship Id="r1" Type="x/chart" Target="../charts/chart1.xml"/></Relationships>)"},
      {"xl/_rels/workbook.xml.rels", kRelationships},
      {"xl/worksheets/sheet1.xml", R"(<worksheet><sheetData><row><c s="0"><v>45000.5</v></c><c t="s"><v>0</v></c></row></sheetData></worksheet>)"},
      {"ppt/presentation.xml", R"(<p:presentation xmlns:r="r"><p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst></p:presentation>)"},
      {"ppt/_rels/presentation.xml.rels", R"(<Relationships><Relationship Id="r1" Type="x/slide" Target="slides/slide1.xml"/></Relationships>)"},
      {"Contents/content.hpf", "<package/>"},
      {"Contents/header.xml", "<hh:head/>"},
      {"Contents/section0.xml", R"(<hs:sec><hp:p paraPrIDRef="1" styleIDRef="1"><hp:run><hp:secPr outlineShapeIDRef="1"/><hp:t>words</hp:t></hp:run></hp:p><hp:p paraPrIDRef="2"><hp:run><hp:t>more</hp:t></hp:run></hp:p></hs:sec>)"},
      {"content.xml", R"(<office:document-content><office:body><office:text><text:p>words<draw:object xlink:href="./Object 1"/></text:p></office:text></office:body></office:document-content>)"},
      {"META-INF/container.xml", R"(<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>)"},
      {"a.opf", R"(<package><metadata/><manifest><item id="a" href="a.xhtml"/><item id="n" href="n.ncx"/></manifest><spine toc="n"><itemref idref="a"/></spine></package>)"},
      {"a.xhtml", "<html><body><p>words</p></body></html>"},
  };
  add(zip, RAG_FUZZ_MEMBER, bytes);
  for (const auto& [name, content] : others)
    if (name != RAG_FUZZ_MEMBER) add(zip, name, content);
  archive_write_close(zip);
  archive_write_free(zip);
  std::vector<std::string> warnings;
  format.read(file, "a", warnings);
}
