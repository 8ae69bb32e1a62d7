#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <ctime>
#include <map>

#include "../patience.h"
#include "compound_file_builder.h"
#include "ingest/contained_files.h"
#include "ingest/media_type.h"
#include "ingest/member_names.h"
#include "ingest/parser.h"
#include "support.h"
#include "zip_builder.h"

namespace rag {
namespace {

using test::build_zip;
using test::encode;
using test::make_archive;
using test::make_docx;
using test::make_zip;
using test::patience;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::string kRiver = "<w:p><w:r><w:t>강은 흐른다.</w:t></w:r></w:p>";

std::vector<std::string> uris(const ParseOutcome& outcome) {
  std::vector<std::string> all;
  for (const Document& document : outcome.documents) all.push_back(document.uri);
  return all;
}

// "a.zip!/b.exe: binary data, not text", a line for each member there is something to say of.
std::vector<std::string> remarks(const ParseOutcome& outcome) {
  std::vector<std::string> all;
  for (const MemberOutcome& member : outcome.members) {
    if (!member.skipped.empty()) all.push_back(member.uri + ": " + member.skipped);
    for (const std::string& warning : member.warnings) all.push_back(member.uri + ": " + warning);
  }
  return all;
}

std::string zeros(std::size_t bytes) { return std::string(bytes, ' '); }

TEST(Archive, MakesADocumentOfEachMember) {
  const std::string pdf = test::make_pdf({{{18, "Title"}, {11, "Some words of text here."}}}, "Report");
  const ParseOutcome outcome = parse_bytes(make_zip({{"hr/leave.docx", make_docx(kRiver)}, {"b.pdf", pdf}, {"c_d.txt", "words"}}), "x/a.zip");
  EXPECT_EQ(outcome.skipped, "");
  EXPECT_THAT(remarks(outcome), IsEmpty());
  EXPECT_THAT(uris(outcome), ElementsAre("x/a.zip!/hr/leave.docx", "x/a.zip!/b.pdf", "x/a.zip!/c_d.txt"));
  EXPECT_EQ(outcome.documents[0].text, "강은 흐른다.");
  EXPECT_EQ(outcome.documents[0].title, "leave");
  EXPECT_THAT(outcome.documents[0].media_type, HasSubstr("wordprocessingml"));
  EXPECT_THAT(outcome.documents[0].metadata.at("ext"), ElementsAre("docx"));
  EXPECT_EQ(outcome.documents[1].title, "Report");
  EXPECT_THAT(outcome.documents[1].pages, SizeIs(1));
  EXPECT_EQ(outcome.documents[2].title, "c d");
}

TEST(Archive, ReadsEveryKindTheSame) {
  for (const auto& [format, filter, name] : {std::tuple{"ustar", "none", "a.tar"},
                                             {"gnutar", "gzip", "a.tar.gz"},
                                             {"pax", "bzip2", "a.tbz2"},
                                             {"gnutar", "xz", "a.txz"},
                                             {"gnutar", "zstd", "a.tar.zst"},
                                             {"7zip", "none", "a.7z"},
                                             {"zip", "none", "a.zip"}}) {
    const std::string bytes = make_archive(format, filter, {{"휴가/규정.md", "# 휴가\n\n연차는 15일이다.\n"}, {"b.txt", "words"}});
    const ParseOutcome outcome = parse_bytes(bytes, name);
    EXPECT_EQ(outcome.skipped, "") << name;
    EXPECT_THAT(uris(outcome), ElementsAre(std::string(name) + "!/휴가/규정.md", std::string(name) + "!/b.txt"));
    EXPECT_EQ(uris(parse_bytes(bytes, "without a telling name")).size(), 2U) << name;
  }
}

TEST(Archive, ReadsBothKindsOfRar) {
  for (const int version : {4, 5}) {
    const std::string bytes = test::build_rar(version, "rules.md", "# 휴가\n\n연차는 15일이다.\n");
    const ParseOutcome outcome = parse_bytes(bytes, "a.rar");
    EXPECT_EQ(outcome.skipped, "") << version;
    EXPECT_THAT(remarks(outcome), IsEmpty()) << version;
    ASSERT_THAT(uris(outcome), ElementsAre("a.rar!/rules.md")) << version;
    EXPECT_EQ(outcome.documents[0].title, "휴가") << version;
    test::expect_read_or_refused_when_damaged(bytes, "a.rar", 3, 0x55);
  }
  EXPECT_THAT(parse_bytes("Rar!\x1A\x07\x01 and rubbish", "a.rar").skipped, StartsWith("not a readable archive: "));
}

TEST(Archive, ReadsASingleCompressedFileUnderItsOwnName) {
  for (const auto& [filter, extension] : {std::pair{"gzip", "gz"}, {"bzip2", "bz2"}, {"xz", "xz"}, {"zstd", "zst"}}) {
    const std::string uri = std::string("logs/notes.md.") + extension;
    const ParseOutcome outcome = parse_bytes(make_archive("raw", filter, {{"ignored", "# 강\n\n흐른다.\n"}}), uri);
    EXPECT_THAT(uris(outcome), ElementsAre(uri + "!/notes.md"));
    EXPECT_EQ(outcome.documents.at(0).media_type, "text/markdown") << uri;
  }
}

TEST(Archive, LeavesOfficeFilesWhatTheyAre) {
  EXPECT_THAT(uris(parse_bytes(make_docx(kRiver), "a.docx")), ElementsAre("a.docx"));
  EXPECT_THAT(detect_media_type(make_docx(kRiver), "renamed.zip"), HasSubstr("wordprocessingml"));
  EXPECT_EQ(detect_media_type(make_zip({{"[Content_Types].xml", "<Types/>"}, {"visio/document.xml", "<x/>"}}), "a.vsdx"),
            "application/vnd.openxmlformats-package");
  EXPECT_EQ(detect_media_type(make_zip({{"META-INF/MANIFEST.MF", "Main-Class: A"}}), "a.jar"), "application/zip");
}

TEST(Archive, NamesEveryMemberThatGivesNoDocument) {
  const std::string binary("\x7F" "ELF\x01\x02\0\x03\xFF\xFE\x80", 11);
  const ParseOutcome outcome =
      parse_bytes(make_zip({{"a.txt", "words"}, {"run", binary}, {"empty.txt", ""}, {"cut.docx", make_docx(kRiver).substr(0, 100)}}), "a.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/a.txt"));
  EXPECT_THAT(remarks(outcome), ElementsAre("a.zip!/run: no reader for application/x-executable yet", "a.zip!/empty.txt: empty file (0 bytes)",
                                            StartsWith("a.zip!/cut.docx: ")));
}

TEST(Archive, IsSkippedWithAReasonWhereNothingInItIsRead) {
  EXPECT_EQ(parse_bytes(make_zip({{"x.mid", "MThd"}}), "a.zip").skipped, "its only file cannot be read: x.mid: no reader for audio/midi yet");
  EXPECT_EQ(parse_bytes(make_zip({{"x.mid", "MThd"}, {"y", ""}}), "a.zip").skipped,
            "none of its 2 files can be read; the first, x.mid: no reader for audio/midi yet");
  EXPECT_EQ(parse_bytes(make_zip({}), "a.zip").skipped, "no file in it");
  EXPECT_EQ(parse_bytes(make_zip({{".DS_Store", "words"}}), "a.zip").skipped, "no file in it");
  EXPECT_THAT(parse_bytes("no archive", "a.tar").skipped, StartsWith("not a readable archive: "));
  EXPECT_THAT(parse_bytes("7z\xBC\xAF\x27\x1C and rubbish", "a.7z").skipped, StartsWith("not a readable archive: "));
}

TEST(Archive, KeepsTheWarningsOfAMember) {
  const std::string pdf = test::make_pdf({{{11, "Some words of text here."}, {11, "And some more of them."}}, {}}, "T");
  EXPECT_THAT(remarks(parse_bytes(make_zip({{"x.pdf", pdf}}), "a.zip")), ElementsAre(AllOf(StartsWith("a.zip!/x.pdf: "), HasSubstr("1 of 2 pages"))));
}

TEST(Archive, LeavesOutWhatArchiversHide) {
  EXPECT_THAT(uris(parse_bytes(make_zip({{"__MACOSX/._a.txt", "words"}, {".git/config", "words"}, {"a/.x", "words"}, {"./b.txt", "words"}}), "a.zip")),
              ElementsAre("a.zip!/b.txt"));
}

TEST(Archive, OpensAnArchiveWithinOneAndNamesTheDeeperOne) {
  const std::string third = make_zip({{"deep.txt", "deep"}});
  const std::string second = make_archive("gnutar", "gzip", {{"b.txt", "words"}, {"third.zip", third}});
  const ParseOutcome outcome = parse_bytes(make_zip({{"second.tgz", second}, {"c.txt", "after"}}), "a.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/second.tgz!/b.txt", "a.zip!/c.txt"));
  EXPECT_THAT(remarks(outcome), ElementsAre("a.zip!/second.tgz!/third.zip: an archive too deep within archives: not opened"));
}

