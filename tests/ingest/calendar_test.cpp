#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/content_lines.h"
#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string calendar(const std::string& entries) { return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + entries + "END:VCALENDAR\r\n"; }
std::string event(const std::string& lines) { return "BEGIN:VEVENT\r\n" + lines + "END:VEVENT\r\n"; }
Document read(const std::string& bytes, const std::string& name = "a.ics") { return only_document(parse_bytes(bytes, name)); }

TEST(Calendar, ReadsAnAppointmentAsASection) {
  const Document document = read(calendar(event("SUMMARY:주간 회의\r\nDTSTART;TZID=Asia/Seoul:20240304T090000\r\nDTEND;TZID=Asia/Seoul:20240304T103000\r\n"
                                                "LOCATION:3층 회의실\\, 본관\r\nORGANIZER;CN=\"김, 철수\":mailto:kim@example.com\r\nATTENDEE;CN=Lee:MAILTO:lee@example.com\r\n"
                                                "ATTENDEE:mailto:park@example.com\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\nDESCRIPTION:안건:\\n1. 예산\\n2. 채용\r\n")));
  EXPECT_EQ(document.text,
            "주간 회의\n\nWhen: 2024-03-04 09:00 to 10:30 (Asia/Seoul)\nWhere: 3층 회의실, 본관\nOrganizer: 김, 철수 <kim@example.com>\n"
            "Repeats: weekly, BYDAY=MO\nAttendees: Lee <lee@example.com>, park@example.com\n\n안건:\n1. 예산\n2. 채용");
  EXPECT_EQ(document.title, "주간 회의");
  EXPECT_THAT(heading_path_at(document, document.text.find("예산")), ElementsAre("주간 회의"));
  EXPECT_EQ(read(calendar(event("SUMMARY:x\r\n")), "without a name").media_type, "text/calendar");
}

TEST(Calendar, ShowsWholeDaysAsPeopleCountThem) {
  const auto when = [](const std::string& lines) {
    const std::string text = read(calendar(event("SUMMARY:Off\r\n" + lines))).text;
    const std::size_t at = text.find("When: ");
    return at == std::string::npos ? "" : text.substr(at + 6);
  };
  EXPECT_EQ(when("DTSTART;VALUE=DATE:20240301\r\nDTEND;VALUE=DATE:20240302\r\n"), "2024-03-01");
  EXPECT_EQ(when("DTSTART;VALUE=DATE:20240229\r\nDTEND;VALUE=DATE:20240303\r\n"), "2024-02-29 to 2024-03-02");
  EXPECT_EQ(when("DTSTART:20240301T230000Z\r\nDTEND:20240302T010000Z\r\n"), "2024-03-01 23:00 to 2024-03-02 01:00 (UTC)");
  for (const std::string wrong : {"20241301", "2024", "tomorrow", "20240301T", "20240301X000000", "99999999999999999999", "-0240301"}) EXPECT_EQ(when("DTSTART:" + wrong + "\r\n"), "") << wrong;
}

TEST(Calendar, LeavesOutAlarmsAndZones) {
  const Document document = read(calendar("X-WR-CALNAME:Team\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Seoul\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
                                          event("SUMMARY:One\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n") +
                                          "BEGIN:VTODO\r\nSUMMARY:Two\r\nDUE:20240305\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\n"));
  EXPECT_EQ(document.text, "One\n\nTwo\n\nDue: 2024-03-05\nStatus: completed");
  EXPECT_EQ(document.title, "Team");
}

TEST(Calendar, SaysWhatIsCutOff) {
  const ParseOutcome outcome = parse_bytes("BEGIN:VCALENDAR\n" + event("SUMMARY:One\n") + "BEGIN:VEVENT\nSUMMARY:Tw", "a.ics");
  EXPECT_EQ(only_document(outcome).text, "One");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("ends within a component (vevent)")));
  EXPECT_EQ(parse_bytes(calendar(""), "a.ics").skipped, "a calendar without entries");
}

