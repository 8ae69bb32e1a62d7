#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/hangul_numbering.h"
#include "ingest/parser.h"
#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

using Members = std::vector<std::pair<std::string, std::string>>;

std::string t(const std::string& text) { return "<hp:run><hp:t>" + text + "</hp:t></hp:run>"; }
std::string p(const std::string& runs, const std::string& attributes = "") { return "<hp:p " + attributes + ">" + runs + "</hp:p>"; }
std::string sub_list(const std::string& paragraphs) { return "<hp:subList>" + paragraphs + "</hp:subList>"; }
std::string cell(int column, const std::string& text, const std::string& attributes = "") {
  return "<hp:tc " + attributes + ">" + sub_list(p(t(text))) + "<hp:cellAddr colAddr='" + std::to_string(column) +
         "' rowAddr='0'/></hp:tc>";
}
std::string row(const std::string& cells) { return "<hp:tr>" + cells + "</hp:tr>"; }
std::string table(const std::string& rows) { return "<hp:run><hp:tbl>" + rows + "</hp:tbl></hp:run>"; }

constexpr const char* kSection = "<hs:sec xmlns:hs='s' xmlns:hp='p'>";

std::string package(const std::vector<std::string>& spine, const std::string& metadata = "") {
  std::string manifest, refs;
  for (const std::string& id : spine) {
    manifest += "<opf:item id='" + id + "' href='Contents/" + id + ".xml'/>";
    refs += "<opf:itemref idref='" + id + "'/>";
  }
  return "<opf:package xmlns:opf='o'><opf:metadata>" + metadata + "</opf:metadata><opf:manifest>" + manifest +
         "</opf:manifest><opf:spine>" + refs + "</opf:spine></opf:package>";
}

const std::string kHeader =
    "<hh:head xmlns:hh='h'><hh:refList><hh:paraProperties><hh:paraPr id='0'><hh:heading type='NONE' level='0'/></hh:paraPr>"
    "<hh:paraPr id='1'><hh:heading type='OUTLINE' level='0'/></hh:paraPr><hh:paraPr id='2'><hh:heading type='BULLET' "
    "level='1'/></hh:paraPr>"
    "</hh:paraProperties><hh:styles><hh:style id='5' name='개요 2' engName='Outline 2'/></hh:styles></hh:refList></hh:head>";

std::string make_hwpx(const std::string& paragraphs, const std::string& metadata = "", const Members& more = {}) {
  Members members{{"mimetype", "application/hwp+zip"},
                  {"Contents/content.hpf", package({"section0"}, metadata)},
                  {"Contents/header.xml", kHeader},
                  {"Contents/section0.xml", kSection + paragraphs + "</hs:sec>"}};
  members.insert(members.end(), more.begin(), more.end());
  return test::make_zip(members);
}

std::string text_of(const std::string& paragraphs) { return only_document(parse_bytes(make_hwpx(paragraphs), "a.hwpx")).text; }
std::string reason(const std::string& bytes) { return parse_bytes(bytes, "a.hwpx").skipped; }

TEST(Hwpx, ReadsParagraphsHeadingsBulletsAndProperties) {
  const std::string metadata =
      "<opf:title>출장 규정</opf:title><opf:meta name='creator'>김철수</opf:meta><opf:meta "
      "name='CreatedDate'>2024-01-02T03:04:05Z</opf:meta>";
  const Document document = only_document(
      parse_bytes(make_hwpx(p(t("총칙"), "paraPrIDRef='1'") + p(t("강은 흐른다.")) + p(t("비용"), "paraPrIDRef='0' styleIDRef='5'") +
                                p(t("항공료"), "paraPrIDRef='2'") + p(t("숙박비"), "paraPrIDRef='2'"),
                            metadata),
                  "a.hwpx"));
  EXPECT_EQ(document.text, "총칙\n\n강은 흐른다.\n\n비용\n\n  - 항공료\n  - 숙박비");
  EXPECT_EQ(document.title, "출장 규정");
  EXPECT_EQ(document.language, "ko");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("김철수"));
  EXPECT_THAT(document.metadata.at("created"), ElementsAre("2024-01-02T03:04:05Z"));
  EXPECT_THAT(heading_path_at(document, document.text.find("항공료")), ElementsAre("총칙", "비용"));
}

