#include "pipelines/eval/question_corpus.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "pipelines/eval/document_order.h"
#include "retrieve/eval/compared_text.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

// A file that is renamed into place when it is whole, and removed where it never is.
class FileAside {
 public:
  explicit FileAside(std::filesystem::path file) : file_(std::move(file)), aside_(file_.string() + ".tmp" + std::to_string(::getpid())) {
    out_.open(aside_, std::ios::binary | std::ios::trunc);
    if (!out_) throw Error(ErrorKind::Io, aside_.string() + ": cannot be created");
  }
  ~FileAside() {
    std::error_code ignored;
    if (!finished_) std::filesystem::remove(aside_, ignored);
  }
  FileAside(const FileAside&) = delete;
  FileAside& operator=(const FileAside&) = delete;

  void write(const std::string& line) {
    out_ << line;
    if (!out_) throw Error(ErrorKind::Io, aside_.string() + ": cannot be written; is the disk full?");
  }
  void finish() {
    out_.close();
    if (!out_) throw Error(ErrorKind::Io, aside_.string() + ": cannot be written; is the disk full?");
    std::filesystem::rename(aside_, file_);
    finished_ = true;
    sync_folder(file_.parent_path());
  }

 private:
  std::filesystem::path file_, aside_;
  std::ofstream out_;
  bool finished_ = false;
};

// Sentences that no document of the corpus may say.
class LostSentences {
 public:
  explicit LostSentences(const std::vector<KeptQuestion>& questions) {
    for (const KeptQuestion& question : questions)
      if (!question.answerable) sentences_.push_back({question.id, compared_text(question.gold.front().quote).characters});
  }

  // Notes the questions that the text answers after all.
  void look_in(const std::string& text) {
    if (sentences_.empty()) return;
    const std::u32string characters = compared_text(text).characters;
    for (const Sentence& sentence : sentences_)
      if (!sentence.characters.empty() && characters.find(sentence.characters) != std::u32string::npos) answered_.insert(sentence.question);
  }
  const std::set<std::string>& answered() const { return answered_; }

 private:
  struct Sentence {
    std::string question;
    std::u32string characters;
  };
  std::vector<Sentence> sentences_;
  std::set<std::string> answered_;
};

}  // namespace

std::size_t write_question_corpus(const std::filesystem::path& folder, const std::filesystem::path& index, MadeQuestions& made) {
  const auto reader = open_index_reader(index);
  if (reader->generation() != made.generation)
    throw Error(ErrorKind::Usage, index.string() + ": has changed while questions were made of it; run it again when nobody writes to it");
  std::set<std::string> left_out;
  for (const LeftOutDocument& document : made.left_out) left_out.insert(document.id);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error(ErrorKind::Io, folder.string() + ": cannot be made: " + error.message());
  FileAside corpus(folder / "corpus.jsonl");
  LostSentences lost(made.questions);
  std::size_t written = 0;
  reader->for_each_document([&](const DocumentRecord& record) {
    throw_if_interrupted();
    if (left_out.contains(record.id)) return;
    const Document document = reader->load_document(record.id);
    lost.look_in(document.text);
    corpus.write(Json({{"_id", gold_name(*reader, record, true)}, {"title", record.title}, {"text", document.text}})
                     .dump(-1, ' ', false, Json::error_handler_t::replace) +
                 "\n");
    ++written;
  });
  corpus.finish();
  const std::size_t dropped = std::erase_if(made.questions, [&](const KeptQuestion& question) { return lost.answered().contains(question.id); });
  if (dropped > 0) made.rejected["answered by another document"] += dropped;
  return written;
}

}  // namespace rag
