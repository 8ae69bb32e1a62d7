#include "pipelines/eval/import/topics.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/html_reader.h"
#include "ingest/text_file.h"
#include "ingest/xml_stream.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

struct Topic {
  std::string number;
  std::map<std::string, std::string> fields;  // title, desc, narr; "" for text in none of them
};

// TREC's names for what files call so.
std::string field_named(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> kFields = {{"title", "title"}, {"query", "title"}, {"desc", "desc"}, {"description", "desc"}, {"question", "desc"},
                                                                          {"narr", "narr"},   {"narrative", "narr"}, {"num", "num"}, {"number", "num"}};
  const auto known = kFields.find(name);
  return known == kFields.end() ? "" : known->second;
}

// "Number: 301" is 301: the labels repeat what the tag says.
std::string without_label(std::string text) {
  for (const char* label : {"Number:", "Topic:", "Description:", "Narrative:"})
    if (text.starts_with(label)) text.erase(0, std::string_view(label).size());
  return std::string(trim(text));
}

// One <top> block, in which a field ends where the next tag begins.
Topic topic_of_block(std::string_view block) {
  Topic topic;
  const std::string lower = ascii_lower(block);
  for (std::size_t at = lower.find('<'); at != std::string::npos;) {
    const std::size_t close = lower.find('>', at);
    if (close == std::string::npos) break;
    const std::size_t next = std::min(lower.find('<', close), lower.size());
    const std::string name = field_named(std::string_view(lower).substr(at + 1, close - at - 1));
    const std::string text = without_label(html_to_line(block.substr(close + 1, next - close - 1)));
    if (name == "num")
      topic.number = text;
    else if (!name.empty() && !text.empty())
      topic.fields.emplace(name, text);
    at = next < lower.size() ? next : std::string::npos;
  }
  return topic;
}

std::vector<Topic> topics_of_blocks(std::string_view text) {
  std::vector<Topic> topics;
  const std::string lower = ascii_lower(text);
  for (std::size_t at = lower.find("<top>"); at != std::string::npos;) {
    const std::size_t begin = at + 5, next = lower.find("<top>", begin);
    const std::size_t end = std::min({lower.find("</top>", begin), next, lower.size()});
    topics.push_back(topic_of_block(text.substr(begin, end - begin)));
    at = next;
  }
  return topics;
}

class XmlTopics final : public XmlListener {
 public:
  std::vector<Topic> topics;

  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    if (ascii_lower(name) == "topic" || ascii_lower(name) == "top") {
      topics.emplace_back();
      for (const char* number : {"number", "num", "id", "qid"})
        if (topics.back().number.empty()) topics.back().number = attributes.get(number);
      field_.clear();
      inside_ = true;
    } else {
      field_ = field_named(ascii_lower(name));
    }
  }
  void on_end(std::string_view name) override {
    if (ascii_lower(name) == "topic" || ascii_lower(name) == "top") inside_ = false;
    field_.clear();
  }
  void on_text(std::string_view text) override {
    if (!inside_) return;
    (field_ == "num" ? topics.back().number : topics.back().fields[field_]) += text;
  }

 private:
  std::string field_;
  bool inside_ = false;
};

std::vector<Topic> topics_of_xml(std::string_view text, const std::string& name) {
  XmlTopics listener;
  stream_xml(text, name, listener);
  for (Topic& topic : listener.topics) {
    topic.number = without_label(std::string(trim(topic.number)));
    for (auto& [field, content] : topic.fields) content = without_label(collapse_white_space(content));
    std::erase_if(topic.fields, [](const auto& field) { return field.second.empty(); });
    if (topic.fields.size() == 1 && topic.fields.contains("")) topic.fields["title"] = topic.fields[""];
  }
  return listener.topics;
}

std::vector<std::string> parts_of(const std::string& field) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= field.size();) {
    const std::size_t end = std::min(field.find('+', begin), field.size());
    parts.push_back(field.substr(begin, end - begin));
    if (parts.back() != "title" && parts.back() != "desc" && parts.back() != "narr")
      throw Error(ErrorKind::Usage, "--field " + excerpt(field) + ": expected title, desc, narr, or several joined by \"+\"");
    begin = end + 1;
  }
  return parts;
}

}  // namespace

void add_topics(const std::filesystem::path& file, const std::string& field, CollectionWriter& out) {
  const std::vector<std::string> wanted = parts_of(field);
  std::vector<Topic> topics;
  std::vector<std::string> warnings;
  try {
    Metadata ignored;
    const std::string bytes = read_file(file);
    const std::string text = decode_file(bytes, warnings, ignored, declared_charset(bytes));
    topics = ascii_lower(text).find("<top>") != std::string::npos ? topics_of_blocks(text) : topics_of_xml(text, "its topics");
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Ingest) throw;
    throw Error(ErrorKind::Usage, file.string() + ": " + error.what());
  }
  for (const std::string& warning : warnings) out.note({"losses in decoding the topics", "질문 파일의 문자를 풀다가 잃은 것"}, warning);
  if (topics.empty()) throw Error(ErrorKind::Usage, file.string() + ": no topic in it, expected <top> blocks or <topic number=\"...\"> elements");
  for (const Topic& topic : topics) {
    std::string text;
    for (const std::string& part : wanted) {
      if (const auto given = topic.fields.find(part); given != topic.fields.end())
        text += (text.empty() ? "" : " ") + given->second;
      else
        out.note({"topics without " + part, part + "이(가) 없는 질문"}, topic.number);
    }
    out.add_query(topic.number, text);
  }
}

}  // namespace rag
