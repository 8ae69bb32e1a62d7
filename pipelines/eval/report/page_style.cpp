#include "pipelines/eval/report/page_parts.h"

namespace rag {

const char* const kReportStyle = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --panel: #f6f8fa; --line: #d0d7de; --accent: #0a5cc2; --good: #1a7f37; --bad: #c4320a; --tie: #8c959f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --paper: #0f1318; --panel: #181d24; --line: #323a44; --accent: #6cb0ff; --good: #4ac26b; --bad: #ff8a65; --tie: #768390; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", NanumGothic, "Nanum Gothic", sans-serif; word-break: keep-all; overflow-wrap: anywhere; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 8px 0 4px; } h2 { font-size: 1.25rem; margin: 40px 0 10px; padding-bottom: 4px; border-bottom: 1px solid var(--line); } h3 { font-size: 1rem; margin: 22px 0 8px; }
p, ul { margin: 8px 0; } ul { padding-left: 22px; } .soft { color: var(--soft); font-size: .875rem; }
a { color: var(--accent); }
.wide { overflow-x: auto; margin: 10px 0; } .wide:focus-visible, th button:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9375rem; min-width: 50%; }
th, td { padding: 5px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
thead th { background: var(--panel); border-bottom: 2px solid var(--line); white-space: nowrap; }
td.figure, th.figure { text-align: right; white-space: nowrap; } td.text { min-width: 14em; overflow-wrap: anywhere; } tr.best td.figure.best, td.best { font-weight: 700; }
sup { line-height: 0; color: var(--good); font-weight: 700; margin-left: 2px; } .gap { display: inline-block; min-width: 1.6em; text-align: left; }
th button { all: unset; cursor: pointer; } th button::after { content: "\2195"; color: var(--tie); margin-left: 5px; } th[aria-sort=ascending] button::after { content: "\2191"; color: var(--accent); } th[aria-sort=descending] button::after { content: "\2193"; color: var(--accent); }
.better-ink { color: var(--good); } .worse-ink { color: var(--bad); }
svg.plot { display: block; width: 100%; max-width: 760px; height: auto; margin: 6px 0 14px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; font-size: 12px; }
svg text { fill: var(--ink); } svg .tick, svg .count { fill: var(--soft); } svg .label { fill: var(--soft); font-size: 13px; } svg .middle { text-anchor: middle; } svg .end { text-anchor: end; }
svg .axis { stroke: var(--soft); } svg .grid { stroke: var(--line); stroke-dasharray: 2 4; } svg .better { fill: var(--good); } svg .worse { fill: var(--bad); } svg .tie { fill: var(--tie); }
svg .dot { fill: var(--accent); stroke: var(--accent); stroke-width: 1.5; } svg .behind { fill: var(--panel); } svg .front { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .curve { fill: none; stroke-width: 2; } svg .curve0 { stroke: var(--accent); } svg .curve1 { stroke: var(--bad); } svg .curve2 { stroke: var(--good); } svg .curve3 { stroke: #a371f7; stroke-dasharray: 6 3; } svg .curve4 { stroke: #d29922; stroke-dasharray: 2 3; } svg .curve5 { stroke: var(--tie); }
.query { border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; margin: 10px 0; break-inside: avoid; } .query h4 { margin: 0 0 6px; font-size: 1rem; } .query .value { float: right; font-variant-numeric: tabular-nums; margin-left: 12px; }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 4px 24px; font-size: .9rem; } .lists h5 { margin: 4px 0; font-size: .8125rem; color: var(--soft); font-weight: 600; } .lists ol, .lists ul { margin: 0; padding-left: 26px; }
.hit { color: var(--good); font-weight: 600; } .hit::before { content: "\2713 "; } .miss { color: var(--bad); }
.extract { display: block; color: var(--soft); font-weight: 400; font-size: .8125rem; }
summary { cursor: pointer; font-weight: 600; margin: 12px 0; } code { font: .85em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #333; --paper: #fff; --panel: #fff; --line: #999; --accent: #0a4a9c; --good: #155d27; --bad: #9a2a08; --tie: #666; } @page { margin: 16mm; } body { font-size: 10pt; } main { max-width: none; padding: 0; } h2, h3 { break-after: avoid; } thead { display: table-header-group; } tr, svg.plot { break-inside: avoid; } .wide { overflow: visible; } th button::after { content: ""; } }
)css";

// Sorting, and opening what is folded before it is printed.  Whatever it does is a convenience: without it, the page says the same.
const char* const kReportScript = R"js(
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  table.querySelectorAll("thead th").forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") !== "descending" && head.classList.contains("figure") || head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("thead th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const key = row => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = (a, b) => head.classList.contains("figure") ? Number(key(a)) - Number(key(b)) : key(a).localeCompare(key(b));
      body.append(...Array.from(body.rows).sort((a, b) => falling ? compare(b, a) : compare(a, b)));
    });
  });
}
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(part => part.open = true));
)js";

}  // namespace rag
