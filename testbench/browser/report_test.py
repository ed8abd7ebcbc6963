#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens a report of 'icesim report' in headless Chromium, at the width of a screen and of a phone, and looks whether
what is drawn is what the results say. Usage: report_test.py ICESIM; exit code 77: there is no Chromium."""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
WIDTHS = (1200, 390)
TRACE = os.path.join(os.path.dirname(__file__), "../../traces/k61-f2fs-key-per-file.icetrace")

# Measures the page in a frame, whose width is that of a window: where everything is, and what it says.
MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">
<iframe src="report.html" style="width:%dpx;height:900px;border:0"></iframe><pre id="found"></pre><script>
onload = () => {
  const page = document.querySelector("iframe").contentDocument, root = page.documentElement;
  const box = e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const all = (from, selector) => [...from.querySelectorAll(selector)];
  const plot = (figure) => ({
    x: all(figure, ".x-axis .tick").map(t => [t.textContent, parseFloat(t.getAttribute("x"))]),
    y: all(figure, ".y-axis .tick").map(t => [t.textContent, parseFloat(t.getAttribute("y"))]),
    dots: all(figure, "circle").map(c => [c.textContent, parseFloat(c.getAttribute("cx")), parseFloat(c.getAttribute("cy"))]),
    curves: all(figure, "polyline").map(c => c.getAttribute("points").split(" ").length)});
  document.getElementById("found").textContent = JSON.stringify({
    width: root.clientWidth, scroll: root.scrollWidth, ground: getComputedStyle(page.body).backgroundColor,
    sections: all(page, "section").map(s => s.id), title: page.title,
    foreign: all(page, "script, link, img, iframe, object, embed, [src], [onclick]").length,
    beyond: all(page, "body *").filter(e => e.tagName != "polyline" && box(e)[2] > root.clientWidth + 1)
      .map(e => e.tagName + " " + e.textContent.slice(0, 40)),
    ticks: all(page, ".x-axis, .y-axis").map(a => all(a, ".tick").map(t => [t.textContent, ...box(t)])),
    plots: Object.fromEntries(all(page, "section").map(s => [s.id, all(s, "figure .plot").map(plot)])),
    parts: all(page, "#stages .stack rect").map(r => [r.textContent, parseFloat(r.getAttribute("x")), parseFloat(r.getAttribute("width"))]),
    held: all(page, ".held").map(r => r.textContent),
    texts: Object.fromEntries(all(page, "section").map(s => [s.id, s.textContent]))});
};
</script>"""


def fail(why):
    sys.exit("FAILED: " + why)


def check(condition, why):
    if not condition:
        fail(why)


def chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return name
    print("SKIPPED: no chromium is installed; the package chromium has it")
    sys.exit(SKIPPED)


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    check(done.returncode == 0, " ".join(words) + ": " + done.stderr)


def browse(browser, folder, name, *more):
    """The page as the browser has it after loading; what it complains of is a failure."""
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir=" + folder + "/profile",
               "--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=5000", *more,
               "--dump-dom", "file://" + folder + "/" + name]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    check(done.returncode == 0, "chromium ended with " + str(done.returncode) + ": " + done.stderr)
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    check(not complaints, "the browser complains: " + "\n".join(complaints))
    return done.stdout


def value_at(ticks, place, to_number, logarithmic):
    """What an axis says of a place, from its first and last tick."""
    (first, p), (last, q) = ((to_number(label), at) for label, at in (ticks[0], ticks[-1]))
    share = (place - p) / (q - p)
    return first * (last / first) ** share if logarithmic else first + (last - first) * share


def percent(label):
    return float(re.match(r"([\d.]+)\s%", label).group(1)) / 100


def picoseconds(label):
    number, unit = re.match(r"([\d.,]+)\s(\w+)", label).groups()
    return float(number.replace(",", "")) * {"s": 1e12, "ms": 1e9, "µs": 1e6, "ns": 1e3, "ps": 1}[unit]


