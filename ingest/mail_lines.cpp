#include "ingest/mail_lines.h"

namespace rag {

std::string joined_by_commas(const std::vector<std::string>& values) {
  std::string line;
  for (const std::string& value : values) line += (line.empty() ? "" : ", ") + value;
  return line;
}

std::string mail_header_lines(const std::vector<std::string>& from, const std::vector<std::string>& to, const std::vector<std::string>& cc,
                              const std::string& date) {
  std::string lines;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) lines += std::string(name) + ": " + value + "\n";
  };
  add("From", joined_by_commas(from));
  add("To", joined_by_commas(to));
  add("Cc", joined_by_commas(cc));
  add("Date", date);
  return lines;
}

std::string readable_size(std::size_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  if (bytes < (1U << 20)) return std::to_string(bytes >> 10) + " KB";
  return std::to_string(bytes >> 20) + " MB";
}

}  // namespace rag
