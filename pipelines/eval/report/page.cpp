#include "core/hash.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/page_parts.h"

namespace rag {
namespace {

// The digest's bytes in base64, as a content security policy names a script (RFC 4648; 32 bytes end in one '=').
std::string base64_of(const std::string& hex) {
  constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  unsigned bits = 0, held = 0;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bits = bits << 8 | static_cast<unsigned>(std::stoi(hex.substr(i, 2), nullptr, 16));
    for (held += 8; held >= 6; held -= 6) encoded += kDigits[bits >> (held - 6) & 63];
  }
  if (held > 0) encoded += kDigits[bits << (6 - held) & 63];
  while (encoded.size() % 4 != 0) encoded += '=';
  return encoded;
}

}  // namespace

std::string report_html(const ReportInput& input) {
  const std::string title = html_escaped(input.title.empty() ? say(input, "Evaluation", "평가 보고서") : input.title);
  std::string page = "<!DOCTYPE html>\n<html lang=\"" + std::string(input.korean ? "ko" : "en") + "\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + base64_of(sha256_hex(kReportScript)) +
          "'; base-uri 'none'; form-action 'none'\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + title +
          "</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>" + kReportStyle + "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n";
  page += summary_section(input) + difference_section(input) + cost_section(input) + risk_section(input) + worst_section(input) + query_section(input);
  return page + "</main>\n<script>" + kReportScript + "</script>\n</body>\n</html>\n";
}

}  // namespace rag
