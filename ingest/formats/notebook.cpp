// Jupyter notebooks: Markdown cells as Markdown, code as it stands, what it printed as far as a reader would read it.
#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/html_reader.h"
#include "ingest/json_value.h"
#include "ingest/markdown_reader.h"
#include "ingest/text_file.h"

namespace rag {
namespace {

using json::text_of;
using json::Value;

constexpr std::size_t kMaxOutputBytes = 4000;  // of one output: a table's head, an error, not a training's log

// Programs colour what they print.
std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1B' || i + 1 >= text.size() || text[i + 1] != '[') {
      out += text[i];
      continue;
    }
    i += 2;
    while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  }
  return out;
}

class NotebookWriter {
 public:
  explicit NotebookWriter(DocumentBuilder& builder) : builder_(builder) {}

  void write(const Value& cell) {
    const std::string type = text_of(cell.member("cell_type"));
    std::string source = text_of(cell.member("source"));
    if (source.empty()) source = text_of(cell.member("input"));  // before 2015
    if (type == "markdown") {
      add_markdown(source, builder_);
    } else if (type == "heading") {
      const std::string& level = cell.member("level").text;
      builder_.heading(level.size() == 1 && level[0] > '0' && level[0] < '7' ? level[0] - '0' : 1, source);
    } else {
      builder_.verbatim(source);
      for (const Value& output : cell.member("outputs").values()) write_output(output);
    }
  }

  std::size_t images() const { return images_; }
  std::size_t shortened() const { return shortened_; }

 private:
  void write_output(const Value& output) {
    if (!output.is_object()) return;
    if (const std::string name = text_of(output.member("ename")); !name.empty()) {
      add_bounded(name + ": " + text_of(output.member("evalue")));
      return;
    }
    const Value& data = output.member("data").is_object() ? output.member("data") : output;
    for (std::size_t i = 0; i < data.values().size(); ++i) {
      const std::string& type = data.name(i);
      if (!type.starts_with("image/") && type != "png" && type != "jpeg" && type != "svg") continue;
      // Its words are "<Figure size 640x480 with 1 Axes>".
      ++images_;
      return;
    }
    const std::string page = text_of(data.member("text/html"));
    if (page.size() <= 10 * kMaxOutputBytes && page.find("<table") != std::string::npos)
      add_html(page, builder_);
    else if (const std::string markdown = text_of(data.member("text/markdown")); !markdown.empty() && markdown.size() <= kMaxOutputBytes)
      add_markdown(markdown, builder_);
    else
      add_bounded(text_of(data.member("text/plain")) + text_of(data.member("text")));
  }

  void add_bounded(const std::string& output) {
    const std::string text = without_escapes(output);
    if (text.size() <= kMaxOutputBytes) {
      builder_.verbatim(text);
      return;
    }
    ++shortened_;
    const std::size_t end = floor_to_character(text, kMaxOutputBytes);
    builder_.verbatim(text.substr(0, end) + "\n[" + std::to_string(text.size() - end) + " more bytes of output]");
  }

  DocumentBuilder& builder_;
  std::size_t images_ = 0, shortened_ = 0;
};

class Notebook final : public Format {
 public:
  std::string name() const override { return "notebook"; }
  std::vector<std::string> media_types() const override { return {"application/x-ipynb+json"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    DocumentBuilder builder;
    const Value notebook = parse(decode_file(bytes, warnings, builder.metadata));
    const Value& sheets = notebook.member("worksheets");
    const Value& cells = sheets.values().empty() ? notebook.member("cells") : sheets.values()[0].member("cells");
    if (!cells.is_list()) throw Error(ErrorKind::Ingest, "not a notebook: JSON without the list \"cells\"");
    const Value& about = notebook.member("metadata");
    NotebookWriter writer(builder);
    for (const Value& cell : cells.values())
      if (cell.is_object()) writer.write(cell);
    if (const std::string title = text_of(about.member("title")); !title.empty()) builder.title = replace_invalid_utf8(title);
    if (const std::string language = text_of(about.member("kernelspec").member("language")); !language.empty())
      builder.metadata["code_language"] = {language};
    if (writer.images() > 0) builder.metadata["images_left_out"] = {std::to_string(writer.images())};
    if (writer.shortened() > 0)
      warnings.push_back(std::to_string(writer.shortened()) + " outputs longer than " + std::to_string(kMaxOutputBytes) +
                         " bytes, their ends left out");
    return builder.finish("a notebook without text");
  }

 private:
  static Value parse(const std::string& text) {
    try {
      return json::parse(text);
    } catch (const Error& e) {
      throw Error(ErrorKind::Ingest, std::string("damaged notebook: ") + e.what());
    }
  }
};

}  // namespace

std::unique_ptr<Format> make_notebook_format() { return std::make_unique<Notebook>(); }

}  // namespace rag
