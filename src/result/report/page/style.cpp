// SPDX-License-Identifier: Apache-2.0
#include "style.hpp"

namespace icesim {

std::string_view report_style() {
  return R"css(
:root { color-scheme: light dark;
  --ground: #ffffff; --ink: #1c2126; --soft: #59636e; --line: #e3e6ea; --base: #8b949e; --panel: #f5f7f9;
  --s1: #1f6fb2; --s2: #c2540a; --s3: #11806a; --s4: #94479b; --host: #7d8794; --keys: #d9660f; --wire: #3b82c4; --device: #2a9d83;
  --few: #f5c9a3; --some: #e08a45; --many: #a8480a; --on-held: #1c2126; --on-many: #ffffff; --bad: #b3261e; --bad-ground: #fdeceb; --warn: #8a6100; --warn-ground: #fdf6e0; }
@media screen and (prefers-color-scheme: dark) { :root {
  --ground: #14181d; --ink: #e4e8ec; --soft: #9ba6b2; --line: #2a3139; --base: #6b7683; --panel: #1c2229;
  --s1: #6cb2ee; --s2: #f0924f; --s3: #4fc7a8; --s4: #cf8fd6; --host: #7f8b98; --keys: #f0924f; --wire: #5a9fdc; --device: #3fb497;
  --few: #5e3b20; --some: #b96a2c; --many: #ffb27a; --on-held: #ffffff; --on-many: #1c2126; --bad: #ff8d85; --bad-ground: #3a1d1b; --warn: #e7c15c; --warn-ground: #322a14; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .2rem; overflow-wrap: anywhere; }
p { margin: .3rem 0 .8rem; max-width: 46rem; }
a { color: var(--s1); }
code { font: .88em ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
section { margin: 2.6rem 0 0; padding-top: 1.2rem; border-top: 1px solid var(--line); } #answer { margin: 0; padding: 0; border: 0; }
.soft, figcaption, small { color: var(--soft); font-size: .875rem; }
.kicker { color: var(--soft); font-size: .875rem; margin: 0 0 .6rem; }
.answer { font-size: 1.2rem; line-height: 1.45; max-width: 46rem; margin: .6rem 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.6rem, 1fr)); gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; margin: 1.4rem 0 0; }
.tile { background: var(--ground); padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.3rem; line-height: 1.3; white-space: nowrap; font-weight: 600; font-variant-numeric: tabular-nums; }
.tile span { display: block; color: var(--soft); font-size: .8125rem; line-height: 1.35; }
.box { border-left: 4px solid var(--warn); background: var(--warn-ground); padding: .8rem 1.1rem; margin: 1.2rem 0; border-radius: 0 6px 6px 0; }
.box.bad { border-color: var(--bad); background: var(--bad-ground); }
.box p { margin: 0 0 .3rem; } .box b { color: var(--warn); } .box.bad b { color: var(--bad); }
.box ul { margin: .2rem 0 0; padding-left: 1.1rem; } .box li { overflow-wrap: anywhere; }
.box .compact { font-size: .875rem; } .box .compact code { white-space: nowrap; }
figure { margin: 1rem 0 1.6rem; }
figcaption { margin-top: .5rem; max-width: 46rem; }
.plot { padding: 8px 26px 44px 68px; } .plot svg { display: block; overflow: visible; } .plot svg svg { overflow: hidden; }
.y-title { color: var(--soft); font-size: .8125rem; margin: 0 0 2px; }
text { font-size: 12.5px; fill: var(--ink); font-variant-numeric: tabular-nums; }
.tick, .x-title { fill: var(--soft); }
.grid { stroke: var(--line); } .base { stroke: var(--base); }
.curve { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.dot { stroke: var(--ground); stroke-width: 1.5; }
.marker { stroke: var(--c); stroke-width: 1.5; stroke-dasharray: 4 3; } .note { fill: var(--c); font-weight: 600; }
.note, .direct { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
.band { fill: var(--device); opacity: .14; }
text, line { --c: var(--ink); }
.s1 { --c: var(--s1); } .s2 { --c: var(--s2); } .s3 { --c: var(--s3); } .s4 { --c: var(--s4); }
.host { --c: var(--host); } .keys { --c: var(--keys); } .wire { --c: var(--wire); } .device { --c: var(--device); }
.few { --c: var(--few); } .some { --c: var(--some); } .many { --c: var(--many); } .churn { --c: var(--base); } .quiet { --c: var(--base); }
.curve { stroke: var(--c); } .dot, .bar, .part, .held { fill: var(--c); } .swatch { background: var(--c); } .direct { fill: var(--c); font-weight: 600; }
.dot.open { fill: var(--ground); stroke: var(--c); stroke-width: 2; } .curve.dashed { stroke-dasharray: 5 4; }
.track { fill: var(--panel); } .span { stroke: var(--base); stroke-width: 1.5; }
.part { stroke: var(--ground); stroke-width: 1; } .held-label { fill: var(--on-held); font-weight: 600; pointer-events: none; } .held-label.many { fill: var(--on-many); } .part-label { fill: #fff; font-weight: 600; pointer-events: none; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .875rem; color: var(--soft); margin: .6rem 0 .2rem; max-width: none; }
.entry { overflow-wrap: anywhere; } .swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .45em; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.bars { margin: 1rem 0; font-size: .9375rem; font-variant-numeric: tabular-nums; }
.bar-row { display: grid; grid-template-columns: 10.5rem minmax(4rem, 1fr) 10rem; grid-template-areas: "label bar value"; gap: 0 .9rem; align-items: center; margin: .35rem 0; }
.bar-row svg { grid-area: bar; display: block; } .bar-label { grid-area: label; overflow-wrap: anywhere; } .bar-value { grid-area: value; }
.stack { margin: .2rem 0 1rem; } .stack svg { display: block; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; margin: .8rem 0; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8125rem; border-bottom: 1px solid var(--base); padding: .3rem .7rem .3rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .35rem .7rem .35rem 0; vertical-align: top; } .rows td { overflow-wrap: anywhere; }
th.n, td.n { text-align: right; } td.n { white-space: nowrap; } .wide { overflow-x: auto; } th:last-child, td:last-child { padding-right: 0; } td small { display: block; line-height: 1.4; } .stages small { display: inline; margin-left: .6em; }
tr.sum td { font-weight: 600; border-top: 1px solid var(--base); }
.hash { overflow-wrap: anywhere; word-break: break-all; }
@media (max-width: 40rem) {
  main { padding: 1.4rem 1rem 3rem; } h1 { font-size: 1.5rem; } .answer { font-size: 1.08rem; } section { margin-top: 2.2rem; }
  .plot { padding: 8px 20px 44px 58px; } text { font-size: 11.5px; } .roomy { display: none; }
  .bar-row { grid-template-columns: 1fr auto; grid-template-areas: "label value" "bar bar"; margin: .5rem 0; } .bar-value { text-align: right; }
  .rows thead { display: none; } .rows tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0; }
  .rows td, .rows td.n { display: block; border: 0; padding: .05rem 0; text-align: left; white-space: normal; } .rows td[data-name]::before { content: attr(data-name) " "; color: var(--soft); font-size: .8125rem; }
  .stages small { display: block; margin: 0; } .many small { display: none; } .rows { font-size: .875rem; } .wide table, .wide th { font-size: .8125rem; } th, td { padding-right: .5rem; } .wide th:first-child, .wide td:first-child { overflow-wrap: break-word; } }
@media print {
  :root { color-scheme: light; } body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  section { break-inside: auto; margin-top: 1.5rem; } figure, .bars, tr, .tiles, .box { break-inside: avoid; } h2, h3, section > p, .legend, .y-title { break-after: avoid; } .tile b { font-size: 1.1rem; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
)css";
}

}  // namespace icesim
