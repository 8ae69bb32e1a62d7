#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "program.h"

namespace rag::test {
namespace {

using nlohmann::json;

std::uint32_t crc_of(const std::string& bytes) {
  std::uint32_t crc = ~0U;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

std::string little_endian(std::uint64_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xFF);
  return out;
}

// Members stored as they are, their names in UTF-8.
std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string body, directory;
  for (const auto& [name, content] : members) {
    const std::string head = little_endian(20, 2) + little_endian(0x800, 2) + std::string(6, '\0') + little_endian(crc_of(content), 4) +
                             little_endian(content.size(), 4) + little_endian(content.size(), 4) + little_endian(name.size(), 2) + std::string(2, '\0');
    directory += "PK\x01\x02" + little_endian(20, 2) + head + std::string(10, '\0') + little_endian(body.size(), 4) + name;
    body += "PK\x03\x04" + head + name + content;
  }
  return body + directory + "PK\x05\x06" + std::string(4, '\0') + little_endian(members.size(), 2) + little_endian(members.size(), 2) +
         little_endian(directory.size(), 4) + little_endian(body.size(), 4) + std::string(2, '\0');
}

const std::string kVpn = "The VPN gateway answers with error code E-4417 when the certificate has expired.\n";
const std::string kCanteen = "# Canteen\n\nThe canteen serves soup on Tuesdays.\n";
const std::string kMail =
    "From: Kim <kim@example.com>\nTo: lee@example.com\nSubject: Parking\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nSee the attached rules.\n"
    "--b\nContent-Type: text/plain; name=parking.txt\nContent-Disposition: attachment\n\nVisitors park behind the depot.\n--b--\n";

// Folder docs/ with a ZIP of three files and a mail with an attachment, indexed with the encoder that needs no weights.
class Containers : public ::testing::Test {
 protected:
  void SetUp() override {
    program.write("docs/it.zip", zip_of({{"vpn.txt", kVpn}, {"식당/canteen.md", kCanteen}, {"logo.mid", "MThd"}}));
    program.write("docs/parking.eml", kMail);
  }
  json index(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"index", "docs", "--model", "hash", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = program.run(arguments);
    EXPECT_EQ(result.code, 0) << result.err;
    return json::parse(result.out);
  }
  std::string best_for(const std::string& question) {
    const Result result = program.run({"search", question, "--mode", "lexical", "--format", "json"});
    return result.code == 0 ? json::parse(result.out)["passages"][0]["uri"].get<std::string>() : "nothing";
  }
  Program program;
};

TEST_F(Containers, GiveEveryFileInThemToSearchFilterAndShow) {
  const json report = index();
  EXPECT_EQ(report["new"], 4);
  ASSERT_EQ(report["warnings"].size(), 1U);
  EXPECT_EQ(report["warnings"][0]["uri"], "it.zip!/logo.mid");
  EXPECT_EQ(report["warnings"][0]["reason"], "no reader for audio/midi yet");
  EXPECT_EQ(best_for("E-4417"), "it.zip!/vpn.txt");
  EXPECT_EQ(best_for("visitors depot"), "parking.eml!/parking.txt");
  for (const auto& [filter, count] : {std::pair{"container=it.zip", 2U}, {"container=parking.eml", 1U}, {"ext=md", 1U}, {"from~'*kim*'", 2U}}) {
    const json listed = json::parse(program.run({"ls", "--filter", filter, "--format", "json"}).out);
    EXPECT_EQ(listed.size(), count) << filter;
  }
  EXPECT_EQ(program.run({"show", "it.zip!/식당/canteen.md", "--text"}).out, "Canteen\n\nThe canteen serves soup on Tuesdays.");
  EXPECT_NE(program.run({"show", "it.zip"}).err.find("it.zip: no document itself, 2 documents in it; 'rag ls --filter"), std::string::npos);
  EXPECT_NE(program.run({"ls", "--skipped"}).out.find("it.zip: logo.mid: no reader for audio/midi yet"), std::string::npos);
}

TEST_F(Containers, AreLeftAloneWhereNothingChanged) {
  index();
  const json again = index();
  EXPECT_EQ(again["unchanged"], 4);
  EXPECT_EQ(again["chunks_embedded"], 0);
}

TEST_F(Containers, EmbedOfAChangedArchiveOnlyWhatChangedInIt) {
  index();
  program.write("docs/it.zip", zip_of({{"식당/canteen.md", kCanteen}, {"vpn.txt", "The VPN gateway was replaced in May.\n"}, {"new.txt", "A lift in building C.\n"}}));
  json report = index();
  EXPECT_EQ(report["changed"], 1);
  EXPECT_EQ(report["new"], 1);
  EXPECT_EQ(report["unchanged"], 3);
  EXPECT_EQ(report["chunks_embedded"], 2);
  EXPECT_EQ(best_for("E-4417"), "nothing");
  program.write("docs/it.zip", zip_of({{"vpn.txt", "The VPN gateway was replaced in May.\n"}}));
  report = index();
  EXPECT_EQ(report["removed"], 2);
  EXPECT_EQ(best_for("canteen soup"), "nothing");
  EXPECT_EQ(best_for("gateway replaced"), "it.zip!/vpn.txt");
}

TEST_F(Containers, TakeTheirFilesAlongWhenTheyMove) {
  index();
  std::filesystem::create_directories(program.folder() / "docs/old");
  std::filesystem::rename(program.folder() / "docs/it.zip", program.folder() / "docs/old/network.zip");
  const json report = index();
  EXPECT_EQ(report["moved"], 2);
  EXPECT_EQ(report["chunks_embedded"], 0);
  EXPECT_EQ(best_for("E-4417"), "old/network.zip!/vpn.txt");
  EXPECT_EQ(json::parse(program.run({"ls", "--filter", "container=old/network.zip", "--format", "json"}).out).size(), 2U);
  EXPECT_EQ(index()["unchanged"], 4);
  EXPECT_EQ(program.run({"verify", "--deep"}).code, 0);
}

TEST_F(Containers, TakeTheirFilesAlongWhenTheyGo) {
  index();
  std::filesystem::remove(program.folder() / "docs/it.zip");
  EXPECT_EQ(program.run({"index", "docs"}).code, 2) << "half of the documents, and nobody was asked";
  EXPECT_EQ(index({"--delete"})["removed"], 2);
  EXPECT_EQ(best_for("E-4417"), "nothing");
  EXPECT_EQ(best_for("visitors depot"), "parking.eml!/parking.txt");
}

TEST_F(Containers, AreSkippedWithAReasonWhereNothingInThemIsRead) {
  program.write("docs/tunes.zip", zip_of({{"a.mid", "MThd"}, {"b.mid", "MThd"}}));
  const Result result = program.run({"index", "docs", "--model", "hash"});
  EXPECT_EQ(result.code, 5);
  EXPECT_NE(result.err.find("tunes.zip: none of its 2 files can be read; the first, a.mid: no reader for audio/midi yet"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace rag::test
