#include <fmt/format.h>

#include <iostream>
#include <utility>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/text.h"
#include "index/duplicate_groups.h"
#include "index/index_reader.h"
#include "pipelines/json_output.h"
#include "retrieve/filter.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "Documents are compared by runs of four words (eight characters of Korean, Chinese and Japanese), whatever files they come from; the\n"
    "similarity is the share of such runs that two have in common, estimated from signatures: within .06 of the truth, 19 times of 20.\n"
    "Each is compared with the first of its group.  Searches show a passage that copies share once; see 'rag search --help', --copies.\n\n"
    "Examples:\n"
    "  rag duplicates\n"
    "  rag duplicates --exact --filter 'path~\"archive/*\"'\n"
    "  rag duplicates --json | jq -r '.groups[].documents[1:][].uri'\n\n"
    "Exit code 1: there are none.\n";

// With its folder where there is more than one: the same name in two folders is what copies are like.
void print_group(const DuplicateGroup& group, bool one_source) {
  const auto name_of = [&](const DocumentRecord& document) {
    return escape_for_terminal(one_source ? document.uri : document.source + "/" + document.uri);
  };
  const DuplicateMember& first = group.members.front();
  std::cout << bold(name_of(first.document)) << '\n';
  for (std::size_t i = 1; i < group.members.size(); ++i) {
    const DuplicateMember& member = group.members[i];
    const std::string how = member.text_hash == first.text_hash ? std::string(tr("same", "같음")) : fmt::format("{:.2f}", member.resemblance);
    std::cout << "  " << padded(how, 5) << name_of(member.document) << '\n';
  }
}

}  // namespace

int run_duplicates(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("filter", po::value<std::string>()->value_name("EXPR")->default_value(""), "only documents that fit, e.g. 'ext=pdf'")(
      "similarity", po::value<double>()->value_name("S")->default_value(kNearDuplicate, "0.85"), "from which on documents are near-duplicates, 0.8 to 1")(
      "exact", po::bool_switch(), "only documents with exactly the same text");
  add_format_options(options, "text or json");
  const auto values = parse_options("duplicates", "duplicates [OPTIONS]", options, {}, arguments, kEpilogue);
  const bool json = output_format(values, {"text", "json"}) == "json";
  const double similarity = values["similarity"].as<double>();
  if (!(similarity >= 0.8 && similarity <= 1)) throw Error(ErrorKind::Usage, "--similarity: must be from 0.8 to 1");
  const auto filter = parse_filter(values["filter"].as<std::string>());
  const auto index = open_index_reader(existing_index(index_option(values, globals), globals.config));
  DuplicateOptions wanted{.at_least = similarity, .exact = values["exact"].as<bool>()};
  if (filter) wanted.accept = [&](const DocumentRecord& document) { return filter->accepts(document); };
  const bool one_source = index->sources().size() < 2;
  const std::string head = fmt::format("{{\"schema_version\":{},\"groups\":[", kSchemaVersion);
  std::string before = head;  // printed with the first group, since finding them takes a while and may be interrupted
  const std::size_t groups = visit_duplicates(*index, wanted, [&](const DuplicateGroup& group) {
    if (json) std::cout << std::exchange(before, ",") << duplicate_group_json(group);
    else print_group(group, one_source);
  });
  if (json) std::cout << (groups == 0 ? head : "") << "]}\n";
  if (groups > 0) return 0;
  if (!json) std::cerr << tr("no duplicates\n", "중복 문서가 없습니다\n");
  return 1;
}

}  // namespace rag::cli
