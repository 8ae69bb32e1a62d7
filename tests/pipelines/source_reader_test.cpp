#include "pipelines/source_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "core/file.h"

namespace rag {
namespace {

class Silence final : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

// Reads a file as text, and meanwhile something happens to it.
class DisturbedSandbox final : public ParserSandbox {
 public:
  explicit DisturbedSandbox(std::function<void(int reading)> meanwhile) : meanwhile_(std::move(meanwhile)) {}

  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri, const MakeRoom&, MemberListener*) override {
    Document document{.uri = uri, .title = uri, .text = read_file(file), .pages = {{0, 1}}};
    meanwhile_(++readings);
    return {{std::move(document)}, "", {}};
  }

  int readings = 0;

  std::string read_corpus(const std::filesystem::path&, const std::string&, const TakeCorpusPart&) override { return "not expected here"; }
  std::optional<std::string> refuse_size(std::uint64_t, const std::string&) const override { return std::nullopt; }

 private:
  std::function<void(int)> meanwhile_;
};

class SourceReaderTest : public testing::Test {
 protected:
  SourceReaderTest() {
    std::filesystem::create_directories(folder_ / "인사");
    std::ofstream(file_) << "one";
  }
  ~SourceReaderTest() override { std::filesystem::remove_all(folder_); }

  void grow() { std::ofstream(file_, std::ios::app) << "+"; }

  void read(ParserSandbox& sandbox, const SourceRules& rules = {}, std::size_t threads = 0) {
    const SourceScope scope{folder_.string(), "", rules};
    SourceReader reader(
        nullptr, sandbox, report_,
        [this](IngestEvent event) {
          std::this_thread::sleep_for(slow_taker_);
          events_.push_back(std::move(event));
          return events_.size() < most_events_;
        },
        {.threads = threads});
    Silence silence;
    reader.read(scope, plan_source(scope, nullptr, {}), silence);
  }

  static std::vector<SkipReason> listed(const ReasonList& list) {
    std::vector<SkipReason> reasons;
    for (ReasonList::Cursor cursor(list); auto reason = cursor.next();) reasons.push_back(std::move(*reason));
    return reasons;
  }

  template <typename Event>
  std::vector<Event> all() const {
    std::vector<Event> found;
    for (const IngestEvent& event : events_)
      if (const auto* it = std::get_if<Event>(&event)) found.push_back(*it);
    return found;
  }

  std::filesystem::path folder_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) / ("source-reader-" + std::to_string(::getpid()));
  std::filesystem::path file_ = folder_ / "인사/log.txt";
  IndexFolderReport report_;
  std::vector<IngestEvent> events_;
  std::size_t most_events_ = 1000;
  std::chrono::milliseconds slow_taker_{0};
};

// Each file has as many bytes as its number; the first ones take longest.
class UnevenSandbox final : public ParserSandbox {
 public:
  ParseOutcome parse(const std::filesystem::path& file, const std::string& uri, const MakeRoom&, MemberListener*) override {
    const std::string text = read_file(file);
    ++readings;
    std::this_thread::sleep_for(std::chrono::milliseconds(text.size() < 4 ? 20 : 0));
    if (text.size() % 5 == 4) return {.skipped = "every fifth"};
    Document document{.uri = uri, .title = uri, .text = text, .pages = {{0, 1}}};
    return {{std::move(document)}, "", {}};
  }
  std::string read_corpus(const std::filesystem::path&, const std::string&, const TakeCorpusPart&) override { return "not expected here"; }
  std::optional<std::string> refuse_size(std::uint64_t, const std::string&) const override { return std::nullopt; }

  std::atomic<int> readings{0};
};

TEST_F(SourceReaderTest, ReadsAFileAgainThatGrewWhileItWasRead) {
  DisturbedSandbox sandbox([this](int reading) {
    if (reading == 1) grow();
  });
  read(sandbox);
  EXPECT_EQ(sandbox.readings, 2);
  ASSERT_EQ(all<PutDocument>().size(), 1U);
  EXPECT_EQ(all<PutDocument>()[0].document.text, "one+");
  EXPECT_EQ(all<PutFile>().at(0).file.size, 4U);
  EXPECT_TRUE(report_.warnings.empty());
  EXPECT_EQ(report_.added, 1U);
}

TEST_F(SourceReaderTest, ReportsAFileThatNeverRestsAndHasItReadAgain) {
  DisturbedSandbox sandbox([this](int) { grow(); });
  read(sandbox);
  EXPECT_EQ(sandbox.readings, 3);
  EXPECT_EQ(all<PutDocument>().size(), 1U) << "what could be read is kept";
  ASSERT_EQ(all<PutFile>().size(), 1U);
  EXPECT_EQ(all<PutFile>()[0].file.mtime_ns, 0) << "the next run would trust its time";
  ASSERT_EQ(report_.warnings.size(), 1U);
  EXPECT_EQ(listed(report_.warnings)[0].uri, "인사/log.txt");
  EXPECT_EQ(all<NoteFile>().at(0).entry.warnings.size(), 1U);
}

