#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>

#include "core/text.h"

namespace rag::cli {
namespace {

class NoProgress : public Progress {
 public:
  void update(std::string_view, std::size_t, std::size_t) override {}
};

class ProgressBar : public Progress {
 public:
  ~ProgressBar() override { clear(); }

  void update(std::string_view what, std::size_t done, std::size_t total) override {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (total > 0 && done >= total) {
      clear();
      return;
    }
    if (drawn_ && now - last_ < std::chrono::milliseconds(120)) return;
    last_ = now;
    drawn_ = true;
    const std::size_t percent = total == 0 ? 0 : 100 * done / total;
    constexpr std::size_t kBar = 24;
    const std::size_t filled = kBar * percent / 100;
    std::string line = "\r\x1B[K[" + std::string(filled, '=') + std::string(kBar - filled, ' ') + "] " + std::to_string(done);
    if (total > 0) line += "/" + std::to_string(total);
    line += "  " + preview(what, 48);
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
  }

 private:
  void clear() {
    if (!drawn_) return;
    std::fputs("\r\x1B[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
  }

  std::mutex mutex_;
  std::chrono::steady_clock::time_point last_{};
  bool drawn_ = false;
};

std::string emphasised(std::string_view text, const char* code) {
  static const bool on = stdout_is_terminal() && !std::getenv("NO_COLOR");
  return on ? "\x1B[" + std::string(code) + "m" + std::string(text) + "\x1B[0m" : std::string(text);
}

}  // namespace

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::unique_ptr<Progress> make_progress_bar() {
  if (stderr_is_terminal()) return std::make_unique<ProgressBar>();
  return std::make_unique<NoProgress>();
}

std::string bold(std::string_view text) { return emphasised(text, "1"); }
std::string faint(std::string_view text) { return emphasised(text, "2"); }

bool user_reads_korean() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value && *value) return std::string_view(value).starts_with("ko");
  }
  return false;
}

const char* tr(const char* english, const char* korean) {
  static const bool is_korean = user_reads_korean();
  return is_korean ? korean : english;
}

bool ask_yes_no(const std::string& question) {
  if (::isatty(STDIN_FILENO) != 1 || !stderr_is_terminal()) return false;
  std::cerr << escape_for_terminal(question) << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes" || answer == "예" || answer == "네");
}

std::size_t columns_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size();) width += is_cjk(next_code_point(text, i)) ? 2 : 1;
  return width;
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = columns_of(text);
  return std::string(text) + std::string(width < columns ? columns - width : 1, ' ');
}

std::string human_bytes(std::size_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::string preview(std::string_view text, std::size_t max_bytes) {
  // Only what can be shown is worth collapsing: a passage may be long.
  const std::string_view head = text.substr(0, floor_to_character(text, 4 * max_bytes));
  const std::string line = collapse_white_space(escape_for_terminal(head));
  if (line.size() <= max_bytes && head.size() == text.size()) return line;
  return line.substr(0, floor_to_character(line, max_bytes)) + "...";
}

}  // namespace rag::cli
