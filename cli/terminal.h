#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/progress.h"

namespace rag::cli {

bool stdout_is_terminal();
bool stderr_is_terminal();

// A line on standard error that is redrawn a few times a second, or nothing where that is no terminal.
std::unique_ptr<Progress> make_progress_bar();

// ANSI emphasis where standard output is a terminal and NO_COLOR is not set.
std::string bold(std::string_view text);
std::string faint(std::string_view text);

// True where the user's language is Korean: LC_ALL, LC_MESSAGES, LANG.
bool user_reads_korean();

// The Korean text for a user who reads Korean, else the English one.
const char* tr(const char* english, const char* korean);

// Asks on the terminal; the answer is no where nobody is there.
bool ask_yes_no(const std::string& question);

// Columns of a terminal that valid UTF-8 takes: Hangul and other wide characters take two.
std::size_t columns_of(std::string_view text);
// The text, filled up with blanks to so many of them.
std::string padded(std::string_view text, std::size_t columns);

// Bytes for people: "3.2 MB".
std::string human_bytes(std::size_t bytes);

// The text of a passage on a few lines of a terminal: control characters escaped, white space collapsed, cut at `max_bytes`.
std::string preview(std::string_view text, std::size_t max_bytes);

}  // namespace rag::cli
