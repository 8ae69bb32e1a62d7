#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "program.h"

namespace rag::test {

// One line, with what to do; never a stack trace.
inline void expect_one_clear_line(const Result& result, int code, const std::string& words) {
  EXPECT_EQ(result.code, code) << result.err;
  EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
  EXPECT_LE(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

}  // namespace rag::test