TEST(Archive, ReadsALineOfACorpusUnderItsOwnUri) {
  const ParseOutcome outcome = parse_bytes(make_zip({{"c.jsonl", "{\"_id\":\"7\",\"text\":\"words\"}\n"}}), "a.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/c.jsonl#7"));
  EXPECT_EQ(outcome.documents.at(0).id, "") << "its _id would meet that of another corpus";
}

TEST(ArchiveNames, AreRightWhateverTheirCharset) {
  const std::string korean = "인사/연차 휴가 규정.txt";
  for (const auto& [stored, flags] : {std::pair{encode(korean, "CP949"), 0}, {korean, 0}, {korean, 0x800}}) {
    const std::string zip = build_zip({{.name = stored, .content = "words", .flags = static_cast<std::uint16_t>(flags)}});
    EXPECT_THAT(uris(parse_bytes(zip, "a.zip")), ElementsAre("a.zip!/" + korean));
  }
  EXPECT_THAT(uris(parse_bytes(make_archive("gnutar", "none", {{encode("보고서.txt", "CP949"), "words"}}), "a.tar")), ElementsAre("a.tar!/보고서.txt"));
}

TEST(ArchiveNames, AreGuessedFromAllOfThem) {
  EXPECT_THAT(MemberNames().shown("\xFF\xFE\x80.txt"), testing::EndsWith(".txt")) << "no name has two bytes a letter";
  EXPECT_EQ(MemberNames().shown(encode("똠.txt", "CP949")), "똠.txt");
  const std::vector<std::string> japanese{encode("経費精算の手引き.txt", "CP932"), encode("休暇について.txt", "CP932"),
                                          encode("お知らせ.txt", "CP932")};
  EXPECT_EQ(MemberNames(japanese).shown(japanese[1]), "休暇について.txt");
}