TEST(ContentLines, AreMadeWholeAndTakenApart) {
  std::vector<ContentLine> lines;
  each_content_line("note:a\r\n  b\r\n\tc\r\nitem1.TEL;TYPE=\"work,voice\";HOME:1:2\r\nno line\r\n;x:y\r\nX;A=\"b:c;d\":e", [&](const ContentLine& line) { lines.push_back(line); });
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].name, "NOTE");
  EXPECT_EQ(lines[0].value, "a bc");
  EXPECT_EQ(lines[1].name, "TEL");
  EXPECT_THAT(lines[1].parameter_values("TYPE"), ElementsAre("work", "voice", "HOME"));
  EXPECT_EQ(lines[1].value, "1:2");
  EXPECT_EQ(lines[2].parameter("A"), "b:c;d");
  EXPECT_EQ(lines[2].value, "e");
  EXPECT_THAT(content_fields("a\\;b;;c\\", ';'), ElementsAre("a;b", "", "c\\"));
}

TEST(Contacts, ReadsAPersonAsASection) {
  const Document document = read("BEGIN:VCARD\nVERSION:4.0\nFN:김철수\nN:김;철수;;;\nORG:한빛상사;영업부\nTITLE:부장\nitem1.EMAIL;TYPE=WORK:kim@example.com\n"
                                 "TEL;TYPE=\"cell,voice\";VALUE=uri:tel:+82-10-1234-5678\nADR;TYPE=home:;;테헤란로 1;강남구;서울;06000;대한민국\nPHOTO:data:image/png;base64,AAAA\nNOTE:오전에만\\n연락\nEND:VCARD\n",
                                 "a.vcf");
  EXPECT_EQ(document.text,
            "김철수\n\nOrganisation: 한빛상사, 영업부\nTitle: 부장\nEmail (work): kim@example.com\nPhone (cell): +82-10-1234-5678\n"
            "Address (home): 테헤란로 1, 강남구, 서울, 06000, 대한민국\nNote: 오전에만\n연락");
  EXPECT_EQ(document.title, "김철수");
}

TEST(Contacts, ReadsWhatOldTelephonesWrite) {
  const std::string coded = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=EA=B9=80;=EC=B2=A0=\n=EC=88=98\nTEL;CELL:010-1\nEND:VCARD\n";
  EXPECT_EQ(read(coded, "a.vcf").text, "김철수\n\nPhone (cell): 010-1");
  EXPECT_EQ(read(test::encode("BEGIN:VCARD\r\nVERSION:2.1\r\nN:이;영희\r\nNOTE:서울 지사에서 오래 일한 직원이며 영업을 맡고 있다\r\nEND:VCARD\r\n", "CP949"), "a.vcf").headings.at(0).text, "이영희");
  EXPECT_EQ(read("BEGIN:VCARD\nN:Smith;John;Q.;Dr.;\nTEL:1\nEND:VCARD\n", "a.vcf").headings.at(0).text, "Dr. John Q. Smith");
}

TEST(Contacts, MakesAnAddressBookOfSeveral) {
  const ParseOutcome outcome = parse_bytes("BEGIN:VCARD\nFN:A\nTEL:1\nEND:VCARD\nBEGIN:VCARD\nFN:B\nTEL:2", "book.vcf");
  EXPECT_EQ(only_document(outcome).text, "A\n\nPhone: 1\n\nB\n\nPhone: 2");
  EXPECT_EQ(only_document(outcome).title, "book");
  EXPECT_THAT(outcome.warnings, ElementsAre("cut off within a contact"));
  EXPECT_EQ(parse_bytes("BEGIN:VCARD\nEND:VCARD\n", "a.vcf").skipped, "contacts without a name or number");
}

TEST(Contacts, NeverCrashesOnDamage) {
  const std::string whole = calendar(event("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=NONE:=EA=B9=80=\r\n=\r\nDTSTART:20240301T090000\r\nATTENDEE;CN=\"a:b\r\n"));
  test::expect_read_or_refused_when_damaged(whole, "a.ics", 1, 0x55, 0x0F);
}

}  // namespace
}  // namespace rag
