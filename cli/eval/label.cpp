#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "cli/eval/verbs.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/sentences.h"
#include "core/text.h"
#include "generate/words.h"
#include "pipelines/eval/label_file.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag eval label --queries questions.tsv --out gold.jsonl\n"
    "  rag eval label --queries Q --out gold.jsonl --run other.run      pooled with what another system found\n\n"
    "Answers, each with Enter: y (answers: grade 1), n (does not: 0), 0 to 3 (a grade), s (only some sentences do), k or Enter (later), b "
    "(back),\n"
    "u (undo), d (done with this question), q (quit).  Every judgement is written at once; the same command goes on where it stopped.\n";

struct Place {
  std::size_t query = 0, passage = 0;
};

// The words of a question stand out in a passage on a terminal.
std::string highlighted(const std::string& text, const std::vector<std::string>& words) {
  if (!stdout_is_terminal()) return escape_for_terminal(text);
  std::string out;
  const std::string folded = fold_case(text);
  if (folded.size() != text.size()) return escape_for_terminal(text);  // offsets would not fit
  for (std::size_t at = 0; at < text.size();) {
    const auto word = std::ranges::find_if(words, [&](const std::string& w) { return folded.compare(at, w.size(), w) == 0; });
    std::size_t end = at;
    if (word != words.end())
      end += word->size();
    else
      next_code_point(text, end);
    const std::string piece = escape_for_terminal(text.substr(at, end - at));
    out += word != words.end() ? bold(piece) : piece;
    at = end;
  }
  return out;
}

