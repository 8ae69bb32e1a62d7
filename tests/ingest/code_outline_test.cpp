#include "ingest/code_outline.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ingest/chunker.h"
#include "ingest/sandbox.h"

namespace rag {
namespace {

// "2 def area(self)": level and text, and behind it in brackets the line at which the section begins.
std::vector<std::string> outline(const std::string& media_type, const std::string& text) {
  std::vector<std::string> lines;
  for (const Heading& heading : outline_of_code(text, media_type)) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(heading.begin), '\n');
    lines.push_back(std::to_string(heading.level) + ' ' + heading.text + " [" + std::to_string(line) + ']');
  }
  return lines;
}
using Lines = std::vector<std::string>;

TEST(CodeOutline, FindsFunctionsInsideClassesAndNamespaces) {
  EXPECT_EQ(outline("text/x-c++", R"(#include <vector>
#define BEGIN {

namespace shapes {

// 넓이를 잰다.
class Circle final : public Shape {
 public:
  explicit Circle(double radius) : radius_(radius), parts_{1, 2} { check(); }
  double area() const override {
    if (radius_ < 0) { return 0; }
    const char* text = "}{";  // }
    return 3 * radius_;
  }
  bool operator<(const Circle& other) const { return true; }
};

struct Point* nearest(Point* from,
                      int count) {
  return from;
}

}  // namespace shapes

template <typename T>
T largest(T a, T b)
{
  return a;
}

int table[] = {1, 2, 3};
extern "C" {
int plain(void) { return R"x(})x"[0]; }
}
)"),
            (Lines{"1 namespace shapes [4]", "2 class Circle final : public Shape [6]",
                   "3 explicit Circle(double radius) : radius_(radius), parts_ [9]", "3 double area() const override [10]",
                   "3 bool operator<(const Circle& other) const [15]", "2 struct Point* nearest(Point* from, int count) [18]",
                   "1 template <typename T> T largest(T a, T b) [25]", "1 int plain(void) [33]"}));
}

TEST(CodeOutline, NestsPythonByIndentation) {
  EXPECT_EQ(outline("text/x-python", R"(import os

class 직원(Base):
    """def not_a_function():"""

    # 휴가 일수
    @property
    def vacation(self):
        def helper():
            pass
        return helper

    async def load(self): pass

def main(): pass

if __name__ == "__main__":
    main()
)"),
            (Lines{"1 class 직원(Base) [3]", "2 def vacation(self) [6]", "2 async def load(self): pass [13]", "1 def main(): pass [15]",
                   "1 if __name__ == \"__main__\" [17]"}));
}