TEST(Hwpx, NumbersOutlinesAndListsAsTheyAreShown) {
  const auto shape = [](const std::string& id, const std::string& type, const std::string& numbering, const std::string& level) {
    return "<hh:paraPr id='" + id + "'><hh:heading type='" + type + "' idRef='" + numbering + "' level='" + level + "'/></hh:paraPr>";
  };
  const auto head = [](const std::string& level, const std::string& format, const std::string& text, const std::string& first = "1") {
    return "<hh:paraHead level='" + level + "' start='" + first + "' numFormat='" + format + "'>" + text + "</hh:paraHead>";
  };
  const std::string header = "<hh:head xmlns:hh='h'><hh:refList><hh:numberings><hh:numbering id='1'>" + head("1", "DIGIT", "제^1조") + head("2", "HANGUL_SYLLABLE", "^2.") +
                             "</hh:numbering><hh:numbering id='2'>" + head("1", "CIRCLED_DIGIT", "^1", "3") + head("2", "DIGIT", "(^n)") + head("9", "DIGIT", "") + head("99", "DIGIT", "x") +
                             "</hh:numbering></hh:numberings><hh:paraProperties>" + shape("1", "OUTLINE", "0", "0") + shape("2", "OUTLINE", "0", "1") + shape("3", "NUMBER", "2", "0") +
                             shape("4", "NUMBER", "2", "1") + shape("5", "NUMBER", "77", "0") + "</hh:paraProperties></hh:refList></hh:head>";
  const auto paragraph = [](const char* number, const std::string& text) { return p(t(text), std::string("paraPrIDRef='") + number + "'"); };
  const std::string section = p("<hp:run><hp:secPr outlineShapeIDRef='1'/></hp:run>" + t("목적"), "paraPrIDRef='1'") + paragraph("2", "가 항") + paragraph("2", "나 항") + paragraph("1", "정의") +
                              paragraph("2", "다시") + paragraph("3", "셋") + paragraph("4", "하나") + paragraph("4", "") + paragraph("4", "셋째") + paragraph("3", "넷") + paragraph("5", "없음");
  const std::string bytes = test::make_zip({{"mimetype", "application/hwp+zip"}, {"Contents/content.hpf", package({"section0"})}, {"Contents/header.xml", header},
                                            {"Contents/section0.xml", kSection + section + "</hs:sec>"}});
  const Document document = only_document(parse_bytes(bytes, "a.hwpx"));
  EXPECT_EQ(document.text, "제1조 목적\n\n가. 가 항\n\n나. 나 항\n\n제2조 정의\n\n가. 다시\n\n③ 셋\n  (③.1) 하나\n  (③.3) 셋째\n④ 넷\n\n없음");
  EXPECT_THAT(heading_path_at(document, document.text.find("다시")), ElementsAre("제2조 정의", "가. 다시"));
}

TEST(HangulNumbers, AreWrittenInEveryFormat) {
  const auto numbers = [](const char* format) {
    std::string all;
    for (const int number : {1, 4, 10, 12, 40}) all += hangul_number(number, format) + " ";
    return all;
  };
  EXPECT_EQ(numbers("DIGIT"), "1 4 10 12 40 ");
  EXPECT_EQ(numbers("CIRCLED_DIGIT"), "① ④ ⑩ ⑫ 40 ");
  EXPECT_EQ(numbers("ROMAN_CAPITAL"), "I IV X XII XL ");
  EXPECT_EQ(numbers("LATIN_SMALL"), "a d j l 40 ");
  EXPECT_EQ(numbers("CIRCLED_LATIN_CAPITAL"), "Ⓐ Ⓓ Ⓙ Ⓛ 40 ");
  EXPECT_EQ(numbers("HANGUL_SYLLABLE"), "가 라 차 타 40 ");
  EXPECT_EQ(numbers("CIRCLED_HANGUL_SYLLABLE"), "㉮ ㉱ ㉷ ㉹ 40 ");
  EXPECT_EQ(numbers("HANGUL_JAMO"), "ㄱ ㄹ ㅊ ㅌ 40 ");
  EXPECT_EQ(numbers("HANGUL_PHONETIC"), "일 사 십 십이 사십 ");
  EXPECT_EQ(numbers("IDEOGRAPH"), "一 四 十 十二 四十 ");
  EXPECT_EQ(numbers("CIRCLED_IDEOGRAPH"), "㊀ ㊃ ㊉ 12 40 ");
  EXPECT_EQ(numbers("DECAGON_CIRCLE"), "갑 정 계 12 40 ");
  EXPECT_EQ(numbers("whatever"), "1 4 10 12 40 ");
  EXPECT_EQ(hangul_number(0, "HANGUL_SYLLABLE") + hangul_number(-7, "IDEOGRAPH"), "0-7");
}

TEST(Hwpx, TakesALongParagraphAtAnOutlineLevelForText) {
  std::string sentence;
  for (int i = 0; i < 30; ++i) sentence += "규정에 따른다. ";
  EXPECT_THAT(only_document(parse_bytes(make_hwpx(p(t(sentence), "paraPrIDRef='1'")), "a.hwpx")).headings, testing::IsEmpty());
}

