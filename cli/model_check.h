#pragma once

#include <string>

#include "cli/options.h"

namespace rag::cli {

// --dataset, --texts, --min-cosine, --max-ndcg-loss, --threads.
void add_check_options(po::options_description& options);

// `rag model check`: prints what int8 and bf16 cost this model.  Returns 0, or 3 where int8 costs more than the limits allow.
int check_model_command(const std::string& model, const po::variables_map& values, const Globals& globals, bool json);

}  // namespace rag::cli