TEST(CodeOutline, KnowsScriptsWithoutSemicolons) {
  EXPECT_EQ(outline("text/x-typescript", R"(import { a } from './a'

export default class Cart extends Base {
  total(): number {
    const braces = /[{]/
    return `}${1}`.length
  }
}

const add = (a: number, b: number) => {
  return a + b
}

export async function load(
  url: string,
) {
}

if (a) {
}
describe('cart', () => {
})
const options = {
}
)"),
            (Lines{"1 export default class Cart extends Base [3]", "2 total(): number [4]", "1 const add = (a: number, b: number) => [10]",
                   "1 export async function load( url: string, ) [14]"}));
}

TEST(CodeOutline, KnowsTheManyLanguagesOfBraces) {
  EXPECT_EQ(outline("text/x-go", "package main\n\n// Server serves.\ntype Server struct {\n\tport int\n}\n\nfunc (s *Server) Run(ctx context.Context) error {\n\treturn nil\n}\n"),
            (Lines{"1 type Server struct [3]", "1 func (s *Server) Run(ctx context.Context) error [8]"}));
  EXPECT_EQ(outline("text/x-rust", "#[derive(Debug)]\npub struct Point<'a> { x: &'a str }\nimpl<'a> Point<'a> {\n    fn quote(&self) -> char { '{' }\n}\nfn main() {}\n"),
            (Lines{"1 pub struct Point<'a> [1]", "1 impl<'a> Point<'a> [3]", "2 fn quote(&self) -> char [4]", "1 fn main() [6]"}));
  EXPECT_EQ(outline("text/x-java", "package a;\npublic record Point(int x, int y) implements Shape {\n  @Override\n  public String toString() { return \"\"; }\n}\n"),
            (Lines{"1 public record Point(int x, int y) implements Shape [2]", "2 public String toString() [3]"}));
  EXPECT_EQ(outline("text/x-kotlin", "class Cart(val a: Int) : Base(a) {\n  fun total(): Int {\n    return 1\n  }\n}\n"),
            (Lines{"1 class Cart(val a: Int) : Base(a) [1]", "2 fun total(): Int [2]"}));
  EXPECT_EQ(outline("text/x-php", "<?php\nfunction 합계($a) {\n  return $a; # }\n}\n"), (Lines{"1 function 합계($a) [1]"}));
  EXPECT_EQ(outline("text/x-terraform", "resource \"aws_instance\" \"web\" {\n  tags = {\n  }\n}\n"), (Lines{"1 resource \"aws_instance\" \"web\" [1]"}));
}

TEST(CodeOutline, KnowsLinesThatBeginSomething) {
  EXPECT_EQ(outline("text/x-ruby", "module A\n  class B\n    def c\n    end\n  end\nend\n"), (Lines{"1 module A [1]", "2 class B [2]", "3 def c [3]"}));
  EXPECT_EQ(outline("text/x-shellscript", "# prints\nusage() {\n  echo $#\n}\nfunction run {\n}\n"), (Lines{"1 usage() [1]", "1 function run [5]"}));
  EXPECT_EQ(outline("text/x-sql", "-- CREATE nothing\nCREATE TABLE 직원 (\n  id INT\n);\n"), (Lines{"1 CREATE TABLE 직원 ( [1]"}));
  EXPECT_EQ(outline("application/toml", "[package]\nname = \"a\"\nlist = [\n[1, 2],\n]\n[a.b]\n"), (Lines{"1 [package] [1]", "1 [a.b] [6]"}));
  EXPECT_EQ(outline("text/x-haskell", "area :: Double -> Double\narea x = x\n  where y :: Int\n"), (Lines{"1 area :: Double -> Double [1]"}));
}

TEST(CodeOutline, CutsLongHeadersAtACharacter) {
  std::string parameters;
  for (int i = 0; i < 100; ++i) parameters += "매개변수, ";
  const auto headings = outline_of_code("def f(" + parameters + "):\n", "text/x-python");
  ASSERT_EQ(headings.size(), 1U);
  EXPECT_LE(headings[0].text.size(), kMaxCodeHeading + 3);
  EXPECT_TRUE(headings[0].text.ends_with("..."));
}

TEST(CodeOutline, LivesWithWhatIsNoProgram) {
  const std::string deep = std::string(100000, '{') + std::string(50000, '(') + std::string(200000, '}') + "\nint f() {}\n";
  for (const char* type : {"text/x-c++", "text/javascript", "text/x-rust", "text/x-php", "text/x-python", "text/x-lua"}) {
    for (const std::string& text : {deep, std::string("\"\\"), std::string("/*"), std::string("R\"("), std::string("'"), std::string("{"), std::string("@("), std::string("#[")})
      for (const Heading& heading : outline_of_code(text, type)) EXPECT_LT(heading.begin, text.size());
  }
  EXPECT_TRUE(outline("text/plain", "def f():\n").empty());
}

TEST(SourceCode, IsCutBetweenItsFunctions) {
  std::string text = "class Store:\n";
  for (const char* name : {"open", "close", "read"}) {
    text += "    def " + std::string(name) + "(self):\n";
    for (int i = 0; i < 30; ++i) text += "        self.step_" + std::to_string(i) + "()\n";
    text += "\n";
  }
  const ParseOutcome outcome = parse_bytes(text, "store.py");
  ASSERT_EQ(outcome.documents.size(), 1U);
  EXPECT_EQ(outcome.documents[0].text, text);
  const auto count_calls = [](std::string_view piece) { return static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '_')) + 1; };
  std::vector<std::string> paths;
  for (const Chunk& chunk : make_structure_chunker({.max_tokens = 80, .overlap_tokens = 5}, count_calls)->split(outcome.documents[0]))
    paths.push_back(chunk.heading_path.empty() ? "" : chunk.heading_path.back());
  // The line of the class alone is too little for a chunk: its first function joins it.
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  EXPECT_EQ(paths, (std::vector<std::string>{"class Store", "def close(self)", "def read(self)"}));
}

}  // namespace
}  // namespace rag