TEST(Hwpx, ReadsTheSectionsInTheOrderOfTheSpine) {
  const auto bytes = [](const std::string& hpf) {
    return test::make_zip({{"mimetype", "application/hwp+zip"},
                           {"Contents/content.hpf", hpf},
                           {"Contents/section0.xml", kSection + p(t("둘째")) + "</hs:sec>"},
                           {"Contents/section1.xml", kSection + p(t("첫째")) + "</hs:sec>"},
                           {"Contents/section10.xml", kSection + p(t("셋째")) + "</hs:sec>"}});
  };
  EXPECT_EQ(only_document(parse_bytes(bytes(package({"section1", "section0", "section10"})), "a.hwpx")).text, "첫째\n\n둘째\n\n셋째");
  const ParseOutcome unlisted = parse_bytes(bytes(package({"section1", "section10"})), "a.hwpx");
  EXPECT_EQ(only_document(unlisted).text, "첫째\n\n셋째\n\n둘째");
  EXPECT_THAT(unlisted.warnings, ElementsAre("Contents/section0.xml has no place in Contents/content.hpf; read at the end"));
  const ParseOutcome guessed = parse_bytes(bytes("no xml"), "a.hwpx");
  EXPECT_EQ(only_document(guessed).text, "둘째\n\n첫째\n\n셋째");
  EXPECT_THAT(guessed.warnings, ElementsAre(HasSubstr("read by their numbers")));
}

TEST(Hwpx, WritesARowALineWithTheHeader) {
  const Document document = only_document(parse_bytes(make_hwpx(p(t("앞")) +
                                                                p(table(row(cell(0, "이름") + cell(1, "국어") + cell(3, "영어")) +
                                                                        row(cell(0, "개똥이") + cell(1, "89") + cell(3, "65")))) +
                                                                p(t("뒤"))),
                                                      "a.hwpx"));
  EXPECT_EQ(document.text, "앞\n\n이름 | 국어 | 영어\n개똥이 | 89 | 65\n\n뒤");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "이름 | 국어 | 영어");
}

TEST(Hwpx, KeepsColumnsUnderOneAnotherBesideMergedCells) {
  EXPECT_EQ(text_of(p(table(row(cell(0, "구분") + cell(1, "항목") + cell(2, "금액")) +
                            row(cell(0, "여비") + cell(1, "항공") + cell(2, "10")) + row(cell(1, "숙박") + cell(2, "20"))))),
            "구분 | 항목 | 금액\n여비 | 항공 | 10\n| 숙박 | 20");
}

TEST(Hwpx, ReadsABoxOfOneColumnAsText) {
  const std::string box = "<hp:tc>" + sub_list(p(t("제1장"), "paraPrIDRef='1'") + p(t("본문"))) + "</hp:tc>";
  const Document document = only_document(parse_bytes(make_hwpx(p(table(row(box)))), "a.hwpx"));
  EXPECT_EQ(document.text, "제1장\n\n본문");
  EXPECT_EQ(document.headings.size(), 1U);
}

TEST(Hwpx, ReadsTextBoxesCaptionsAndTablesInCells) {
  const std::string drawing =
      "<hp:run><hp:container><hp:rect><hp:drawText>" + sub_list(p(t("상자"))) + "</hp:drawText></hp:rect></hp:container></hp:run>";
  const std::string picture =
      "<hp:run><hp:pic><hp:caption side='BOTTOM'>" +
      sub_list(p(t("그림 ") + "<hp:run><hp:ctrl><hp:autoNum num='3' numType='PICTURE'/></hp:ctrl></hp:run>" + t(" 지도"))) +
      "</hp:caption><hp:shapeComment>그림입니다.</hp:shapeComment></hp:pic></hp:run>";
  EXPECT_EQ(text_of(p(t("본문") + drawing) + p(picture)), "본문\n\n상자\n\n그림 3 지도");
  const std::string inner = "<hp:tc>" + sub_list(p(table(row(cell(0, "a") + cell(1, "b"))))) + "<hp:cellAddr colAddr='1'/></hp:tc>";
  EXPECT_EQ(text_of(p(table(row(cell(0, "x") + inner)))), "x | a | b");
}

