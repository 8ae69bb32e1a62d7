#include "retrieve/eval/metric.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/shortest_number.h"
#include "core/text.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

enum class Cutoff { Optional, Required, None };

struct Family {
  Metric::Kind kind;
  const char* name;                     // canonical
  std::vector<std::string> spellings;   // folded
  Cutoff cutoff;
  std::vector<std::string> parameters;  // that mean something
};

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies = {
      {Metric::Kind::NDCG, "nDCG", {"ndcg", "ndcg_cut"}, Cutoff::Optional, {"dcg"}},
      {Metric::Kind::AP, "AP", {"ap", "map", "map_cut"}, Cutoff::Optional, {"rel"}},
      {Metric::Kind::RR, "RR", {"rr", "mrr", "recip_rank"}, Cutoff::Optional, {"rel"}},
      {Metric::Kind::P, "P", {"p", "precision"}, Cutoff::Required, {"rel"}},
      {Metric::Kind::R, "R", {"r", "recall"}, Cutoff::Required, {"rel"}},
      {Metric::Kind::RCap, "R_cap", {"r_cap", "recall_cap", "recallcap"}, Cutoff::Required, {"rel"}},
      {Metric::Kind::Success, "Success", {"success"}, Cutoff::Required, {"rel"}},
      {Metric::Kind::Rprec, "Rprec", {"rprec"}, Cutoff::None, {"rel"}},
      {Metric::Kind::Bpref, "Bpref", {"bpref"}, Cutoff::None, {"rel"}},
      {Metric::Kind::InfAP, "infAP", {"infap"}, Cutoff::None, {"rel"}},
      {Metric::Kind::RBP, "RBP", {"rbp"}, Cutoff::Optional, {"p", "rel"}},
      {Metric::Kind::Judged, "Judged", {"judged"}, Cutoff::Optional, {}},
      {Metric::Kind::Hole, "Hole", {"hole"}, Cutoff::Required, {}},
  };
  return kFamilies;
}

[[noreturn]] void fail(const std::string& name, const std::string& problem) {
  throw Error(ErrorKind::Usage, "metric \"" + excerpt(name) + "\": " + problem +
                                    "; there are nDCG, nDCG@k, nDCG(dcg='exp-log2')@k, AP, AP@k, RR, RR@k, P@k, R@k, R_cap@k, Success@k, Rprec, Bpref, infAP, "
                                    "RBP(p=0.8), Judged@k, Hole@k, and (rel=N) as in AP(rel=2)@100");
}

template <typename Number>
std::optional<Number> number(std::string_view digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<int> positive(std::string_view digits) {
  const std::optional<int> value = number<int>(digits);
  return value && *value >= 1 ? value : std::nullopt;
}

// Takes "(rel=2,p=0.5)" out of `rest`; nothing is left of it where there are none.
std::string take_parameters(std::string& rest) {
  const std::size_t open = rest.find('('), close = rest.find(')');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  std::string inside = rest.substr(open + 1, close - open - 1);
  rest.erase(open, close - open + 1);
  return inside.empty() ? " " : inside;  // "AP()" is not "AP"
}

// Takes "@10", "_10" or ".10" off the end of `rest`.
std::optional<std::string> take_cutoff(std::string& rest) {
  std::size_t mark = rest.find('@');
  if (mark == std::string::npos) {
    const std::size_t digits = rest.find_last_not_of("0123456789") + 1;
    if (digits == rest.size() || digits == 0 || (rest[digits - 1] != '_' && rest[digits - 1] != '.')) return std::nullopt;
    mark = digits - 1;
  }
  const std::string digits = rest.substr(mark + 1);
  rest.erase(mark);
  return digits;
}

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && (text.front() == '\'' || text.front() == '"') && text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

void set_parameter(Metric& metric, const Family& family, const std::string& given, std::string_view key, std::string_view value) {
  if (std::ranges::find(family.parameters, key) == family.parameters.end()) fail(given, std::string(family.name) + " knows no (" + excerpt(key) + "=...)");
  if (key == "rel") {
    if (!positive(value)) fail(given, "rel=" + excerpt(value) + ", expected a whole number from 1");
    metric.relevance = *positive(value);
  } else if (key == "p") {
    const std::optional<double> persistence = number<double>(value);
    if (!persistence || !(*persistence > 0 && *persistence < 1)) fail(given, "p=" + excerpt(value) + ", expected a number above 0 and below 1");
    metric.persistence = *persistence;
  } else {
    const std::string_view gains = without_quotes(value);
    if (gains != "log2" && gains != "exp-log2") fail(given, "dcg=" + excerpt(value) + ", expected log2 or exp-log2");
    metric.exponential_gain = gains == "exp-log2";
  }
}

void set_parameters(Metric& metric, const Family& family, const std::string& given, std::string_view list) {
  std::vector<std::string_view> seen;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view parameter = trim(list.substr(begin, end - begin));
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) fail(given, "\"" + excerpt(parameter) + "\" in brackets, expected a parameter such as rel=2");
    const std::string_view key = trim(parameter.substr(0, equals));
    if (std::ranges::find(seen, key) != seen.end()) fail(given, excerpt(key) + " twice");
    seen.push_back(key);
    set_parameter(metric, family, given, key, trim(parameter.substr(equals + 1)));
    begin = end + 1;
  }
}

// What tells this metric from its like: "(rel=2)" where that is not the default.
std::string canonical_name(const Metric& metric, const Family& family) {
  std::string inside;
  const auto add = [&](const std::string& parameter) { inside += (inside.empty() ? "" : ",") + parameter; };
  if (metric.kind == Metric::Kind::RBP) add("p=" + shortest_number(metric.persistence));
  if (metric.exponential_gain) add("dcg='exp-log2'");
  if (metric.relevance != 1) add("rel=" + std::to_string(metric.relevance));
  return family.name + (inside.empty() ? "" : "(" + inside + ")") + (metric.cutoff > 0 ? "@" + std::to_string(metric.cutoff) : "");
}

}  // namespace

Metric parse_metric(const std::string& name) {
  if (find_invalid_utf8(name)) throw Error(ErrorKind::Usage, "a metric's name is not UTF-8, expected one such as nDCG@10");
  std::string rest = fold_case(trim(name));
  const std::string parameters = take_parameters(rest);
  const std::optional<std::string> cutoff = take_cutoff(rest);
  const auto family =
      std::ranges::find_if(families(), [&](const Family& f) { return std::ranges::find(f.spellings, rest) != f.spellings.end(); });
  if (family == families().end()) fail(name, "not known");

  Metric metric{.kind = family->kind, .name = ""};
  set_parameters(metric, *family, name, parameters);
  if (cutoff) {
    if (family->cutoff == Cutoff::None) fail(name, std::string(family->name) + " has no cutoff");
    if (!positive(*cutoff)) fail(name, "the cutoff is \"" + excerpt(*cutoff) + "\", expected a whole number from 1");
    metric.cutoff = *positive(*cutoff);
  } else if (family->cutoff == Cutoff::Required) {
    fail(name, "needs a cutoff, such as " + std::string(family->name) + "@10");
  }
  metric.name = canonical_name(metric, *family);
  return metric;
}

Metric with_exponential_gain(Metric metric) {
  if (metric.kind != Metric::Kind::NDCG) return metric;
  metric.exponential_gain = true;
  metric.name = canonical_name(metric, families().front());
  return metric;
}

}  // namespace rag