std::vector<std::string> words_to_highlight(const std::string& question) {
  std::vector<std::string> words;
  for (const Word& word : words_of(question)) {
    const std::string folded = fold_case(word.text);
    const std::string stem = word.kind == WordKind::Hangul ? strip_korean(folded) : is_stop_word(folded) ? "" : folded;
    if (stem.size() > 1) words.push_back(stem);
  }
  std::ranges::sort(words, [](const std::string& a, const std::string& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  return words;
}

std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Selection {
  std::size_t first = 0, last = 0;  // sentences, from 1
  int grade = 1;
};

// "2", "2-4", "2-4 3": sentences, and a grade where it is not 1.
std::optional<Selection> selection_of(std::string_view line, std::size_t sentences) {
  line = trim(line);
  const std::size_t blank = line.find(' '), dash = line.find('-');
  Selection selection;
  if (blank != std::string_view::npos) {
    const auto grade = number_of(trim(line.substr(blank + 1)));
    if (!grade || *grade > 3) return std::nullopt;
    selection.grade = static_cast<int>(*grade);
    line = line.substr(0, blank);
  }
  const auto first = number_of(line.substr(0, dash)), last = dash == std::string_view::npos ? first : number_of(line.substr(dash + 1));
  if (!first || !last || *first < 1 || *first > *last || *last > sentences) return std::nullopt;
  selection.first = *first;
  selection.last = *last;
  return selection;
}

class Labeller {
 public:
  Labeller(std::vector<EvalQuery> queries, LabelPool& pool, LabelFile& labels)
      : queries_(std::move(queries)), pool_(pool), labels_(labels) {}

  // False: the person stopped before the end.
  bool run() {
    while (at_.query < queries_.size()) {
      throw_if_interrupted();
      load();
      if (at_.passage >= passages_.size()) {
        ++at_.query;
        at_.passage = 0;
        loaded_ = false;
        continue;
      }
      if (!again_ && labels_.grade_of(queries_[at_.query].id, passages_[at_.passage])) {
        ++at_.passage;
        continue;
      }
      show();
      if (!answer()) return false;
    }
    return true;
  }
  std::size_t judged() const { return judged_; }

 private:
  void load() {
    if (loaded_) return;
    passages_ = pool_.passages_for(queries_[at_.query]);
    loaded_ = true;
  }

  void show() {
    const EvalQuery& query = queries_[at_.query];
    const PooledPassage& passage = passages_[at_.passage];
    const auto words = words_to_highlight(query.text);
    std::cout << fmt::format(fmt::runtime(tr("\n[question {} of {}, passage {} of {}]  ", "\n[질문 {}/{}, 구절 {}/{}]  ")), at_.query + 1,
                             queries_.size(), at_.passage + 1, passages_.size())
              << bold(escape_for_terminal(query.text)) << '\n';
    std::cout << faint(escape_for_terminal(passage.document))
              << (passage.page > 0 ? fmt::format(fmt::runtime(tr(", page {}", ", {}쪽")), passage.page) : "");
    for (const std::string& heading : passage.heading_path) std::cout << " > " << escape_for_terminal(heading);
    std::cout << '\n';
    sentences_ = split_sentences(passage.text);
    for (std::size_t i = 0; i < sentences_.size(); ++i)
      std::cout << fmt::format("  {:>2}  ", i + 1)
                << highlighted(collapse_white_space(passage.text.substr(sentences_[i].begin, sentences_[i].size())), words) << '\n';
    if (const auto before = labels_.grade_of(query.id, passage))
      std::cout << fmt::format(fmt::runtime(tr("judged before: {}\n", "앞서 매긴 등급: {}\n")), *before);
  }

  bool read(std::string& line) {
    std::cout << std::flush;
    const bool answered = static_cast<bool>(std::getline(std::cin, line));
    throw_if_interrupted();
    return answered;
  }

  // False: quit, or nobody answers any more.
  bool answer() {
    std::string line;
    for (;;) {
      std::cout << tr("answers it? y n 0-3 s(entences) k(later) b(ack) u(ndo) d(one) q(uit): ",
                      "답이 되나요? y 예 n 아니요 0-3 등급 s 문장 k 나중에 b 뒤로 u 취소 d 다음 질문 q 끝: ");
      if (!read(line)) return false;
      const std::string key = fold_case(replace_invalid_utf8(trim(line)));
      if (key == "q") return false;
      if (key == "y" || key == "예" || key == "ㅛ") return judge(1);
      if (key == "n" || key == "아니요" || key == "ㅜ") return judge(0);
      if (key.size() == 1 && key[0] >= '0' && key[0] <= '3') return judge(key[0] - '0');
      if (key == "k" || key.empty()) return move(at_.passage + 1, false);
      if (key == "d") return move(passages_.size(), false);
      if (key == "b") return back();
      if (key == "u") return undo();
      if (key == "s") {
        if (select()) return true;
        continue;
      }
      std::cout << tr("not one of the answers; ", "알 수 없는 답입니다; ");
    }
  }

  bool judge(int grade, const std::vector<Span>& parts = {}) {
    labels_.judge(queries_[at_.query].id, passages_[at_.passage], grade, parts);
    history_.push_back(at_);
    ++judged_;
    return move(at_.passage + 1, false);
  }

  bool select() {
    std::string line;
    std::cout << tr("which sentences (2 or 2-4), and a grade where it is not 1: ", "몇 번 문장인가요 (2 또는 2-4), 1이 아니면 등급도: ");
    if (!read(line)) return false;
    const auto chosen = selection_of(line, sentences_.size());
    if (!chosen) {
      std::cout << fmt::format(fmt::runtime(tr("expected sentences from 1 to {}; ", "1부터 {}까지의 문장을 고르세요; ")),
                               sentences_.size());
      return false;
    }
    const std::size_t begin = passages_[at_.passage].span.begin;
    return judge(chosen->grade, {{begin + sentences_[chosen->first - 1].begin, begin + sentences_[chosen->last - 1].end}});
  }

  bool move(std::size_t passage, bool again) {
    at_.passage = passage;
    again_ = again;
    return true;
  }

  bool back() {
    if (at_.passage > 0) return move(at_.passage - 1, true);
    if (at_.query == 0) return true;
    --at_.query;
    loaded_ = false;
    load();
    return move(passages_.empty() ? 0 : passages_.size() - 1, true);
  }

  bool undo() {
    if (history_.empty() || !labels_.undo()) {
      std::cout << tr("nothing to undo in this run\n", "이번에 취소할 것이 없습니다\n");
      return true;
    }
    loaded_ = loaded_ && history_.back().query == at_.query;
    at_ = history_.back();
    history_.pop_back();
    --judged_;
    again_ = true;
    return true;
  }

  std::vector<EvalQuery> queries_;
  LabelPool& pool_;
  LabelFile& labels_;
  Place at_;
  bool loaded_ = false;
  bool again_ = false;  // the passage is to be shown though it was judged
  std::vector<PooledPassage> passages_;
  std::vector<Span> sentences_;
  std::vector<Place> history_;
  std::size_t judged_ = 0;
};

SearchMode mode_named(const std::string& name) {
  choice("--pool", name, {"lexical", "dense", "hybrid"});
  return name == "lexical" ? SearchMode::Lexical : name == "dense" ? SearchMode::Dense : SearchMode::Hybrid;
}

PoolOptions pool_options(const po::variables_map& values, const Globals& globals) {
  PoolOptions options{.indexes = {},
                      .modes = {},
                      .runs = {},
                      .retrieve = retrieve_options(values, globals.config, 10),
                      .depth = std::max<std::size_t>(1, values["depth"].as<std::size_t>())};
  options.indexes.push_back(session_options(values, globals.config, existing_index(index_option(values, globals), globals.config)));
  if (values.count("also-index"))
    for (const std::string& index : values["also-index"].as<std::vector<std::string>>())
      options.indexes.push_back({.index = existing_index(index, globals.config), .embedder = options.indexes.front().embedder});
  std::vector<std::string> modes = {"lexical", "dense", "hybrid"};
  if (values.count("pool")) modes = values["pool"].as<std::vector<std::string>>();
  for (const std::string& mode : modes) options.modes.push_back(mode_named(mode));
  if (values.count("run"))
    for (const std::string& run : values["run"].as<std::vector<std::string>>()) options.runs.push_back(read_run(run));
  return options;
}

}  // namespace

int eval_label(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_index_option(options);
  options.add_options()("queries", po::value<std::string>()->value_name("FILE"), "questions: JSON Lines with _id and text, or id TAB text")(
      "out", po::value<std::string>()->value_name("FILE"), "the gold file; what is in it is kept and not asked again")(
      "depth", po::value<std::size_t>()->value_name("N")->default_value(10), "passages of each system")(
      "pool", po::value<std::vector<std::string>>()->value_name("MODE")->composing(),
      "lexical, dense or hybrid, repeatable: searches of the index that are pooled; default: all three")(
      "also-index", po::value<std::vector<std::string>>()->value_name("DIR")->composing(),
      "another index of the same documents whose searches are pooled too, repeatable")(
      "run", po::value<std::vector<std::string>>()->value_name("FILE")->composing(),
      "a run of any system whose documents are pooled too, repeatable");
  add_search_options(options);
  add_model_options(options);
  const auto values = parse_options("eval label", "eval label --queries FILE --out FILE [OPTIONS]", options, {}, arguments, kEpilogue);
  if (!values.count("queries") || !values.count("out"))
    throw Error(ErrorKind::Usage, "rag eval label: wants --queries FILE and --out FILE");
  const std::string out = values["out"].as<std::string>();
  LabelFile labels(out);
  LabelPool pool(pool_options(values, globals));
  Labeller labeller(read_queries(values["queries"].as<std::string>()), pool, labels);
  const bool finished = labeller.run();
  std::cout << fmt::format(fmt::runtime(tr("\n{}: {} judged now, {} in all{}\n", "\n{}: 이번에 {}개, 모두 {}개{}\n")),
                           escape_for_terminal(out), labeller.judged(), labels.size(),
                           finished ? tr("; every passage of the pool is judged or put off", "; 모든 구절을 보았습니다")
                                    : tr("; the same command goes on here", "; 같은 명령으로 이어서 할 수 있습니다"));
  return 0;
}

}  // namespace rag::cli
