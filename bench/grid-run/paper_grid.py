#!/usr/bin/env python3
"""Clones a synthetic grid of the paper's size end to end: 1,314 spectra of 338,651 pixels, mean about 9,167 lines found in each.

    python3 bench/grid-run/paper_grid.py --scratch DIR [--grid GRID.h5] [--every N] [--report] [--record] [-- OPTIONS OF clone]

Makes the grid (1.8 GB) in the scratch folder unless --grid names one, clones it, inspects the file, and says wall time, peak memory and file
sizes. --every 73 takes every 73rd temperature only, to try it. Options after -- go to 'clone', for example -- --epochs 3 --threads 2.
"""
import argparse
import json
import os
import sys
import time

import run_verb


def gigabytes(count):
    return f"{count / 1e9:.2f} GB"


def minutes(seconds):
    return f"{seconds / 60:.1f} min"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--grid")
    parser.add_argument("--lines", type=int, default=730_000, help="lines in the list of the grid; of these about 9,167 a spectrum are found, as in the paper")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--remark", default="")
    parser.add_argument("--commit", default="", help="what is said of the program's commit where the scripts lie outside of a working tree")
    parser.add_argument("clone", nargs="*")
    options = parser.parse_args()
    run_verb.require_program()
    scratch = os.path.abspath(options.scratch)
    os.makedirs(scratch, exist_ok=True)
    steps = []

    def step(name, *arguments):
        print(f"{name} ...", flush=True)
        result = run_verb.measured(scratch, *arguments)
        steps.append((name, result))
        print(f"{name}: {result['seconds']:.1f} s, busy {result['busy_seconds']:.1f} s, peak {gigabytes(result['peak_bytes'])}", flush=True)
        return result

    grid = os.path.abspath(options.grid) if options.grid else os.path.join(scratch, "paper-grid.h5")
    if not os.path.exists(grid):
        teff = [*range(2300, 7001, 100), *range(7200, 12001, 200)][:: options.every]
        step("grid synthesize", "grid", "synthesize", "-o", grid, "--teff", ",".join(map(str, teff)), "--lines", options.lines, "--quiet")
    clones = os.path.join(scratch, "paper-clones.h5")
    if os.path.exists(clones):
        os.remove(clones)
    clone = step("clone", "clone", grid, "-o", clones, *options.clone, "--json")
    facts = json.loads(clone["output"])
    spectra, lines = facts["spectra"], facts["lines"]
    inspected = json.loads(run_verb.measured(scratch, "inspect", clones, "--json")["output"])
    if options.report:
        step("report", "report", clones, grid, "-o", os.path.join(scratch, "paper-report"), "--quiet")
    text = [
        f"# A grid of the paper's size, {time.strftime('%Y-%m-%d', time.gmtime())}",
        "",
        f"`bench/grid-run/paper_grid.py`; {spectra} spectra of {inspected['pixels']:,} pixels, `{' '.join(['clone', *options.clone])}`, {os.cpu_count()} cores; {options.commit or run_verb.commit()}. {options.remark}".rstrip(),
        "",
        "| step | wall time | processor time / cores | wall time per spectrum | peak memory |",
        "|---|---|---|---|---|",
        *[
            f"| {name} | {minutes(r['seconds'])} | {minutes(r['busy_seconds'] / os.cpu_count())} | {1000 * r['seconds'] / spectra:.0f} ms | {gigabytes(r['peak_bytes'])} |"
            for name, r in steps
        ],
        "",
        f"- grid file {gigabytes(os.path.getsize(grid))}, clones file {gigabytes(os.path.getsize(clones))}",
        f"- {lines:,} lines, {lines / spectra:.0f} per spectrum: {inspected['lines_detected']:,} detected, {inspected['lines_inherited']:,} inherited, {inspected['lines_residual']:,} from the residual",
        f"- rms of clone minus spectrum: median {facts['rms_median']:.5f}, worst {facts['rms_worst']:.5f} at {facts['worst_point']}; {len(facts['skipped'])} skipped",
    ]
    print("\n".join(["", *text]))
    if options.record:
        with open(run_verb.results_file("paper-grid.md"), "w") as out:
            out.write("\n".join(text) + "\n")


if __name__ == "__main__":
    sys.exit(main())