TEST(Hwpx, PutsNotesAtTheEndAndMarksInTheText) {
  const auto note = [](const char* kind, const std::string& text) {
    return std::string("<hp:run><hp:ctrl><hp:") + kind + ">" +
           sub_list(p("<hp:run><hp:ctrl><hp:autoNum num='1' numType='FOOTNOTE'/></hp:ctrl></hp:run>" + t(text))) + "</hp:" + kind +
           "></hp:ctrl></hp:run>";
  };
  EXPECT_EQ(text_of(p(t("본문") + note("footNote", "각주") + t(" 이어서") + note("endNote", "미주") + note("footNote", "둘"))),
            "본문[1] 이어서[e1][2]\n\n[1] 각주\n\n[2] 둘\n\n[e1] 미주");
}

TEST(Hwpx, LeavesOutHeadersMemosAndDeletions) {
  const std::string left_out = "<hp:run><hp:ctrl><hp:header>" + sub_list(p(t("머리말"))) +
                               "</hp:header></hp:ctrl><hp:ctrl><hp:hiddenComment>" + sub_list(p(t("숨은 설명"))) +
                               "</hp:hiddenComment></hp:ctrl><hp:ctrl><hp:fieldBegin type='MEMO'>" + sub_list(p(t("메모"))) +
                               "</hp:fieldBegin></hp:ctrl></hp:run>";
  EXPECT_EQ(text_of(p(left_out + t("열 <hp:deleteBegin/>다섯<hp:deleteEnd/>명<hp:tab/>끝<hp:lineBreak/>줄"))), "열 명\t끝\n줄");
}

TEST(Hwpx, WritesBoxedNumbersAndSealsAsTheyShow) {
  const ParseOutcome outcome = parse_bytes(make_hwpx(p(t("&#xF02B1; 개요 &#xF012B; &#xF0FC; &#xF8000;"))), "a.hwpx");
  EXPECT_THAT(only_document(outcome).text, HasSubstr("① 개요 (인) ✓"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("1 characters are known only to Hangul's own fonts")));
}

TEST(Hwpx, IsKnownByItsContent) {
  EXPECT_EQ(detect_media_type(make_hwpx(""), "letter"), "application/hwp+zip");
  EXPECT_EQ(detect_media_type(test::make_zip({{"Contents/content.hpf", "x"}}), "letter.zip"), "application/hwp+zip");
}

TEST(Hwpx, GivesAReasonForEveryDamage) {
  EXPECT_THAT(reason("not a zip at all"), HasSubstr("not an HWPX file"));
  EXPECT_THAT(reason(test::make_zip({{"mimetype", "application/hwp+zip"}})), HasSubstr("no Contents/section0.xml"));
  EXPECT_THAT(reason(test::make_zip({{"mimetype", "application/hwp+zip"}, {"Contents/section0.xml", "<hs:sec><hp:p>"}})),
              HasSubstr("Contents/section0.xml is not XML at byte"));
  EXPECT_EQ(reason(make_hwpx(p(""))), "an HWPX without text");
  EXPECT_THAT(reason(make_hwpx(p(t("x")), "", {{"META-INF/manifest.xml", "<odf:file-entry><odf:encryption-data/></odf:file-entry>"}})),
              HasSubstr("it needs a password"));
  EXPECT_THAT(reason(make_hwpx(p(t(std::string(40 << 20, 'a'))))), HasSubstr("zip bomb"));
}

TEST(Hwpx, NeverCrashesOnATruncatedOrFlippedFile) {
  const std::string whole = make_hwpx(p(t(std::string(3000, 'x'))) + p(table(row(cell(0, "a") + cell(1, "b")))));
  test::expect_read_or_refused_when_damaged(whole, "a.hwpx", 7, 0x55);
}

TEST(Hwpx, SaysWhatIsLostWhereTablesNestTooDeep) {
  std::string tables, boxes;
  for (int i = 0; i < 40; ++i) tables += "<hp:p><hp:run><hp:tbl><hp:tr><hp:tc><hp:subList>";
  tables += p(t("deep"));
  for (int i = 0; i < 40; ++i) tables += "</hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>";
  for (int i = 0; i < 200; ++i) boxes += "<hp:ctrl>";
  for (int i = 0; i < 200; ++i) boxes += "</hp:ctrl>";
  const ParseOutcome outcome = parse_bytes(make_hwpx(p(t("top")) + tables + p(boxes)), "a.hwpx");
  EXPECT_EQ(only_document(outcome).text, "top");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("2 tables or boxes more than 32 deep")));
}

TEST(Hwpx, DoesNotBelieveAddressesFarApart) {
  std::string rows;
  for (int i = 0; i < 500; ++i) rows += row(cell(i * 100, "x" + std::to_string(i)) + cell(60000, "y"));
  EXPECT_LT(text_of(p(table(rows))).size(), 100000U);
}

}  // namespace
}  // namespace rag
