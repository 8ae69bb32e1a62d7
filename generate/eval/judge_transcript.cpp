#include <cerrno>
#include <cstdio>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/text.h"
#include "generate/eval/judge.h"
#include "retrieve/eval/lines.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

std::string to_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const std::vector<ChatMessage>& messages) {
  Json list = Json::array();
  for (const ChatMessage& message : messages) list.push_back({{"role", message.role}, {"content", message.content}});
  return list;
}

std::string request_hash(const std::string& model, const std::vector<ChatMessage>& messages) {
  return sha256_hex(to_line({{"model", model}, {"messages", to_json(messages)}}));
}

struct Transcript {
  std::map<std::string, std::string> replies;   // by request
  std::map<std::string, std::string> failures;  // of those that have no reply: what the endpoint said
  std::set<std::string> models;
};

// Ends where a line is no exchange.  A last line without its end is what an interrupted run left, and is passed over.
Transcript read_transcript(const std::filesystem::path& file) {
  Transcript transcript;
  const std::string bytes = read_file(file);
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    const std::size_t end = bytes.find('\n', begin);
    if (end == std::string::npos) break;
    const std::string_view line = std::string_view(bytes).substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (trim(line).empty()) continue;
    const auto exchange = nlohmann::json::parse(line, nullptr, false);
    const auto has_text = [&](const char* name) { return exchange.contains(name) && exchange[name].is_string(); };
    if (exchange.is_object() && has_text("request") && has_text("model") && has_text("failure")) {
      transcript.failures[exchange["request"].get<std::string>()] = exchange["failure"].get<std::string>();
      transcript.models.insert(exchange["model"].get<std::string>());
      continue;
    }
    if (!exchange.is_object() || !has_text("request") || !has_text("model") || !has_text("reply"))
      fail_at_line(file, number, "not an exchange with a judge, expected {\"request\": \"...\", \"model\": \"...\", \"messages\": [...], \"reply\": \"...\"}");
    const auto [at, is_new] = transcript.replies.emplace(exchange["request"].get<std::string>(), exchange["reply"].get<std::string>());
    if (!is_new && at->second != exchange["reply"].get<std::string>()) fail_at_line(file, number, "request " + at->first.substr(0, 12) + " has two replies; keep one of them");
    transcript.models.insert(exchange["model"].get<std::string>());
  }
  return transcript;
}

class RecordingJudge final : public Judge {
 public:
  RecordingJudge(std::unique_ptr<Judge> judge, const std::filesystem::path& file) : judge_(std::move(judge)), file_(file) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      known_ = read_transcript(file).replies;
      cut_unfinished_line();
    }
    out_ = std::fopen(file.c_str(), "ab");
    if (!out_) fail();
  }
  ~RecordingJudge() override {
    if (out_) std::fclose(out_);
  }
  RecordingJudge(const RecordingJudge&) = delete;
  RecordingJudge& operator=(const RecordingJudge&) = delete;

  std::string model() const override { return judge_->model(); }

  std::string reply_to(const std::vector<ChatMessage>& messages) override {
    const std::string request = request_hash(model(), messages);
    if (const auto known = known_.find(request); known != known_.end()) return known->second;
    std::string reply;
    try {
      reply = replace_invalid_utf8(judge_->reply_to(messages));
    } catch (const Error& error) {
      // A replay must come to the same figures; a later run asks again.
      if (error.kind() == ErrorKind::Backend) write({{"request", request}, {"model", model()}, {"messages", to_json(messages)}, {"failure", error.what()}});
      throw;
    }
    write({{"request", request}, {"model", model()}, {"messages", to_json(messages)}, {"reply", reply}});
    known_.emplace(request, reply);
    return reply;
  }

 private:
  void write(const Json& exchange) {
    const std::string line = to_line(exchange) + '\n';
    if (std::fwrite(line.data(), 1, line.size(), out_) != line.size() || std::fflush(out_) != 0) fail();
  }

  [[noreturn]] void fail() const { throw Error(ErrorKind::Io, file_.string() + ": the transcript cannot be written: " + std::strerror(errno)); }

  void cut_unfinished_line() const {
    const std::string bytes = read_file(file_);
    if (!bytes.empty() && bytes.back() != '\n') write_file_atomically(file_, bytes.substr(0, bytes.rfind('\n') + 1));
  }

  std::unique_ptr<Judge> judge_;
  std::filesystem::path file_;
  std::map<std::string, std::string> known_;
  std::FILE* out_ = nullptr;
};

class ReplayingJudge final : public Judge {
 public:
  ReplayingJudge(const std::filesystem::path& file, const std::string& model) : file_(file), model_(model) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
      throw Error(ErrorKind::Usage, file.string() + ": no such transcript; 'rag eval answers --judge URL --transcript FILE' writes one");
    transcript_ = read_transcript(file);
    if (!model_.empty()) return;
    if (transcript_.models.size() != 1)
      throw Error(ErrorKind::Usage, file.string() + ": holds exchanges with " + std::to_string(transcript_.models.size()) + " models; say which with --judge-model");
    model_ = *transcript_.models.begin();
  }

  std::string model() const override { return model_; }

  std::string reply_to(const std::vector<ChatMessage>& messages) override {
    const std::string request = request_hash(model_, messages);
    if (const auto known = transcript_.replies.find(request); known != transcript_.replies.end()) return known->second;
    if (const auto failed = transcript_.failures.find(request); failed != transcript_.failures.end()) throw Error(ErrorKind::Backend, failed->second);
    throw Error(ErrorKind::Usage, file_.string() + ": has no reply of " + excerpt(model_) + " to request " + request.substr(0, 12) + " (\"" +
                                      excerpt(messages.empty() ? "" : messages.back().content) + "\"); questions, answers, passages or prompts have changed: record it anew with --judge and --transcript");
  }

 private:
  std::filesystem::path file_;
  std::string model_;
  Transcript transcript_;
};

}  // namespace

std::unique_ptr<Judge> make_recording_judge(std::unique_ptr<Judge> judge, const std::filesystem::path& transcript) {
  return std::make_unique<RecordingJudge>(std::move(judge), transcript);
}

std::unique_ptr<Judge> make_replaying_judge(const std::filesystem::path& transcript, const std::string& model) {
  return std::make_unique<ReplayingJudge>(transcript, model);
}

}  // namespace rag