TEST(ArchiveNames, NeverLeadOutOfTheArchive) {
  const MemberNames names;
  for (const auto& [stored, shown] : std::map<std::string, std::string>{{"../../etc/passwd", "etc/passwd"},
                                                                        {"/etc/passwd", "etc/passwd"},
                                                                        {"C:\\Windows\\..\\system.ini", "system.ini"},
                                                                        {"\\\\server\\share\\x", "server/share/x"},
                                                                        {"a/./b//c/../d", "a/b/d"},
                                                                        {std::string("a\0b", 3), "a\\x00b"},
                                                                        {"a\x1B[31mb\n", "a\\x1B[31mb\\x0A"},
                                                                        {"wow!/x", "wow%21/x"},
                                                                        {"../..", ""},
                                                                        {"한글", "한글"}})
    EXPECT_EQ(names.shown(stored), shown);
  EXPECT_THAT(uris(parse_bytes(build_zip({{.name = "../../../etc/cron.d/x.txt", .content = "words"}}), "a.zip")), ElementsAre("a.zip!/etc/cron.d/x.txt"));
}

TEST(ArchiveNames, OfAMegabyteOfDrivesTakeLinearTime) {
  std::string stored;
  while (stored.size() < 1 << 20) stored += "C:/";
  const std::clock_t start = std::clock();
  EXPECT_EQ(MemberNames().shown(stored + "a.txt"), "a.txt");
  EXPECT_LT(std::chrono::seconds((std::clock() - start) / CLOCKS_PER_SEC), patience(std::chrono::seconds(2)));
}

TEST(HostileArchive, LosesABombAndKeepsTheRest) {
  const std::string zip = build_zip({{.name = "a.txt", .content = "before"},
                                     {.name = "bomb.txt", .content = zeros(2 << 20), .deflate = true},
                                     {.name = "c.txt", .content = "after"}});
  const ParseOutcome outcome = parse_bytes(zip, "a.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/a.txt", "a.zip!/c.txt"));
  EXPECT_THAT(remarks(outcome), ElementsAre(AllOf(StartsWith("a.zip!/bomb.txt: unpacks to more than "), HasSubstr("refused as a bomb"))));
}

