#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace rag {
namespace {

namespace fs = std::filesystem;

// core <- ingest, models <- index <- retrieve <- generate <- pipelines <- cli: a room sees itself and what stands to its left.
// index does not know ingest: what is stored does not depend on how it was read.
const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"core", {}},
    {"ingest", {"core"}},
    {"models", {"core"}},
    {"index", {"core", "models"}},
    {"retrieve", {"core", "models", "index"}},
    {"generate", {"core", "models", "index", "retrieve"}},
    {"pipelines", {"core", "ingest", "models", "index", "retrieve", "generate"}},
    {"cli", {"core", "ingest", "models", "index", "retrieve", "generate", "pipelines"}},
};

// Which room may know which third party, by the beginning of an include's path.
const std::map<std::string, std::set<std::string>> kThirdParties = {
    {"ATen/", {"models"}},      {"torch/", {"models"}},     {"c10/", {"models"}},           {"sentencepiece", {"models"}},
    {"faiss/", {"index"}},      {"sqlite3", {"index"}},     {"poppler", {"ingest"}},        {"qpdf", {"ingest"}},
    {"tesseract", {"ingest"}},  {"leptonica", {"ingest"}},        {"gumbo", {"ingest"}},
    {"pugixml", {"ingest"}},    {"archive", {"ingest", "models"}},    {"cmark", {"ingest"}},          {"uchardet", {"ingest"}},
    {"curl/", {"generate", "models"}}, {"boost/", {"cli"}}, {"toml++/", {"cli"}},           {"zstd", {"index"}},
};

struct Include {
  fs::path file;
  std::string room;
  std::string path;
  bool in_header = false;
};

std::vector<Include> all_includes() {
  static const std::regex line_pattern(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<Include> includes;
  for (const auto& [room, allowed] : kMayInclude) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(RAG_SOURCE_DIR) / room)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cpp") continue;
      std::ifstream in(entry.path());
      std::smatch match;
      for (std::string line; std::getline(in, line);)
        if (std::regex_search(line, match, line_pattern)) includes.push_back({entry.path(), room, match[1], extension == ".h"});
    }
  }
  return includes;
}

TEST(Rooms, IncludeOnlyRoomsToTheirLeft) {
  std::size_t seen = 0;
  for (const Include& include : all_includes()) {
    const std::string room = include.path.substr(0, include.path.find('/'));
    if (room == include.room || !kMayInclude.contains(room)) continue;
    ++seen;
    EXPECT_TRUE(kMayInclude.at(include.room).contains(room)) << include.file << " includes " << include.path;
  }
  EXPECT_GT(seen, 50U) << "the test looks at nothing";
}

TEST(Rooms, KeepThirdPartiesToThemselves) {
  std::size_t seen = 0;
  for (const Include& include : all_includes()) {
    for (const auto& [prefix, rooms] : kThirdParties) {
      if (!include.path.starts_with(prefix)) continue;
      ++seen;
      EXPECT_TRUE(rooms.contains(include.room)) << include.file << " includes " << include.path;
    }
  }
  EXPECT_GT(seen, 10U) << "the test looks at nothing";
}

TEST(Rooms, NeverNameAFileUtil) {
  for (const auto& [room, allowed] : kMayInclude)
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(RAG_SOURCE_DIR) / room))
      EXPECT_EQ(entry.path().stem().string().find("util"), std::string::npos) << entry.path();
}

// A header of one room that names a third party would hand it to every room that includes the header.  What stays inside
// its room is allowed: such headers are included by no other room.
TEST(Rooms, ExposeNoThirdPartyInAHeaderThatAnotherRoomIncludes) {
  std::map<std::string, std::set<std::string>> included_by;
  for (const Include& include : all_includes()) {
    const std::string room = include.path.substr(0, include.path.find('/'));
    if (kMayInclude.contains(room)) included_by[include.path].insert(include.room);
  }
  for (const Include& include : all_includes()) {
    if (!include.in_header) continue;
    for (const auto& [prefix, rooms] : kThirdParties) {
      if (!include.path.starts_with(prefix)) continue;
      const std::string header = fs::relative(include.file, RAG_SOURCE_DIR).string();
      for (const std::string& room : included_by[header])
        EXPECT_EQ(room, include.room) << header << " exposes " << include.path << " to " << room;
    }
  }
}

}  // namespace
}  // namespace rag
