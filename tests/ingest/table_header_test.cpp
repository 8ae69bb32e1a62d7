// The same table in every format that knows merged cells: two years above two halves each, a column of departments beside them.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "ingest/chunker.h"
#include "ingest/table_grid.h"
#include "support.h"

namespace rag {
namespace {

using test::make_docx;
using test::make_zip;
using test::only_document;

constexpr int kRows = 60;
const std::string kHeader = "부서 | 2023년 |  | 2024년\n| 상반기 | 하반기 | 상반기 | 하반기";

struct Cell {
  std::string text;
  int columns = 1, rows = 1;
};
using Row = std::vector<Cell>;

std::vector<Row> long_table() {
  std::vector<Row> rows{{{"부서", 1, 2}, {"2023년", 2}, {"2024년", 2}}, {{"상반기"}, {"하반기"}, {"상반기"}, {"하반기"}}};
  for (int i = 0; i < kRows; ++i) {
    const std::string number = std::to_string(i);
    rows.push_back({{"영업 " + number + "팀"}, {"1" + number}, {"2" + number}, {"3" + number}, {"4" + number}});
  }
  return rows;
}

std::string join(const std::function<std::string(const Row&, std::size_t)>& row) {
  std::string all;
  const std::vector<Row> rows = long_table();
  for (std::size_t i = 0; i < rows.size(); ++i) all += row(rows[i], i);
  return all;
}

std::string number(long value) { return std::to_string(value); }

std::string html(const std::string& tag, bool head = false) {
  return "<html><body><table>" + std::string(head ? "<thead>" : "") + join([&](const Row& row, std::size_t i) {
           const std::string name = i < 2 ? tag : "td";
           std::string cells;
           for (const Cell& cell : row)
             cells += "<" + name + " colspan=" + number(cell.columns) + " rowspan='" + number(cell.rows) + "'>" + cell.text + "</" + name + ">";
           return "<tr>" + cells + "</tr>" + (head && i == 1 ? "</thead>" : "");
         }) + "</table></body></html>";
}

std::string docx(const std::string& header_mark) {
  return make_docx("<w:tbl>" + join([&](const Row& row, std::size_t i) {
                     const auto cell = [](const std::string& properties, const std::string& text) {
                       return "<w:tc><w:tcPr>" + properties + "</w:tcPr><w:p><w:r><w:t>" + text + "</w:t></w:r></w:p></w:tc>";
                     };
                     std::string cells = i == 1 ? cell("<w:vMerge/>", "") : "";
                     for (const Cell& it : row)
                       cells += cell((it.columns > 1 ? "<w:gridSpan w:val='2'/>" : "") + std::string(it.rows > 1 ? "<w:vMerge w:val='restart'/>" : ""), it.text);
                     return "<w:tr><w:trPr>" + (i < 2 ? header_mark : "") + "</w:trPr>" + cells + "</w:tr>";
                   }) + "</w:tbl>");
}

std::string xlsx() {
  const std::string sheet = "<worksheet><sheetData>" + join([](const Row& row, std::size_t i) {
                              std::string cells;
                              int column = i == 1 ? 1 : 0;
                              for (const Cell& cell : row) {
                                const std::string place = " r='" + std::string(1, static_cast<char>('A' + column)) + number(static_cast<long>(i) + 1) + "'";
                                cells += i < 2 || column == 0 ? "<c" + place + " t='inlineStr'><is><t>" + cell.text + "</t></is></c>" : "<c" + place + "><v>" + cell.text + "</v></c>";
                                column += cell.columns;
                              }
                              return "<row>" + cells + "</row>";
                            }) + "</sheetData><mergeCells><mergeCell ref='A1:A2'/><mergeCell ref='B1:C1'/><mergeCell ref='D1:E1'/></mergeCells></worksheet>";
  return make_zip({{"[Content_Types].xml", "<Types/>"},
                   {"xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>"},
                   {"xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id='r1' Type='http://x/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"},
                   {"xl/worksheets/sheet1.xml", sheet}});
}

std::string odf(const std::string& kind, const std::string& before, const std::string& after, bool marked) {
  const std::string table = "<table:table table:name='S'>" + std::string(marked ? "<table:table-header-rows>" : "") + join([&](const Row& row, std::size_t i) {
                              std::string cells = i == 1 ? "<table:covered-table-cell/>" : "";
                              for (const Cell& cell : row) {
                                cells += "<table:table-cell table:number-columns-spanned='" + number(cell.columns) + "' table:number-rows-spanned='" + number(cell.rows) +
                                         "'><text:p>" + cell.text + "</text:p></table:table-cell>";
                                for (int covered = 1; covered < cell.columns; ++covered) cells += "<table:covered-table-cell/>";
                              }
                              return "<table:table-row>" + cells + "</table:table-row>" + (marked && i == 1 ? "</table:table-header-rows>" : "");
                            }) + "</table:table>";
  return make_zip({{"mimetype", "application/vnd.oasis.opendocument." + kind},
                   {"content.xml", "<office:document-content><office:body><office:" + kind + ">" + before + table + after + "</office:" + kind + "></office:body></office:document-content>"}});
}

std::string hwpx() {
  const std::string rows = join([](const Row& row, std::size_t i) {
    std::string cells;
    int column = i == 1 ? 1 : 0;
    for (const Cell& cell : row) {
      cells += "<hp:tc><hp:subList><hp:p><hp:run><hp:t>" + cell.text + "</hp:t></hp:run></hp:p></hp:subList><hp:cellAddr colAddr='" + number(column) +
               "'/><hp:cellSpan colSpan='" + number(cell.columns) + "' rowSpan='" + number(cell.rows) + "'/></hp:tc>";
      column += cell.columns;
    }
    return "<hp:tr>" + cells + "</hp:tr>";
  });
  return make_zip({{"mimetype", "application/hwp+zip"},
                   {"Contents/content.hpf",
                    "<opf:package xmlns:opf='o'><opf:manifest><opf:item id='s' href='Contents/section0.xml'/></opf:manifest><opf:spine><opf:itemref idref='s'/></opf:spine></opf:package>"},
                   {"Contents/header.xml", "<hh:head xmlns:hh='h'/>"},
                   {"Contents/section0.xml", "<hs:sec xmlns:hs='s' xmlns:hp='p'><hp:p><hp:run><hp:tbl>" + rows + "</hp:tbl></hp:run></hp:p></hs:sec>"}});
}

std::string pptx() {
  const std::string rows = join([](const Row& row, std::size_t i) {
    const auto cell = [](const std::string& attributes, const std::string& text) {
      return "<a:tc " + attributes + "><a:txBody><a:p><a:r><a:t>" + text + "</a:t></a:r></a:p></a:txBody></a:tc>";
    };
    std::string cells = i == 1 ? cell("vMerge='1'", "") : "";
    for (const Cell& it : row) {
      cells += cell("gridSpan='" + number(it.columns) + "' rowSpan='" + number(it.rows) + "'", it.text);
      if (it.columns > 1) cells += cell("hMerge='1'", "");
    }
    return "<a:tr>" + cells + "</a:tr>";
  });
  return make_zip({{"[Content_Types].xml", "<Types/>"},
                   {"ppt/presentation.xml", "<p:presentation><p:sldIdLst><p:sldId id='1' r:id='r1'/></p:sldIdLst></p:presentation>"},
                   {"ppt/_rels/presentation.xml.rels", "<Relationships><Relationship Id='r1' Type='http://x/slide' Target='slides/slide1.xml'/></Relationships>"},
                   {"ppt/slides/slide1.xml", "<p:sld><p:cSld><p:spTree><p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow='1'/>" + rows +
                                                 "</a:tbl></a:graphicData></a:graphic></p:graphicFrame></p:spTree></p:cSld></p:sld>"}});
}

struct File {
  const char* name;
  std::string bytes;
};

TEST(TableHeader, OfTwoLevelsStandsBeforeEachPartOfALongTableInEveryFormat) {
  for (const File& file : {File{"th.html", html("th")}, File{"thead.html", html("td", true)}, File{"td.html", html("td")}, File{"plain.docx", docx("")},
                           File{"marked.docx", docx("<w:tblHeader/>")}, File{"a.xlsx", xlsx()}, File{"a.odt", odf("text", "", "", false)}, File{"marked.odt", odf("text", "", "", true)},
                           File{"a.ods", odf("spreadsheet", "", "", false)}, File{"a.hwpx", hwpx()}, File{"a.pptx", pptx()}}) {
    SCOPED_TRACE(file.name);
    const Document document = only_document(parse_bytes(file.bytes, file.name));
    ASSERT_EQ(document.tables.size(), 1U);
    const Span header = document.tables[0].header;
    EXPECT_EQ(document.text.substr(header.begin, header.size()), kHeader);
    const auto words = [](std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1; };
    const std::vector<Chunk> chunks = make_structure_chunker({80, 0}, words)->split(document);
    ASSERT_GT(chunks.size(), 5U);
    EXPECT_NE(chunks[0].text.find(kHeader), std::string::npos) << "the header is never parted from the first rows";
    for (std::size_t i = 1; i < chunks.size(); ++i) {
      EXPECT_EQ(chunks[i].table_header, kHeader) << chunks[i].text;
      EXPECT_EQ(chunks[i].text.find("영업"), 0U) << "a row is never cut";
    }
  }
}

TEST(TableHeader, LeavesItsUpperLevelBehindWhereAllOfItIsLongerThanAChunk) {
  std::string long_name;
  for (int i = 0; i < 30; ++i) long_name += "long ";
  std::string rows;
  for (int i = 0; i < 20; ++i) rows += "<tr><td>a</td><td>" + number(i) + "</td></tr>";
  const Document document = only_document(parse_bytes("<table><thead><tr><td>" + long_name + "</td><td>x</td></tr><tr><td>name</td><td>days</td></tr></thead>" + rows + "</table>", "a.html"));
  const auto words = [](std::string_view text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1; };
  EXPECT_EQ(make_structure_chunker({20, 0}, words)->split(document).back().table_header, "name | days");
}

TEST(TableHeader, LeavesColumnsUnderOneAnotherBesideCellsThatSpan) {
  const Document document = only_document(parse_bytes("<table><tr><th>구분</th><th>항목</th><th>금액</th></tr><tr><td rowspan=2>여비</td><td>항공</td><td>10</td></tr>"
                                                      "<tr><td>숙박</td><td>20</td></tr><tr><td colspan=2>합계</td><td>30</td></tr></table>", "a.html"));
  EXPECT_EQ(document.text, "구분 | 항목 | 금액\n여비 | 항공 | 10\n| 숙박 | 20\n합계 |  | 30");
}

TEST(TableHeader, IsNoTitleAcrossTheTable) {
  const Document document = only_document(
      parse_bytes("<table><tr><th colspan=2>오리</th></tr><tr><th>계</th><td>동물</td></tr><tr><th>문</th><td>척삭동물</td></tr></table>", "a.html"));
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_TRUE(document.tables[0].header.empty());
}

TEST(TableHeader, EndsAboveTheFirstRowOfValues) {
  TableGrid grid;
  grid.add(0, 0, "부서");
  grid.add(0, 1, "2024년", 2);
  grid.add(1, 0, "영업");
  grid.add(1, 1, "10");
  grid.add(1, 2, "20");
  grid.add(2, 0, "총무");
  EXPECT_EQ(grid.header_rows(1), 1U);
  EXPECT_EQ(grid.header_rows(0), 0U) << "nothing says that the first row is one";
}

TEST(TableHeader, CostsNoMoreThanItsCellsWhateverTheyClaimToSpan) {
  std::string rows;
  for (int i = 0; i < 3000; ++i) rows += "<tr><td colspan=1000 rowspan=65534>x</td><td colspan=99999999999>y</td></tr>";
  EXPECT_LT(only_document(parse_bytes("<table>" + rows + "</table>", "a.html")).text.size(), 200000U);
}

}  // namespace
}  // namespace rag
