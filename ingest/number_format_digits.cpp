// The sections of number formats that are no dates.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "ingest/decimal.h"
#include "ingest/number_format.h"

namespace rag {
namespace {

using Token = NumberFormatToken;
using Kind = NumberFormatToken::Kind;

std::string printf_like(double value, std::chars_format format, int precision) {
  std::array<char, 512> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
  return end.ec == std::errc() ? std::string(buffer.data(), end.ptr) : "";
}

// What the placeholders of a section ask for.
struct Plan {
  std::size_t point = 0;  // index of the token that ends the whole part
  int whole_digits = 0, decimals = 0, percents = 0, thousands = 0;
  bool grouped = false, has_exponent = false, has_slash = false;
};

Plan plan_of(const std::vector<Token>& tokens) {
  Plan plan;
  const auto ends_whole = [](const Token& token) { return token.kind == Kind::Point || token.kind == Kind::Exponent; };
  const auto is_digit = [](const Token& token) { return token.kind == Kind::Digit; };
  const auto point = std::find_if(tokens.begin(), tokens.end(), ends_whole);
  plan.point = static_cast<std::size_t>(point - tokens.begin());
  for (auto token = tokens.begin(); token != tokens.end(); ++token) {
    if (token->kind == Kind::Percent) ++plan.percents;
    if (token->kind == Kind::Exponent) plan.has_exponent = true;
    if (token->kind == Kind::Slash) plan.has_slash = true;
    if (is_digit(*token) && !plan.has_exponent) ++(token < point ? plan.whole_digits : plan.decimals);
    if (token->kind != Kind::Comma || plan.whole_digits == 0) continue;
    // A comma between digits groups them by thousands; one behind the last digit divides by a thousand.
    if (std::none_of(token, token < point ? point : tokens.end(), is_digit))
      ++plan.thousands;
    else if (token < point)
      plan.grouped = true;
  }
  return plan;
}

// Fills the whole part from right to left; the leftmost placeholder takes all digits that are left.
std::string fill_whole(const std::vector<Token>& tokens, std::size_t end, std::string digits, bool grouped) {
  if (digits == "0") digits.clear();  // "#" shows no zero
  std::string reversed;
  std::size_t used = 0, placeholders = 0;
  for (std::size_t i = 0; i < end; ++i) placeholders += tokens[i].kind == Kind::Digit;
  const auto put = [&](char digit) {
    if (grouped && used > 0 && used % 3 == 0) reversed += ',';
    reversed += digit;
    ++used;
  };
  for (std::size_t i = end; i-- > 0;) {
    if (tokens[i].kind == Kind::Literal || tokens[i].kind == Kind::Percent || tokens[i].kind == Kind::Slash)
      reversed.append(tokens[i].text.rbegin(), tokens[i].text.rend());
    if (tokens[i].kind != Kind::Digit) continue;
    if (!digits.empty()) {
      put(digits.back());
      digits.pop_back();
    } else if (tokens[i].placeholder == '0') {
      put('0');
    }
    if (--placeholders == 0)
      for (; !digits.empty(); digits.pop_back()) put(digits.back());
  }
  return {reversed.rbegin(), reversed.rend()};
}

std::string fill_decimals(const std::vector<Token>& tokens, std::size_t begin, const std::string& digits) {
  // Zeros at the end stand only where a '0' asks for them.
  std::size_t needed = 0, seen = 0;
  for (std::size_t i = begin; i < tokens.size() && tokens[i].kind != Kind::Exponent; ++i) {
    if (tokens[i].kind != Kind::Digit) continue;
    ++seen;
    if (tokens[i].placeholder == '0' || (seen <= digits.size() && digits[seen - 1] != '0')) needed = seen;
  }
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = begin; i < tokens.size() && tokens[i].kind != Kind::Exponent; ++i) {
    if (tokens[i].kind == Kind::Digit) {
      if (next < needed) text += next < digits.size() ? digits[next] : '0';  // a format may name more places than there are digits
      ++next;
    } else if (tokens[i].kind != Kind::Comma && tokens[i].kind != Kind::General) {
      text += tokens[i].text;
    }
  }
  return text;
}

std::string show_fixed(const std::vector<Token>& tokens, const Plan& plan, double magnitude) {
  const std::string fixed = fixed_decimal(magnitude, plan.decimals);
  const std::size_t dot = std::min(fixed.find('.'), fixed.size());
  const std::string decimals = dot < fixed.size() ? fixed.substr(dot + 1) : "";
  const std::string whole = fixed.substr(0, dot);
  // ".00" names no place for what stands before the point.
  if (plan.whole_digits == 0 && plan.decimals > 0 && whole != "0") return whole + fill_decimals(tokens, plan.point, decimals);
  return fill_whole(tokens, plan.point, whole, plan.grouped) + fill_decimals(tokens, plan.point, decimals);
}

std::string show_scientific(const std::vector<Token>& tokens, const Plan& plan, double magnitude) {
  // "##0.0E+0" keeps the exponent a multiple of three.
  const int step = std::max(plan.whole_digits, 1);
  int exponent = magnitude == 0 ? 0 : static_cast<int>(std::floor(std::log10(magnitude)));
  if (step > 1) exponent -= ((exponent % step) + step) % step;
  double mantissa = magnitude / std::pow(10.0, exponent);
  if (std::strtod(fixed_decimal(mantissa, plan.decimals).c_str(), nullptr) >= std::pow(10.0, step)) {
    exponent += step;
    mantissa = magnitude / std::pow(10.0, exponent);
  }
  const auto mark = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.kind == Kind::Exponent; });
  std::string power = std::to_string(std::abs(exponent));
  const auto places =
      static_cast<std::size_t>(std::count_if(mark, tokens.end(), [](const Token& token) { return token.kind == Kind::Digit; }));
  if (power.size() < places) power.insert(0, places - power.size(), '0');
  return show_fixed(tokens, plan, mantissa) + "E" + (exponent < 0 ? "-" : mark->text == "+" ? "+" : "") + power;
}