TEST_F(SourceReaderTest, CountsTheTimeThatReadingTakesAndNotThatOthersTakeForWhatWasRead) {
  slow_taker_ = std::chrono::milliseconds(300);  // for each of two, before the note is made
  DisturbedSandbox sandbox([](int) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); });
  read(sandbox);
  ASSERT_EQ(all<NoteFile>().size(), 1U);
  EXPECT_GE(all<NoteFile>()[0].entry.milliseconds, 30);
  EXPECT_LT(all<NoteFile>()[0].entry.milliseconds, 600);
}

TEST_F(SourceReaderTest, NamesAFileThatVanishesWhileItIsRead) {
  DisturbedSandbox sandbox([this](int) { std::filesystem::remove(file_); });
  read(sandbox);
  EXPECT_TRUE(all<PutDocument>().empty());
  EXPECT_TRUE(all<DropDocument>().empty()) << "that is for a run that finds it gone";
  ASSERT_EQ(report_.warnings.size(), 1U);
  ASSERT_EQ(all<NoteFile>().size(), 1U);
  EXPECT_EQ(all<NoteFile>()[0].entry.state, "skipped");
  EXPECT_EQ(all<NoteFile>()[0].entry.reason, "gone before it could be read");
}

TEST_F(SourceReaderTest, TellsOfFilesInOrderHoweverManyAreReadAtOnce) {
  std::filesystem::remove(file_);
  for (int i = 0; i < 40; ++i) std::ofstream(folder_ / ((i < 10 ? "0" : "") + std::to_string(i) + ".txt")) << std::string(static_cast<std::size_t>(i + 1), 'x');
  const auto told = [&](std::size_t threads) {
    events_.clear();
    report_ = {};
    UnevenSandbox sandbox;
    read(sandbox, {}, threads);
    std::vector<std::string> order;
    for (const IngestEvent& event : events_) {
      if (const auto* put = std::get_if<PutDocument>(&event)) order.push_back("document " + put->document.uri + ' ' + put->document.id);
      if (const auto* file = std::get_if<PutFile>(&event)) order.push_back("file " + file->file.uri + ' ' + file->file.skipped);
      if (const auto* note = std::get_if<NoteFile>(&event)) order.push_back("note " + note->entry.uri + ' ' + note->entry.state);
    }
    for (const SkipReason& skip : listed(report_.skipped)) order.push_back("skipped " + skip.uri);
    return order;
  };
  const std::vector<std::string> one_at_a_time = told(1);
  EXPECT_EQ(one_at_a_time.size(), 32U + 40 + 40 + 8);
  EXPECT_EQ(told(4), one_at_a_time);
}

TEST_F(SourceReaderTest, ReadsNoFurtherWhereNobodyTakesWhatComes) {
  for (int i = 0; i < 3000; ++i) std::ofstream(folder_ / (std::to_string(i) + ".txt")) << "words";
  most_events_ = 3;
  UnevenSandbox sandbox;
  read(sandbox, {}, 2);
  EXPECT_LT(sandbox.readings, 1500) << "what was read ahead";
}

TEST_F(SourceReaderTest, ReadsStandardInputInTheSandboxToo) {
  DisturbedSandbox sandbox([](int) {});
  SourceReader reader(nullptr, sandbox, report_, [this](IngestEvent event) { return events_.push_back(std::move(event)), true; });
  reader.read_text("stdin", "stdin", "구내식당은 금요일에 쉰다.");
  EXPECT_EQ(sandbox.readings, 1);
  ASSERT_EQ(all<PutDocument>().size(), 1U);
  EXPECT_EQ(all<PutDocument>()[0].document.text, "구내식당은 금요일에 쉰다.");
}

TEST_F(SourceReaderTest, PutsTheMetadataOfItsSourceOnADocument) {
  DisturbedSandbox sandbox([](int) {});
  read(sandbox, SourceRules(SourceSettings{.metadata = {"dept = path segment 1"}, .access = {"staff"}}));
  ASSERT_EQ(all<PutDocument>().size(), 1U);
  EXPECT_EQ(all<PutDocument>()[0].document.metadata, (Metadata{{"dept", {"인사"}}}));
  EXPECT_EQ(all<PutDocument>()[0].document.acl, std::vector<std::string>{"staff"});
  const FileEntry entry = all<NoteFile>().at(0).entry;
  EXPECT_EQ(entry.state, "added");
  EXPECT_EQ(entry.pages, 1U);
}

}  // namespace
}  // namespace rag
