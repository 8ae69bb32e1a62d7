#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Calls visit(line, number) for every line that is not blank, from 1, without byte order mark and carriage return.
// Throws Error(Usage) where the file is missing or a line is not UTF-8.
void for_each_line(const std::filesystem::path& file, const std::function<void(std::string_view line, std::size_t number)>& visit);

// "FILE:NUMBER: PROBLEM" as Error(Usage).
[[noreturn]] void fail_at_line(const std::filesystem::path& file, std::size_t number, const std::string& problem);

std::vector<std::string_view> split_tabs(std::string_view line);         // empty fields kept, blanks around a field taken off
std::vector<std::string_view> split_white_space(std::string_view line);  // as trec_eval reads columns

}  // namespace rag
