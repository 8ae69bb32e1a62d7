#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace rag::cli {

inline constexpr int kGateFailed = 3;  // exit code: worse than a baseline allows, or --strict and a blemish in the collection

// The verbs of `rag eval`, each in a file of its own; they return the exit code.  Arguments are those behind the verb.
int eval_check(const Globals&, const std::vector<std::string>&);
int eval_import(const Globals&, const std::vector<std::string>&);
int eval_retrieval(const Globals&, const std::vector<std::string>&);
int eval_answers(const Globals&, const std::vector<std::string>&);
int eval_score(const Globals&, const std::vector<std::string>&);
int eval_sweep(const Globals&, const std::vector<std::string>&);
int eval_gen(const Globals&, const std::vector<std::string>&);
int eval_label(const Globals&, const std::vector<std::string>&);
int eval_agreement(const Globals&, const std::vector<std::string>&);
int eval_compare(const Globals&, const std::vector<std::string>&);
int eval_baseline(const Globals&, const std::vector<std::string>&);
int eval_gate(const Globals&, const std::vector<std::string>&);
int eval_report(const Globals&, const std::vector<std::string>&);

}  // namespace rag::cli
