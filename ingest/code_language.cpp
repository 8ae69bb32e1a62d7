#include "ingest/code_language.h"

#include <initializer_list>
#include <map>

namespace rag {
namespace {

using Quote = CodeLanguage::Quote;
using Shape = CodeLanguage::Shape;

const Quote kDouble{"\"", "\""}, kSingle{"'", "'"}, kBlock{"/*", "*/", true, false}, kTriple{"\"\"\"", "\"\"\"", true}, kTripleSingle{"'''", "'''", true},
    kBacktick{"`", "`", true}, kRawBacktick{"`", "`", true, false};

CodeLanguage braces(std::vector<Quote> strings, std::vector<std::string_view> containers, bool semicolons) {
  CodeLanguage language;
  language.line_comments = {"//"};
  language.block_comments = {kBlock};
  language.strings = std::move(strings);
  language.containers = std::move(containers);
  language.semicolons = semicolons;
  return language;
}

CodeLanguage lines(std::vector<std::string_view> line_comments, std::vector<Quote> strings, std::vector<std::string_view> openers,
                   std::vector<std::string_view> containers = {}) {
  CodeLanguage language;
  language.shape = Shape::Lines;
  language.line_comments = std::move(line_comments);
  language.strings = std::move(strings);
  language.openers = std::move(openers);
  language.containers = std::move(containers);
  return language;
}

std::map<std::string, CodeLanguage> make_languages() {
  std::map<std::string, CodeLanguage> made;
  CodeLanguage& c = made["text/x-c"] = braces({kDouble, kSingle}, {"struct", "union", "enum", "extern", "class", "namespace"}, true);
  c.preprocessor = true;
  made["text/x-objective-c"] = c;
  made["text/x-c++"] = c;
  made["text/x-c++"].raw_strings = true;
  made["text/x-java"] = braces({kTriple, kDouble, kSingle}, {"class", "interface", "enum", "record"}, true);
  made["text/x-csharp"] = braces({kTriple, kDouble, kSingle}, {"class", "interface", "struct", "enum", "record", "namespace"}, true);
  made["text/x-csharp"].preprocessor = true;
  CodeLanguage& script = made["text/javascript"] = braces({kBacktick, kDouble, kSingle}, {"class", "interface", "enum", "namespace", "module"}, false);
  script.regexes = true;
  made["text/x-typescript"] = script;
  made["text/x-kotlin"] = braces({kTriple, kDouble, kSingle}, {"class", "interface", "object"}, false);
  made["text/x-scala"] = braces({kTriple, kDouble}, {"class", "object", "trait", "enum", "package"}, false);
  made["text/x-swift"] = braces({kTriple, kDouble}, {"class", "struct", "enum", "protocol", "extension", "actor"}, false);
  made["text/x-go"] = braces({kRawBacktick, kDouble, kSingle}, {"struct", "interface"}, false);
  made["text/x-rust"] = braces({kDouble, kSingle}, {"struct", "enum", "union", "trait", "impl", "mod", "extern"}, true);
  made["text/x-rust"].lifetimes = true;
  made["text/x-php"] = braces({kDouble, kSingle}, {"class", "interface", "trait", "enum", "namespace"}, true);
  made["text/x-php"].line_comments = {"//", "#"};
  made["text/x-php"].block_comments.push_back({"<?php", "", true, false});
  made["text/x-dart"] = braces({kTriple, kTripleSingle, kDouble, kSingle}, {"class", "mixin", "extension", "enum"}, true);
  made["text/x-protobuf"] = braces({kDouble, kSingle}, {"message", "service", "enum", "oneof"}, true);
  made["text/x-terraform"] = braces({kDouble}, {"resource", "data", "module", "variable", "output", "provider", "terraform", "locals"}, false);
  made["text/x-terraform"].line_comments = {"#", "//"};
  made["text/x-perl"] = braces({kDouble, kSingle}, {"package"}, true);
  made["text/x-perl"].line_comments = {"#"};
  made["text/x-perl"].block_comments = {{"\n=", "\n=cut", true, false}};

  made["text/x-python"] = lines({"#"}, {kTriple, kTripleSingle, kDouble, kSingle}, {"def ", "async def ", "class ", "if __name__ "}, {"class "});
  made["text/x-ruby"] = lines({"#"}, {kDouble, kSingle}, {"def ", "class ", "module "}, {"class ", "module "});
  made["text/x-elixir"] = lines({"#"}, {kTriple, kDouble}, {"defmodule ", "defprotocol ", "defimpl ", "defmacro ", "def ", "defp "},
                                 {"defmodule ", "defprotocol ", "defimpl "});
  made["text/x-lua"] = lines({"--"}, {{"[[", "]]", true, false}, kDouble, kSingle}, {"function ", "local function "});
  made["text/x-lua"].block_comments = {{"--[[", "]]", true, false}};
  made["text/x-sql"] = lines({"--"}, {{"'", "'", true, false}, kDouble}, {"CREATE ", "create ", "Create ", "ALTER TABLE ", "alter table "});
  made["text/x-sql"].block_comments = {kBlock};
  made["text/x-shellscript"] = lines({"#"}, {}, {"function ", "()"});
  made["text/x-cmake"] = lines({"#"}, {kDouble}, {"function(", "macro(", "FUNCTION(", "MACRO("});
  made["text/x-powershell"] = lines({"#"}, {}, {"function ", "Function ", "filter ", "class "}, {"class "});
  made["text/x-clojure"] = lines({";"}, {{"\"", "\"", true}}, {"(ns ", "(defn ", "(defn- ", "(defmacro ", "(defprotocol ", "(defrecord ", "(deftype ", "(defmulti ", "(defmethod ", "(def "});
  made["text/x-haskell"] = lines({"--"}, {kDouble}, {"module ", "data ", "newtype ", "type ", "class ", "instance ", "::"});
  made["text/x-haskell"].block_comments = {{"{-", "-}", true, false}};
  made["text/x-ini"] = lines({"#", ";"}, {}, {"["});
  made["application/toml"] = lines({"#"}, {kTriple, kTripleSingle, kDouble, kSingle}, {"["});
  return made;
}

}  // namespace

const CodeLanguage* find_code_language(const std::string& media_type) {
  static const std::map<std::string, CodeLanguage> languages = make_languages();
  const auto found = languages.find(media_type);
  return found == languages.end() ? nullptr : &found->second;
}

}  // namespace rag