// "# ?/?": the nearest fraction whose denominator has so many digits, or is the number that stands there.
std::string show_fraction(const std::vector<Token>& tokens, double magnitude) {
  const auto slash = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.kind == Kind::Slash; });
  // Digits of the numerator stand right before the slash; others before them are for the whole.
  auto numerator = slash;
  while (numerator != tokens.begin() && (numerator - 1)->kind == Kind::Digit) --numerator;
  const bool has_whole = std::any_of(tokens.begin(), numerator, [](const Token& token) { return token.kind == Kind::Digit; });
  long named = 0, most = 1;
  for (auto token = slash + 1; token != tokens.end(); ++token) {
    const bool is_number = token->kind == Kind::Literal && token->text.size() == 1 && token->text[0] >= '0' && token->text[0] <= '9';
    if (is_number || (token->kind == Kind::Digit && named > 0))
      named = std::min(named * 10 + (is_number ? token->text[0] - '0' : 0), 9999L);
    if (token->kind == Kind::Digit && named == 0) most = std::min(most * 10, 1000L);
  }
  double whole = has_whole ? std::floor(magnitude) : 0;
  const double part = magnitude - whole;
  long best = named > 0 ? named : 1;
  if (named == 0)
    for (long d = 1; d < most; ++d)
      if (std::fabs(std::round(part * static_cast<double>(d)) / static_cast<double>(d) - part) + 1e-12 <
          std::fabs(std::round(part * static_cast<double>(best)) / static_cast<double>(best) - part))
        best = d;
  double over = std::round(part * static_cast<double>(best));
  if (has_whole && over >= static_cast<double>(best)) {
    ++whole;
    over = 0;
  }
  if (over == 0) return fixed_decimal(whole, 0);
  return (has_whole && whole > 0 ? fixed_decimal(whole, 0) + " " : "") + fixed_decimal(over, 0) + "/" + std::to_string(best);
}

}  // namespace

std::string show_general(double value) {
  if (std::floor(value) == value && std::fabs(value) < 1e15) return printf_like(value, std::chars_format::fixed, 0);
  std::string shown = printf_like(value, std::chars_format::general, 10);
  if (const std::size_t e = shown.find('e'); e != std::string::npos) shown[e] = 'E';
  return shown;
}

std::string show_number(const NumberFormatSection& section, double magnitude) {
  const std::vector<Token>& tokens = section.tokens;
  const Plan plan = plan_of(tokens);
  if (std::any_of(tokens.begin(), tokens.end(), [](const Token& token) { return token.kind == Kind::General; })) {
    std::string text;
    for (const Token& token : tokens) text += token.kind == Kind::General ? show_general(magnitude) : token.text;
    return text;
  }
  magnitude *= std::pow(100.0, std::min(plan.percents, 10));
  magnitude /= std::pow(1000.0, std::min(plan.thousands, 10));
  if (!std::isfinite(magnitude)) return show_general(magnitude);
  if (plan.has_exponent) return show_scientific(tokens, plan, magnitude);
  const bool is_fraction = plan.has_slash && plan.point == tokens.size() && plan.whole_digits > 0;
  return is_fraction ? show_fraction(tokens, magnitude) : show_fixed(tokens, plan, magnitude);
}

}  // namespace rag