def check_miss_curve(found, slots):
    misses, means = found["plots"]["miss-curve"]
    check(misses["curves"] == [256], "the curve has %s points" % misses["curves"])
    points = slots["simulated"]
    latency = "value" if slots.get("metric", {}).get("unit") == "ps" else "mean_ps"
    best = min(p[latency] for p in points)
    for plot, measure in ((misses, lambda p: p["miss_rate"]), (means, lambda p: p[latency] / best - 1)):
        check(len(plot["dots"]) == len(points), "%d dots for %d simulations" % (len(plot["dots"]), len(points)))
        for (title, x, y), point in zip(plot["dots"], points):
            check(title.startswith("%d keyslot" % point["keyslots"]), title)
            check(abs(value_at(plot["x"], x, float, True) / point["keyslots"] - 1) < 1e-3, title + " is at %f" % x)
            top = percent(plot["y"][-1][0])
            check(abs(value_at(plot["y"], y, percent, False) - measure(point)) < 1e-3 * top, title + " is at height %f" % y)


def check_latency(found, results):
    plot = found["plots"]["latency"][0]
    seen = 0
    for title, x, y in plot["dots"]:
        kind, percentile = re.match(r"(\w+) (\w+):", title).groups()
        statistic = results["statistics"].get("latency.%s.%s" % (kind, percentile))
        if statistic is None:
            continue
        at = value_at(plot["x"], x, picoseconds, True)
        # Percentiles of the results are those of a histogram.
        check(abs(at / statistic["value"] - 1) < 5e-3, "%s is at %f, and %d in the results" % (title, at, statistic["value"]))
        seen += 1
        if percentile in ("p90", "p99"):
            label = {"p90": "90", "p99": "99"}[percentile]
            check(any(t.startswith(label + "\u00a0%") or t.startswith(label + " %") for t, at in plot["y"] if abs(at - y) < 0.2), title)
    check(seen >= 8, "only %d percentiles are drawn" % seen)


def check_stages(found, results):
    end = 0
    total = sum(s["total_ps"] for s in results["stages"])
    for title, x, width in found["parts"]:
        check(abs(x - end) < 0.01, "%s begins at %f, behind %f" % (title, x, end))
        end = x + width
        stage = next(s for s in results["stages"] if title.startswith(s["name"] + ":"))
        check(abs(width / 100 - stage["total_ps"] / total) < 1e-4, title)
    check(abs(end - 100) < 0.02, "the stages end at %f %%" % end)


def main():
    icesim = os.path.abspath(sys.argv[1])
    browser = chromium()
    with tempfile.TemporaryDirectory() as folder:
        results, requests, slots, page = (folder + "/" + n for n in ("run.json", "run.csv", "slots.json", "report.html"))
        run(icesim, "run", TRACE, "--set", "replay.limit=3000", "-o", results, "--requests", requests)
        run(icesim, "slots", TRACE, "--set", "replay.limit=3000", "-o", slots)
        run(icesim, "report", results, slots, "--requests", requests, "-o", page)
        with open(results) as file:
            run_json = json.load(file)
        with open(slots) as file:
            slots_json = json.load(file)
        browse(browser, folder, "report.html")
        grounds = set()
        for width, scheme in ((WIDTHS[0], 1), (WIDTHS[0], 0), (WIDTHS[1], 1)):
            with open(folder + "/measure.html", "w") as file:
                file.write(MEASURE % width)
            dom = browse(browser, folder, "measure.html", "--blink-settings=preferredColorScheme=%d" % scheme, "--window-size=1400,1000")
            found = json.loads(html.unescape(re.search(r'<pre id="found">(.*?)</pre>', dom, re.S).group(1)))
            check(found["width"] == width, "the frame is %d wide" % found["width"])
            check(found["scroll"] <= width, "%d pixels in a window of %d" % (found["scroll"], width))
            check(not found["beyond"], "beyond the right edge at %d: %s" % (width, found["beyond"][:5]))
            check(found["foreign"] == 0, "scripts or other files")
            for section in ("answer", "miss-curve", "latency", "stages", "key-cost", "keyslots", "reuse", "utilisation", "energy", "assumptions", "missing", "repeat"):
                check(section in found["sections"], "no section " + section)
            for axis in found["ticks"]:
                for (a, l, t, r, b), (c, left, top, right, bottom) in zip(axis, axis[1:]):
                    check(r <= left or bottom <= t or b <= top or right <= l, "'%s' and '%s' overlap at %d" % (a, c, width))
            check_miss_curve(found, slots_json)
            check_latency(found, run_json)
            check_stages(found, run_json)
            check("Recorded beside simulated" in found["texts"]["missing"], "what is not shown is not said")
            check(any(h.startswith("keyslot 0: key ") for h in found["held"]), "keyslots are empty")
            grounds.add(found["ground"])
        check(len(grounds) == 2, "light and dark look alike: %s" % grounds)
    print("1 passed, 0 failed")


main()
