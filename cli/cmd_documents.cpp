#include <fmt/format.h>

#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/member_uri.h"
#include "core/text.h"
#include "index/index_reader.h"
#include "index/index_writer.h"
#include "pipelines/json_output.h"
#include "retrieve/filter.h"

// ls, show and rm: the documents themselves.
namespace rag::cli {
namespace {

po::options_description document_options() {
  po::options_description options("Options");
  add_index_option(options);
  add_format_options(options, "text, json or jsonl");
  return options;
}

void show_chunks(const IndexReader& index, const DocumentRecord& document) {
  std::size_t number = 0;
  for (const Chunk& chunk : index.chunks_of(document.id)) {
    std::string headings;
    for (const std::string& heading : chunk.heading_path) headings += (headings.empty() ? "" : " > ") + heading;
    std::cout << bold(fmt::format("#{} chunk {}  bytes {}-{}  tokens {}{}", ++number, chunk.id.value, chunk.span.begin, chunk.span.end, chunk.token_count,
                                  chunk.page > 0 ? fmt::format("  page {}", chunk.page) : ""))
              << '\n';
    if (!headings.empty()) std::cout << faint(escape_for_terminal(headings)) << '\n';
    if (!chunk.table_header.empty()) std::cout << faint(escape_for_terminal(chunk.table_header)) << '\n';
    std::cout << escape_for_terminal(chunk.text) << "\n\n";
  }
}

// As the index resolves names; an archive is no document itself, and says where its documents are.
DocumentRecord resolve(const IndexReader& index, const std::string& name) {
  try {
    return index.resolve_document(name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::NotFound) throw;
    std::size_t within = 0;
    index.for_each_document([&](const DocumentRecord& document) { within += is_within(document.uri, name); });
    if (within == 0) throw;
    throw Error(ErrorKind::NotFound, fmt::format("{0}: no document itself, {1} in it; 'rag ls --filter container={0}' lists what can be named", name,
                                                  counted(within, "document")));
  }
}

std::string joined_chunks(const std::vector<Chunk>& chunks) {
  std::string out;
  for (const Chunk& chunk : chunks) out += (out.empty() ? "" : ",") + chunk_json(chunk);
  return out;
}

}  // namespace

int run_ls(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options = document_options();
  options.add_options()("filter", po::value<std::string>()->value_name("EXPR")->default_value(""), "only documents that fit, e.g. 'ext=pdf'")(
      "skipped", po::bool_switch(), "list the files that could not be read instead, with the reason");
  const auto values = parse_options("ls", "ls [OPTIONS]", options, {}, arguments, "A line is: id, chunks, language, uri.  Exit code 1: nothing to list.\n");
  const std::string format = output_format(values, {"text", "json", "jsonl"});
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  const auto filter = parse_filter(values["filter"].as<std::string>());
  std::size_t listed = 0;
  if (format == "json") std::cout << '[';
  const auto print = [&](const std::string& json, const std::string& text) {
    if (format == "json") std::cout << (listed ? "," : "") << json;
    else std::cout << (format == "jsonl" ? json : text) << '\n';
    ++listed;
  };
  if (values["skipped"].as<bool>()) {
    index->for_each_file([&](const FileRecord& file) {
      if (file.skipped.empty() && file.warnings.empty()) return;
      std::string reason, lines;
      const auto add = [&](const std::string& each) {
        reason += (reason.empty() ? "" : "; ") + each;
        lines += (lines.empty() ? "" : "\n") + escape_for_terminal(file.uri + ": " + each);
      };
      if (!file.skipped.empty()) add(file.skipped);
      for (const std::string& warning : file.warnings) add(warning);
      print(fmt::format("{{\"uri\":{},\"source\":{},\"read\":{},\"reason\":{}}}", json_string(file.uri), json_string(file.source), file.skipped.empty(),
                        json_string(reason)),
            lines);
    });
  } else {
    index->for_each_document([&](const DocumentRecord& document) {
      if (filter && !filter->accepts(document)) return;
      print(document_json(document), fmt::format("{}  {:>5}  {:<2}  {}", document.id, document.chunks, document.language.empty() ? "-" : document.language,
                                                 escape_for_terminal(document.uri)));
    });
  }
  if (format == "json") std::cout << "]\n";
  return listed > 0 ? 0 : 1;
}

int run_show(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options = document_options();
  options.add_options()("chunks", po::bool_switch(), "as the chunks it was cut into")("text", po::bool_switch(), "the text alone, byte for byte")(
      "document", po::value<std::string>(), "");
  po::positional_options_description positional;
  positional.add("document", 1);
  const auto values = parse_options("show", "show ID|URI [OPTIONS]", options, positional, arguments,
                                    "ID and URI are what 'rag ls' prints; an ID may be cut short where it stays unambiguous.\n"
                                    "Spans in JSON output are bytes of the text that --text prints.\n");
  if (!values.count("document")) throw Error(ErrorKind::Usage, "rag show: no document named; 'rag ls' lists them");
  const std::string format = output_format(values, {"text", "json", "jsonl"});
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  const DocumentRecord record = resolve(*index, values["document"].as<std::string>());
  if (format == "jsonl" && values["chunks"].as<bool>()) {
    for (const Chunk& chunk : index->chunks_of(record.id)) std::cout << chunk_json(chunk) << '\n';
  } else if (format != "text") {
    std::string json = document_json(record);
    json.pop_back();
    if (values["chunks"].as<bool>()) std::cout << json << ",\"chunk_list\":[" << joined_chunks(index->chunks_of(record.id)) << "]}\n";
    else std::cout << json << ",\"text\":" << json_string(index->load_document(record.id).text) << "}\n";
  } else if (values["text"].as<bool>()) {
    std::cout << index->load_document(record.id).text;
  } else if (values["chunks"].as<bool>()) {
    show_chunks(*index, record);
  } else {
    std::cout << bold(escape_for_terminal(record.title)) << '\n'
              << fmt::format("{}  {}  {} chunks  {}  {}\n", record.id, escape_for_terminal(record.uri), record.chunks, record.media_type, record.language);
    for (const auto& [key, entries] : record.metadata)
      for (const std::string& value : entries) std::cout << faint(escape_for_terminal(key + ": " + value)) << '\n';
    std::cout << '\n' << escape_for_terminal(index->load_document(record.id).text) << '\n';
  }
  return 0;
}

int run_rm(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("filter", po::value<std::string>()->value_name("EXPR")->default_value(""), "all documents that fit")(
      "yes,y", po::bool_switch(), "do not ask")("document", po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add("document", -1);
  const auto values = parse_options("rm", "rm ID|URI... [OPTIONS]", options, positional, arguments,
                                    "The files themselves stay where they are: 'rag index' brings their documents back once they change,\n"
                                    "or at once with --reread or --rebuild.  To leave files out for good, name them in a .ragignore.\n");
  const auto directory = existing_index(index_option(values, globals), globals.config);
  std::vector<std::string> doomed;  // by id, since it may be all there are
  {
    const auto index = open_index_reader(directory);
    if (values.count("document"))
      for (const std::string& name : values["document"].as<std::vector<std::string>>()) doomed.push_back(resolve(*index, name).id);
    if (const auto filter = parse_filter(values["filter"].as<std::string>()))
      index->for_each_document([&](const DocumentRecord& document) {
        if (filter->accepts(document)) doomed.push_back(document.id);
      });
  }
  if (doomed.empty()) throw Error(ErrorKind::NotFound, "rag rm: no such document; 'rag ls' lists them");
  if (doomed.size() > 1 && !values["yes"].as<bool>() &&
      !ask_yes_no(fmt::format(fmt::runtime(tr("Remove {0} documents from {1}?", "{1}에서 문서 {0}개를 지울까요?")), doomed.size(), directory.string())))
    throw Error(ErrorKind::Usage, fmt::format("rag rm: {} documents fit; nothing was removed; pass --yes to remove them", doomed.size()));
  const auto writer = open_existing_index_writer(directory);
  for (const std::string& id : doomed) writer->remove(id);
  writer->commit();
  std::cerr << fmt::format(fmt::runtime(tr("{} removed\n", "문서 {}개를 지웠습니다\n")), doomed.size());
  return 0;
}

}  // namespace rag::cli
