#pragma once

#include <gumbo.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

// gumbo's tree, for this room's HTML reader only.
namespace rag::html {

// Runs `use` on the root of a parsed page.  Throws Error(Ingest) where there is none; the tree dies with the call.
void with_tree(std::string_view html, const std::function<void(const GumboNode&)>& use);

const char* attribute(const GumboElement& element, const char* name);  // "" where it has none
bool is_skipped(const GumboElement& element);                          // scripts, navigation, controls, what is hidden
int heading_level(GumboTag tag);                                       // 0 for no heading
bool is_block(GumboTag tag);                                           // begins and ends a paragraph
bool is_text(const GumboNode& node);
std::string inner_text(const GumboNode& root);  // what is not skipped, blocks apart by blanks

// Visits a subtree in document order without recursion.  `enter` returns false to pass over a node's children; `leave` is called
// for every node.
template <typename Enter, typename Leave>
void walk(const GumboNode& root, Enter&& enter, Leave&& leave) {
  struct Step {
    const GumboNode* node;
    unsigned next;
  };
  std::vector<Step> path;
  const auto open = [&](const GumboNode& node) {
    if (enter(node) && (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE))
      path.push_back({&node, 0});
    else
      leave(node);
  };
  open(root);
  while (!path.empty()) {
    Step& step = path.back();
    const GumboVector& children = step.node->v.element.children;
    if (step.next < children.length) {
      open(*static_cast<const GumboNode*>(children.data[step.next++]));
    } else {
      const GumboNode* done = step.node;
      path.pop_back();
      leave(*done);
    }
  }
}

}  // namespace rag::html
