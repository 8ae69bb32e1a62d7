#pragma once

#include <memory>
#include <string>

#include "cli/options.h"
#include "core/answer.h"
#include "generate/generator.h"
#include "pipelines/session.h"

// Shared by `rag ask` and `rag chat`.
namespace rag::cli {

void add_backend_options(po::options_description& options);
std::unique_ptr<Generator> make_generator(const po::variables_map& values, const Config& config, Session& session);

// The answer with its sources below, for people.
void print_answer(const Answer& answer, const std::string& question);

}  // namespace rag::cli
