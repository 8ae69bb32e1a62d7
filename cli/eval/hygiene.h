#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cli/options.h"
#include "pipelines/eval/check_collection.h"

// Private to cli/: a look at the collection, on its own (rag eval check) and before figures (rag eval retrieval).
namespace rag::cli {

// --strict, --ignore.
void add_hygiene_options(po::options_description& options);
std::vector<std::string> ignored_kinds(const po::variables_map& values);

// What a look at the questions and an index finds, a line each, in English; in the user's language they are printed on standard error, before any figure.  Nothing where --no-check
// asks for it.  `refused` where --strict is given and there is a blemish: then no figure should follow.
struct Hygiene {
  std::vector<std::string> lines;
  bool looked = false;
  bool refused = false;
};
Hygiene look_before_measuring(const std::filesystem::path& index, const std::vector<EvalQuery>& queries, const Qrels& qrels,
                              const std::filesystem::path& answers, const po::variables_map& values, Progress& progress);

}  // namespace rag::cli