TEST(HostileArchive, LosesWhatComesBehindABombWhereItCannotBeReached) {
  for (const auto& [format, filter, name] : {std::tuple{"gnutar", "gzip", "a.tgz"}, {"gnutar", "xz", "a.txz"}, {"7zip", "none", "a.7z"}}) {
    const ParseOutcome outcome = parse_bytes(make_archive(format, filter, {{"a.txt", "before"}, {"bomb.txt", zeros(2 << 20)}, {"c.txt", "after"}}), name);
    EXPECT_THAT(uris(outcome), ElementsAre(std::string(name) + "!/a.txt"));
    EXPECT_THAT(remarks(outcome), ElementsAre(HasSubstr("bomb.txt: unpacks to more than "))) << name;
    EXPECT_THAT(outcome.warnings, ElementsAre(StartsWith("the rest of it is not read: unpacks to"))) << name;
  }
  EXPECT_THAT(parse_bytes(make_archive("raw", "gzip", {{"x", zeros(2 << 20)}}), "a.txt.gz").skipped, HasSubstr("refused as a bomb"));
}

TEST(HostileArchive, DoesNotTakeWellPackedTextForABomb) {
  std::string log;
  for (int i = 0; log.size() < 250'000; ++i)
    log += "2025-03-01 12:00:" + std::to_string(i * 7919 % 100000) + " request " + std::to_string(i * 104729 % 99991) + " served\n";
  EXPECT_THAT(remarks(parse_bytes(build_zip({{.name = "x.log", .content = log, .deflate = true}, {.name = "stored.log", .content = log}}), "a.zip")), IsEmpty());
  for (const char* filter : {"none", "gzip", "zstd", "xz"})
    EXPECT_EQ(uris(parse_bytes(make_archive("gnutar", filter, {{"x.log", log}, {"y.log", log}}), "a.tar")).size(), 2U) << filter;
  EXPECT_EQ(uris(parse_bytes(make_archive("7zip", "none", {{"x.log", log}}), "a.7z")).size(), 1U);
}

TEST(HostileArchive, SharesItsLimitsWithTheArchivesInIt) {
  const std::string inner = make_zip({{"1.txt", "one"}, {"2.txt", "two"}, {"3.txt", "three"}});
  const std::string outer = make_zip({{"a.zip", inner}, {"b.zip", inner}, {"c.txt", "words"}});
  const ParseOutcome many = parse_with_members(outer, "o.zip", {}, {.max_members = 6});
  EXPECT_THAT(uris(many), ElementsAre("o.zip!/a.zip!/1.txt", "o.zip!/a.zip!/2.txt", "o.zip!/a.zip!/3.txt", "o.zip!/b.zip!/1.txt"));
  EXPECT_THAT(remarks(many), ElementsAre("o.zip!/b.zip: more than 6 files in it; the others are left out"));
  EXPECT_THAT(many.warnings, ElementsAre("more than 6 files in it; the others are left out"));

  const std::string large = make_zip({{"1.txt", std::string(600'000, 'x')}, {"2.txt", "words"}});
  const ParseOutcome much = parse_with_members(make_zip({{"a.zip", large}, {"b.txt", "words"}, {"c.zip", large}, {"d.txt", "words"}}), "o.zip", {},
                                               {.unpack = {.max_total_bytes = 1 << 20, .max_ratio = 1 << 20}});
  EXPECT_THAT(uris(much), ElementsAre("o.zip!/a.zip!/1.txt", "o.zip!/a.zip!/2.txt", "o.zip!/b.txt"));
  EXPECT_THAT(remarks(much), Contains("o.zip!/c.zip!/1.txt: the files up to here unpack to more than 1 MB"));
}

TEST(HostileArchive, ReadsThousandMembersAndSaysThatThereAreMore) {
  std::vector<std::pair<std::string, std::string>> members;
  for (int i = 0; i < 1001; ++i) members.emplace_back(std::to_string(i) + ".txt", "words");
  const ParseOutcome outcome = parse_bytes(make_zip(members), "a.zip");
  EXPECT_EQ(outcome.documents.size(), 1000U);
  EXPECT_THAT(outcome.warnings, ElementsAre("more than 1000 files in it; the others are left out"));
}

TEST(HostileArchive, NamesTheSecondOfTwoOfOneName) {
  const ParseOutcome outcome = parse_bytes(build_zip({{.name = "a.txt", .content = "first"}, {.name = "x/../a.txt", .content = "second"}}), "a.zip");
  ASSERT_THAT(uris(outcome), ElementsAre("a.zip!/a.txt"));
  EXPECT_EQ(outcome.documents[0].text, "first");
  EXPECT_THAT(remarks(outcome), ElementsAre("a.zip!/a.txt: another file in it has this name too; the first one is read"));
}

TEST(HostileArchive, ReadsNoBytesTwice) {
  const ParseOutcome overlapping = parse_bytes(test::build_overlapping_zip("inner.txt", "words within"), "a.zip");
  EXPECT_THAT(uris(overlapping), Not(Contains("a.zip!/inner.txt")));
  EXPECT_THAT(remarks(overlapping), Contains("a.zip!/inner.txt: overlaps another member"));
  const ParseOutcome shared =
      parse_bytes(test::build_zip_with_shared_bytes({{.name = "a.txt", .content = "one"}, {.name = "b.txt", .content = "two"}}, 1, 0), "a.zip");
  EXPECT_THAT(uris(shared), ElementsAre("a.zip!/a.txt"));
  EXPECT_THAT(remarks(shared), ElementsAre("a.zip!/b.txt: overlaps another member"));
}

TEST(HostileArchive, NamesWhatIsEncryptedDamagedOrALink) {
  const ParseOutcome outcome = parse_bytes(build_zip({{.name = "secret.txt", .content = "0123456789ab words", .flags = 1},
                                                      {.name = "wrong.txt", .content = "words", .wrong_crc = 1},
                                                      {.name = "good.txt", .content = "words"}}),
                                           "a.zip");
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/good.txt"));
  EXPECT_THAT(remarks(outcome), ElementsAre("a.zip!/secret.txt: encrypted: it needs a password; put it in a --password-file", StartsWith("a.zip!/wrong.txt: damaged: ")));
  const ParseOutcome link = parse_bytes(test::make_tar_with_link("passwd"), "a.tar");
  EXPECT_THAT(uris(link), ElementsAre("a.tar!/real.txt"));
  EXPECT_THAT(remarks(link), ElementsAre("a.tar!/passwd: a link, not a file"));
}

// The bytes of `whole` with everything from the `which`th occurrence of `what` on, `size` bytes, overwritten.
std::string damaged(std::string whole, const std::string& what, std::size_t which, std::size_t size, std::size_t skip = 0) {
  std::size_t at = whole.find(what);
  while (which-- > 0) at = whole.find(what, at + 1);
  for (std::size_t i = at + skip; i < at + skip + size; ++i) whole[i] = static_cast<char>(whole[i] ^ 0x5A);
  return whole;
}

TEST(HostileArchive, OfAZipLosesWhatIsDamagedAndNothingElse) {
  std::string log;
  for (int i = 0; log.size() < 3000; ++i) log += "line " + std::to_string(i * 7919 % 10007) + " of a log\n";
  const std::string whole = build_zip({{.name = "a.txt", .content = "before"},
                                       {.name = "b.txt", .content = log, .deflate = true},
                                       {.name = "c.txt", .content = log, .deflate = true},
                                       {.name = "d.txt", .content = "after"}});
  const std::string header = "PK\x03\x04", entry = "PK\x01\x02";
  for (const auto& [what, bytes] : {std::pair{"packed bytes", damaged(whole, header, 1, 200, 35)},
                                    {"a signature", damaged(whole, header, 1, 4)},
                                    {"the length of its name", damaged(whole, header, 1, 2, 26)}}) {
    const ParseOutcome outcome = parse_bytes(bytes, "a.zip");
    EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/a.txt", "a.zip!/c.txt", "a.zip!/d.txt")) << what;
    EXPECT_THAT(remarks(outcome), ElementsAre(StartsWith("a.zip!/b.txt: damaged: "))) << what;
    EXPECT_THAT(outcome.warnings, IsEmpty()) << what;
  }
  const ParseOutcome directory = parse_bytes(damaged(whole, entry, 1, 4), "a.zip");
  EXPECT_THAT(uris(directory), ElementsAre("a.zip!/a.txt", "a.zip!/c.txt", "a.zip!/d.txt"));
  EXPECT_THAT(directory.warnings, ElementsAre("1 of the 4 entries of its directory cannot be read"));
  const ParseOutcome first = parse_bytes(damaged(whole, header, 0, 30), "a.zip");
  EXPECT_THAT(uris(first), ElementsAre("a.zip!/b.txt", "a.zip!/c.txt", "a.zip!/d.txt"));
}

TEST(HostileArchive, IsNotReadAnewForEachOfThousandDamagedFiles) {
  std::vector<test::ZipMember> members;
  for (int i = 0; i < 999; ++i) members.push_back({.name = std::to_string(i) + ".txt", .content = std::string(2000, 'x'), .wrong_crc = 1});
  members.push_back({.name = "good.txt", .content = "words"});
  const auto start = std::chrono::steady_clock::now();
  const ParseOutcome outcome = parse_bytes(build_zip(members), "a.zip");
  EXPECT_LT(std::chrono::steady_clock::now() - start, patience(std::chrono::seconds(2)));
  EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/good.txt"));
  EXPECT_THAT(outcome.members, SizeIs(999));
}

TEST(HostileArchive, OfATarLosesTheFileOfADamagedHeader) {
  const std::string whole = make_archive("ustar", "none", {{"a.txt", "before"}, {"b.txt", std::string(2000, 'x')}, {"c.txt", "after"}});
  const ParseOutcome outcome = parse_bytes(damaged(whole, "b.txt", 0, 5), "a.tar");
  EXPECT_THAT(uris(outcome), ElementsAre("a.tar!/a.txt", "a.tar!/c.txt"));
  EXPECT_THAT(outcome.warnings, ElementsAre("a damaged header in it; what stands behind that, up to the next one, is not read"));
}

TEST(HostileArchive, CountsWhatALostFileOfA7zTakesAlong) {
  std::vector<std::pair<std::string, std::string>> members{{"a.txt", "before"}};
  std::uint32_t random = 7;
  for (int i = 0; i < 30; ++i) {
    std::string noise;
    for (int k = 0; k < 4000; ++k) noise += static_cast<char>('a' + ((random = random * 1664525 + 1013904223) >> 27));
    members.emplace_back(std::to_string(i) + ".txt", noise);
  }
  std::string bytes = make_archive("7zip", "none", members);
  for (std::size_t i = bytes.size() * 3 / 4; i < bytes.size() * 3 / 4 + 600; ++i) bytes[i] = '\xFF';
  const ParseOutcome outcome = parse_bytes(bytes, "a.7z");
  EXPECT_GT(outcome.documents.size(), 5U);
  const std::size_t named = outcome.members.size();
  EXPECT_GT(named, 0U);
  std::size_t counted = 0;
  for (const std::string& warning : outcome.warnings) {
    ASSERT_THAT(warning, AllOf(StartsWith("the rest of it is not read: damaged"), testing::EndsWith(" files behind it)")));
    counted = std::stoul(warning.substr(warning.rfind('(') + 1));
  }
  EXPECT_EQ(outcome.documents.size() + named + counted, members.size()) << "each is read, named or counted";
}

TEST(Archive, OpensAZipWithAPasswordOfTheFile) {
  ParseLimits limits;
  for (const char* encryption : {"aes256", "aes128", "zipcrypt"}) {
    const std::string zip = test::make_encrypted_zip(encryption, "열쇠 7", {{"a.txt", "words"}, {"b.txt", "more words"}});
    limits.passwords = {};
    EXPECT_EQ(parse_bytes(zip, "a.zip", limits).skipped,
              "none of its 2 files can be read; the first, a.txt: encrypted: it needs a password; put it in a --password-file")
        << encryption;
    limits.passwords = {"wrong", "another"};
    EXPECT_THAT(parse_bytes(zip, "a.zip", limits).skipped, HasSubstr("a.txt: encrypted: no password of the --password-file opens it")) << encryption;
    limits.passwords = {"wrong", "열쇠 7", "another"};
    const ParseOutcome outcome = parse_bytes(zip, "a.zip", limits);
    EXPECT_THAT(uris(outcome), ElementsAre("a.zip!/a.txt", "a.zip!/b.txt")) << encryption;
    EXPECT_EQ(outcome.documents.at(1).text, "more words");
  }
}

TEST(Archive, OpensAZipThatUnpacksItselfAndOneOf64Bits) {
  const std::vector<test::ZipMember> members{{.name = "a.txt", .content = "one"}, {.name = "b.txt", .content = "two"}};
  for (const std::string& before : {std::string(), std::string("MZ\x90 a program that unpacks what follows PK\x03\x04 ")}) {
    EXPECT_THAT(uris(parse_bytes(before + build_zip(members), "a.zip")), ElementsAre("a.zip!/a.txt", "a.zip!/b.txt"));
    EXPECT_THAT(uris(parse_bytes(before + test::build_zip64(members), "a.zip")), ElementsAre("a.zip!/a.txt", "a.zip!/b.txt"));
  }
}

TEST(ArchiveNames, InUtf8BesideAnOldOneCountWhileTheyBelongToIt) {
  const std::string stored = encode("규정.txt", "CP949"), utf8 = "규정 (개정).txt";
  const auto checksum = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(stored.data()), static_cast<uInt>(stored.size())));
  const auto field = [&](std::uint32_t of) { return test::le16(0x7075) + test::le16(static_cast<std::uint16_t>(5 + utf8.size())) + "\x01" + test::le32(of) + utf8; };
  EXPECT_THAT(uris(parse_bytes(build_zip({{.name = stored, .content = "words", .extra = field(checksum)}}), "a.zip")), ElementsAre("a.zip!/" + utf8));
  EXPECT_THAT(uris(parse_bytes(build_zip({{.name = stored, .content = "words", .extra = field(checksum + 1)}}), "a.zip")), ElementsAre("a.zip!/규정.txt"));
}

TEST(HostileArchive, ThatWasSplitSaysSo) {
  constexpr const char* kPart = "one part of an archive that was split into several; put them together into one file first";
  const std::string zip = build_zip({{.name = "a.txt", .content = std::string(500, 'x')}, {.name = "b.txt", .content = "words"}});
  const ParseOutcome first = parse_bytes(zip.substr(0, 300), "a.zip.001");
  EXPECT_THAT(first.skipped, HasSubstr("a.txt: damaged")) << "all that is in it";
  EXPECT_EQ(parse_bytes(std::string("\x01\x02\x03\xFF\xFE\x80\0", 7), "a.zip.002").skipped, kPart);
  EXPECT_EQ(parse_bytes(make_archive("7zip", "none", {{"a.txt", "words"}}).substr(0, 60), "a.7z.001").skipped, kPart);
  std::string last = zip;
  last[last.size() - 18] = 1;  // the number of its disk
  EXPECT_EQ(parse_bytes(last, "a.zip").skipped, kPart);
  EXPECT_EQ(parse_bytes(std::string("\x01\x02\x03\xFF\xFE\x80\0", 7), "a.002").skipped, "binary data, not text");
}

TEST(Archive, SaysOfKindsItDoesNotOpenWhatToDo) {
  for (const std::string& bytes : {std::string("EGGA\0\1 packed", 12), std::string("ALZ\x01\n\0", 6), std::string("MSCF\0\0\0\0 packed", 15)})
    EXPECT_THAT(parse_bytes(bytes, "a.bin").skipped, testing::MatchesRegex("no reader for application/[a-z.-]+ yet; unpack it, or pack it as ZIP"));
}

TEST(HostileArchive, IsJudgedByItsOwnBytesForABomb) {
  const std::string stored(1 << 20, 'x');
  const std::string small = make_archive("gnutar", "gzip", {{"c.txt", "words"}, {"d.txt", "words"}});
  EXPECT_THAT(remarks(parse_bytes(build_zip({{.name = "a.txt", .content = stored}, {.name = "b.tgz", .content = small}}), "a.zip")), IsEmpty());
}

TEST(HostileArchive, KeepsItsLimitsWhenItsReadingGoesOn) {
  const std::string zip = make_zip({{"a.txt", std::string(600'000, 'x')}, {"b.txt", std::string(600'000, 'y')}, {"c.txt", "words"}});
  const ContainerLimits limits{.unpack = {.max_total_bytes = 1 << 20, .max_ratio = 1 << 20}};
  EXPECT_THAT(uris(parse_with_members(zip, "a.zip", {}, limits)), ElementsAre("a.zip!/a.txt"));
  EXPECT_THAT(uris(parse_with_members(zip, "a.zip", {}, limits, nullptr, {"a.zip!/a.txt", 600'000})), IsEmpty());
  const std::string tar = make_archive("gnutar", "none", {{"a.txt", std::string(600'000, 'x')}, {"b.txt", std::string(300'000, 'y')}, {"c.txt", "words"}});
  EXPECT_THAT(uris(parse_with_members(tar, "a.tar", {}, limits, nullptr, {"a.tar!/a.txt", 600'000})), ElementsAre("a.tar!/b.txt", "a.tar!/c.txt"))
      << "what is unpacked a second time counts once";
  EXPECT_THAT(parse_with_members(zip, "a.zip", {}, {.max_text_bytes = 1'000'000, .unpack = {.max_ratio = 1 << 20}}, nullptr, {"a.zip!/a.txt", 600'000, 600'000}).documents, SizeIs(0));
}

TEST(HostileArchive, KeepsWhatStandsBeforeTheCut) {
  const std::string filler(200'000, 'x');
  for (const auto& [format, filter, name] : {std::tuple{"zip", "none", "a.zip"}, {"gnutar", "none", "a.tar"}}) {
    const std::string whole = make_archive(format, filter, {{"a.txt", "before"}, {"b.txt", filler}, {"c.txt", "after"}});
    const ParseOutcome outcome = parse_bytes(whole.substr(0, format == std::string("zip") ? 150 : whole.size() / 2), name);
    EXPECT_THAT(uris(outcome), ElementsAre(std::string(name) + "!/a.txt"));
    EXPECT_THAT(remarks(outcome), ElementsAre(HasSubstr("b.txt: damaged: "))) << name;
  }
}

TEST(HostileArchive, IsReadOrRefusedHoweverItIsDamaged) {
  const std::vector<std::pair<std::string, std::string>> members{{"a.txt", "some words"}, {"휴가.md", "# 강\n\n흐른다."}, {"b.docx", make_docx(kRiver)}};
  for (const auto& [format, filter, name, step] : {std::tuple{"zip", "none", "a.zip", 7},
                                                   {"gnutar", "gzip", "a.tgz", 7},
                                                   {"7zip", "none", "a.7z", 7},
                                                   {"gnutar", "none", "a.tar", 97}}) {
    const std::string whole = make_archive(format, filter, members);
    test::expect_read_or_refused_when_damaged(whole, name, static_cast<std::size_t>(step), 0x41);
  }
}

// Notes what it is told and takes away what was read, as the parser process does.
class Notebook final : public MemberWatch {
 public:
  void before(const std::string& member_uri, ParseOutcome& so_far, const MembersRead&) override {
    told.push_back(member_uri);
    for (const Document& document : so_far.documents) taken.push_back(document.uri);
    so_far = {};
  }
  std::vector<std::string> told, taken;
};

TEST(Archive, TellsEachMemberBeforeItIsRead) {
  Notebook notebook;
  const std::string zip = make_zip({{"a.txt", "words"}, {"b.zip", make_zip({{"c.txt", "words"}})}, {"d.txt", "words"}});
  const ParseOutcome last = parse_with_members(zip, "o.zip", {}, {}, &notebook);
  EXPECT_THAT(notebook.told, ElementsAre("o.zip!/a.txt", "o.zip!/b.zip", "o.zip!/b.zip!/c.txt", "o.zip!/d.txt"));
  EXPECT_THAT(notebook.taken, ElementsAre("o.zip!/a.txt", "o.zip!/b.zip!/c.txt"));
  EXPECT_THAT(uris(last), ElementsAre("o.zip!/d.txt"));
}

TEST(Archive, GoesOnAfterAnyMember) {
  const std::string mail =
      "From: a@b.c\nSubject: Hi\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nwords\n"
      "--b\nContent-Type: text/plain; name=x.txt\nContent-Disposition: attachment\n\none\n"
      "--b\nContent-Type: text/plain; name=y.txt\nContent-Disposition: attachment\n\ntwo\n--b--\n";
  const std::string zip = make_zip({{"a.txt", "words"}, {"b.zip", make_zip({{"c.txt", "words"}, {"m.eml", mail}})}, {"d.txt", "words"}, {"d.txt", "again"}});
  const ParseOutcome all = parse_with_members(zip, "o.zip");
  ASSERT_EQ(all.documents.size(), 6U);
  for (std::size_t i = 0; i < all.documents.size(); ++i) {
    const ParseOutcome rest = parse_with_members(zip, "o.zip", {}, {}, nullptr, {all.documents[i].uri});
    // What the parser died of is passed over with all that lies in it.
    const std::size_t skipped = all.documents[i].uri.ends_with("m.eml") ? 2 : 0;
    EXPECT_EQ(rest.documents.size(), all.documents.size() - i - 1 - skipped) << all.documents[i].uri;
    for (std::size_t k = 0; k < rest.documents.size(); ++k) EXPECT_EQ(rest.documents[k].uri, all.documents[i + 1 + skipped + k].uri);
    EXPECT_THAT(rest.warnings, IsEmpty());
  }
}

TEST(HostileArchive, ComesThroughTheSandboxAsItIs) {
  const test::TemporaryFolder folder;
  const std::string zip = build_zip({{.name = encode("규정.txt", "CP949"), .content = "words"},
                                     {.name = "bomb.txt", .content = zeros(3 << 20), .deflate = true},
                                     {.name = "run.exe", .content = "MZ\x90"}});
  const ParseOutcome inside = parse_bytes(zip, "a.zip"), outside = start_parser_sandbox()->parse(folder.write("a.zip", zip), "a.zip");
  EXPECT_THAT(uris(outside), ElementsAre("a.zip!/규정.txt"));
  EXPECT_EQ(remarks(outside), remarks(inside));
  EXPECT_THAT(remarks(outside), SizeIs(2));
}

}  // namespace
}  // namespace rag
