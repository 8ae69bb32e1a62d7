#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace rag {

// Calls visit(line, number) for every line that is not blank, from 1, without byte order mark and carriage return.  The file is held in
// memory; lines stay valid until all have been visited.  Throws Error(Usage) where the file is missing, packed, or a line is not UTF-8.
void for_each_line(const std::filesystem::path& file, const std::function<void(std::string_view line, std::size_t number)>& visit);

// "FILE:NUMBER: PROBLEM" as Error(Usage).
[[noreturn]] void fail_at_line(const std::filesystem::path& file, std::size_t number, const std::string& problem);

// The columns of a line; gives how many there are, and puts as many into `fields` as it holds.
std::size_t split_tabs(std::string_view line, std::span<std::string_view> fields);         // empty ones count, blanks around one are taken off
std::size_t split_white_space(std::string_view line, std::span<std::string_view> fields);  // as trec_eval reads columns

}  // namespace rag
