#!/usr/bin/env python3
"""Clones the 84 real spectra of shared/data/welter (beside the repository) end to end: time, memory, residuals by resolution, worst nodes.

    python3 bench/grid-run/real_grid.py --scratch DIR [--grid GRID.h5] [--record] [--remark TEXT]

The recipes are the default, one sweep, and every spectrum on its own. --only takes some of their names.
"""
import argparse
import csv
import glob
import json
import os
import sys
import time

import run_verb

RECIPES = {"default": [], "one-sweep": ["--one-sweep"], "independent": ["--independent"]}
ROWS = [("native", "native"), ("R115000", "R = 115,000"), ("R55000", "R = 55,000"), ("R22500", "R = 22,500"), ("R5000", "R = 5,000")]


def worst_nodes(path, count=5):
    with open(path) as stream:
        rows = [row for row in csv.DictReader(stream) if row["rms_native"]]
    rows.sort(key=lambda row: -float(row["rms_native"]))
    return ", ".join(f"{row['teff']} {row['logg']} {row['feh']}: {float(row['rms_native']):.4f}" for row in rows[:count])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--grid")
    parser.add_argument("--only", default=",".join(RECIPES))
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--remark", default="")
    options = parser.parse_args()
    run_verb.require_program()
    scratch = os.path.abspath(options.scratch)
    os.makedirs(scratch, exist_ok=True)
    grid = os.path.abspath(options.grid) if options.grid else os.path.join(scratch, "real-grid.h5")
    if not os.path.exists(grid):
        sources = sorted(glob.glob(os.path.join(run_verb.ROOT, "..", "shared", "data", "welter", "phoenix_grid_*.fits.gz")))
        if not sources:
            sys.exit("../shared/data/welter is not here; give --grid.")
        run_verb.measured(scratch, "grid", "import", *sources, "-o", grid)
    runs, tables = [], []
    for name in options.only.split(","):
        clones = os.path.join(scratch, f"real-{name}.h5")
        report = os.path.join(scratch, f"real-{name}-report")
        result = run_verb.measured(scratch, "clone", grid, "-o", clones, *RECIPES[name], "--json", "--quiet")
        run_verb.measured(scratch, "report", clones, grid, "-o", report, "--quiet")
        with open(os.path.join(report, "summary.json")) as stream:
            facts = json.load(stream)
        origin, native = facts["lines_by_origin"], facts["residual"]["native"]
        runs.append(
            f"| {name} | {result['seconds']:.1f} s | {result['busy_seconds'] / os.cpu_count():.1f} s | {result['peak_bytes'] / 1e9:.2f} GB | {os.path.getsize(clones) / 1e6:.0f} MB | {facts['lines']:,} "
            f"| {origin['detected']:,}, {origin['inherited']:,}, {origin['residual']:,} | {native['rms_median']:.5f} | {native['rms_worst']:.5f} at {native['rms_worst_point']} |")
        print(runs[-1], flush=True)
        tables += ["", f"## {name}", "", "| resolution | rms, median | median, median | 99.9 %, median | largest, median | rms, worst |", "|---|---|---|---|---|---|"]
        for key, label in ROWS:
            r = facts["residual"][key]
            tables.append(f"| {label} | {r['rms_median']:.5f} | {r['median_median']:.5f} | {r['p99.9_median']:.4f} | {r['max_median']:.4f} | {r['rms_worst']:.5f} |")
        tables += ["", f"Largest rms: {worst_nodes(os.path.join(report, 'nodes.csv'))}. {len(facts['outliers'])} outliers among the nodes."]
    text = [
        f"# Real spectra, {time.strftime('%Y-%m-%d', time.gmtime())}",
        "",
        f"`bench/grid-run/real_grid.py`: PHOENIX 3000-4300 K, logg 3.5 and 4, [M/H] -0.5 to 0.5 at 8000-10028 A ({facts['spectra']} spectra); {os.cpu_count()} cores, {run_verb.commit()}. {options.remark}".rstrip(),
        "",
        "| recipe | wall time | processor time / cores | peak memory | file | lines | detected, inherited, residual | rms, median | rms, worst |",
        "|---|---|---|---|---|---|---|---|---|",
        *runs,
        *tables,
    ]
    print("\n".join(["", *text]))
    if options.record:
        with open(run_verb.results_file("real-grid.md"), "w") as out:
            out.write("\n".join(text) + "\n")


if __name__ == "__main__":
    sys.exit(main())
