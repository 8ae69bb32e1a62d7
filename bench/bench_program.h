#pragma once

// What the measuring programs of this folder share.

#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/engine.h"

namespace rag::bench {

double milliseconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// --precision's value.  Throws Error(Usage).
inline Precision precision_of(const std::string& name) {
  if (name == "fp32") return Precision::Fp32;
  if (name == "bf16") return Precision::Bf16;
  if (name == "int8") return Precision::Int8;
  throw Error(ErrorKind::Usage, "--precision " + name + ": expected fp32, bf16 or int8");
}

// A JSON string a line.  Throws Error where the file cannot be read or has none.
inline std::vector<std::string> read_texts(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorKind::Io, file + ": cannot be read");
  std::vector<std::string> texts;
  for (std::string line; std::getline(in, line);) texts.push_back(nlohmann::json::parse(line).get<std::string>());
  if (texts.empty()) throw Error(ErrorKind::Usage, file + ": empty, expected a JSON string a line");
  return texts;
}

// What main() does: the work, and where that fails one line that begins with the program's name, and exit code 2.
int run_program(const char* name, const auto& work) {
  try {
    work();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 2;
  }
}

}  // namespace rag::bench
