#include <iostream>
#include <string>

#include "cli/eval/verbs.h"
#include "cli/options.h"
#include "core/error.h"
#include "core/listing.h"

namespace rag::cli {
namespace {

constexpr Command kVerbs[] = {
    {"retrieval", "ask every question of a set and measure what is found", eval_retrieval},
    {"answers", "measure answers: against references, by their citations, by what is refused", eval_answers},
    {"check", "look for what spoils a collection, before anything is measured", eval_check},
    {"import", "make a collection of SQuAD, TREC, MIRACL, a table; or a run of another engine's answers", eval_import},
    {"score", "measure a ranking that is there, of any system", eval_score},
    {"sweep", "try chunk sizes, encoders, weights ... and show which are worth their time", eval_sweep},
    {"gen", "make questions of an index's own documents, with what answers them", eval_gen},
    {"label", "judge at the terminal what answers a question", eval_label},
    {"agreement", "how far two people's judgements agree: Cohen's kappa", eval_agreement},
    {"compare", "say which of several evaluations or runs is better, and whether that can be chance", eval_compare},
    {"baseline", "measure, and keep it for the gate to compare with", eval_baseline},
    {"gate", "measure again and fail (exit code 3) where retrieval has become worse than a baseline", eval_gate},
    {"report", "write a page with tables, plots and the worst queries, one file that needs nothing else", eval_report},
};

void print_help() {
  std::cout << "Usage: rag eval VERB [OPTIONS]\n\n";
  for (const Command& verb : kVerbs) {
    std::string name = verb.name;
    name.resize(12, ' ');
    std::cout << "  " << name << verb.summary << '\n';
  }
  std::cout << "\nA first walk:\n"
               "  rag eval retrieval --dataset DIR            corpus.jsonl, queries.jsonl, qrels/test.tsv (the BEIR layout): indexes the corpus\n"
               "                                              into a cache of its own, asks every query, scores what comes back\n"
               "  rag eval retrieval --queries F --qrels F    the same over an index you have (--index)\n"
               "  rag eval answers --queries F --answers F    ask every question and measure the answers, or those of any system (--answers-in)\n"
               "  rag eval score --qrels F --run F            score a run of any system (TREC's six columns, or an engine's JSON)\n"
               "  rag eval compare A.json B.json              what 'retrieval --out' wrote: differences, p-values, intervals, the queries that changed\n"
               "  rag eval check --dataset DIR                what spoils the collection: missing gold, copies, leaking answers\n"
               "  rag eval import FILE --out DIR              a collection of SQuAD, KorQuAD, TREC, MIRACL or a table\n\n"
               "'rag eval VERB --help' lists a verb's options; docs/evaluation.md says what the metrics mean and how to read them.\n";
}

std::string names() { return joined(kVerbs, ", ", &Command::name); }

}  // namespace

int run_eval(const Globals& globals, const std::vector<std::string>& arguments) {
  const std::string verb = arguments.empty() ? "" : arguments.front();
  if (verb == "--help" || verb == "-h") {
    print_help();
    throw HelpShown{};
  }
  for (const Command& known : kVerbs)
    if (verb == known.name) return known.run(globals, {arguments.begin() + 1, arguments.end()});
  if (verb.empty() || verb.starts_with('-'))
    throw Error(ErrorKind::Usage, "rag eval: the verb comes first, one of " + names() + "; 'rag eval --help' shows how");
  throw Error(ErrorKind::Usage, "rag eval " + verb + ": no such verb, expected one of " + names() + "; 'rag eval --help' shows how");
}

}  // namespace rag::cli
