#!/usr/bin/env python3
"""The Python path that the engine replaces, written by us with scipy and numpy: one RegularGridInterpolator per line over the whole grid
of nodes, absent nodes filled with -1000, and one numpy profile per line in a window of pixels.

Reads the manifold that the bench wrote (manifold.h5, points.npz), reconstructs one point and a batch of points, and writes a JSON file
with the times. With --lines N (or when the memory would not suffice) every n-th line is used and the times that are proportional to the
number of lines are scaled up; "scaled" in the result says so."""

import argparse
import json
import os
import platform
import resource
import sys
import time

import h5py
import numpy as np
import scipy
from scipy.interpolate import RegularGridInterpolator

ABSENT = -1000.0  # what an absent line counts as, in all four parameters
LEAST_LN_AMPLITUDE = -100.0  # a line at or below this is left out
MOST_DEPTH = 0.999999999


def say(text):
    print(f"scipy-path: {text}", flush=True)


def available_bytes():
    try:
        with open("/proc/meminfo") as table:
            for row in table:
                if row.startswith("MemAvailable:"):
                    return int(row.split()[1]) * 1024
    except OSError:
        pass
    return None


class Manifold:
    """The columns of a line-manifold file."""

    def __init__(self, path):
        with h5py.File(path, "r") as file:
            names = [name.decode() if isinstance(name, bytes) else str(name) for name in np.atleast_1d(file.attrs["axes"])]
            self.axes = [file[f"axis/{name}"][:] for name in names]
            self.wavelength = file["wavelength"][:]
            self.center = file["line_center"][:]
            self.offset = file["node_offset"][:]
            self.line = file["line_index"][:]
            self.columns = [file[name][:] for name in ("center_shift", "ln_amplitude", "ln_sigma", "ln_gamma")]

    def values_of(self, lines):
        """The parameters (centre, ln a, ln sigma, ln gamma) of some lines at all nodes, [line, axis 0, axis 1, ..., 4]."""
        nodes = len(self.offset) - 1
        row_of_line = np.full(len(self.center), -1, dtype=np.int64)
        row_of_line[lines] = np.arange(len(lines))
        table = np.full((len(lines), nodes, 4), ABSENT)
        for node in range(nodes):
            entries = slice(self.offset[node], self.offset[node + 1])
            rows = row_of_line[self.line[entries]]
            wanted = rows >= 0
            rows = rows[wanted]
            for parameter, column in enumerate(self.columns):
                table[rows, node, parameter] = column[entries][wanted]
            table[rows, node, 0] += self.center[lines[rows]]
        return table.reshape(len(lines), *(len(axis) for axis in self.axes), 4)


def interpolate(interpolators, points):
    """The four parameters of every line at every point, [line, point, 4]: one call per line."""
    return np.array([interpolator(points) for interpolator in interpolators])


def pseudo_voigt(x, amplitude, sigma, gamma):
    """The published profile: Lorentzian of half width gamma and Gaussian of deviation sigma, mixed by the share of Ida et al. (2000)."""
    g, l = 2.3548 * sigma, 2 * gamma
    f = (g**5 + 2.69269 * g**4 * l + 2.42843 * g**3 * l**2 + 4.47163 * g**2 * l**3 + 0.07842 * g * l**4 + l**5) ** 0.2
    eta = 1.36603 * (l / f) - 0.47719 * (l / f) ** 2 + 0.11116 * (l / f) ** 3
    lorentz = gamma / (np.pi * (x * x + gamma * gamma))
    gauss = np.exp(-0.5 * (x / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
    return amplitude * (eta * lorentz + (1 - eta) * gauss)


def spectrum(wavelength, parameters, width):
    """The product of all lines of one point, each in the published window: width - 1 pixels and one more behind a gap. Returns flux, lines."""
    kept = parameters[parameters[:, 1] > LEAST_LN_AMPLITUDE]
    starts = np.maximum(0, np.searchsorted(wavelength, kept[:, 0]) - width // 2)
    starts = np.where(starts + width >= len(wavelength), len(wavelength) - width - 1, starts)
    steps = np.append(np.arange(width - 1), width)
    ln_flux = np.zeros(len(wavelength))
    # Lines whose widths underflow give 0 / 0 as in the original; their windows become 1.
    with np.errstate(all="ignore"):
        widths = np.exp(kept[:, 1:])
        for (center, *_), (amplitude, sigma, gamma), start in zip(kept, widths, starts):
            pixels = start + steps
            depth = pseudo_voigt(wavelength[pixels] - center, amplitude, sigma, gamma)
            ln_flux[pixels] += np.log(1 - np.clip(depth, 0, MOST_DEPTH))
    return np.nan_to_num(np.exp(ln_flux), nan=1.0), len(kept)


def timed(action):
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


def choose_lines(total, asked, nodes):
    """Every n-th line: all of them unless fewer are asked for or the memory is too small for one float64 table and its copies."""
    per_line = nodes * 4 * 8 * 1.25 + 3000
    memory = available_bytes()
    most = total if memory is None else int(0.75 * memory / per_line)
    wanted = min(asked or total, total)
    if most < wanted:
        say(f"memory for {most:,} of {total:,} lines only")
        wanted = max(1, most)
    return np.arange(0, total, -(-total // wanted))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="the folder with manifold.h5 and points.npz")
    parser.add_argument("--out", required=True, help="the JSON file to write")
    parser.add_argument("--lines", type=int, help="use about this many lines and scale the times")
    parser.add_argument("--window", type=int, default=1000, help="pixels of a window")
    parser.add_argument("--repeats", type=int, default=3, help="runs of the single point; the fastest counts")
    options = parser.parse_args()

    read_seconds, manifold = timed(lambda: Manifold(os.path.join(options.folder, "manifold.h5")))
    asked = np.load(os.path.join(options.folder, "points.npz"))
    total, nodes = len(manifold.center), len(manifold.offset) - 1
    lines = choose_lines(total, options.lines, nodes)
    scaled = len(lines) < total
    scale = total / len(lines)
    say(f"{nodes} nodes, {len(lines):,} of {total:,} lines" + (f": times are scaled by {scale:.3f}" if scaled else ""))

    table_seconds, table = timed(lambda: manifold.values_of(lines))
    build_seconds, interpolators = timed(lambda: [RegularGridInterpolator(manifold.axes, values) for values in table])
    say(f"read {read_seconds:.1f} s, dense table {table_seconds:.1f} s, interpolators {build_seconds:.1f} s")

    best = None
    for repeat in range(options.repeats):
        interpolation, parameters = timed(lambda: interpolate(interpolators, asked["point"][None, :]))
        profiles, (flux, kept) = timed(lambda: spectrum(manifold.wavelength, parameters[:, 0], options.window))
        say(f"single point, run {repeat + 1}: interpolation {interpolation:.2f} s, profiles {profiles:.2f} s, {kept:,} lines")
        if best is None or interpolation + profiles < sum(best):
            best = (interpolation, profiles)

    batch = asked["batch"]
    batch_interpolation, parameters = timed(lambda: interpolate(interpolators, batch))
    batch_profiles, spectra = timed(lambda: [spectrum(manifold.wavelength, parameters[:, n], options.window) for n in range(len(batch))])
    say(f"batch of {len(batch)}: interpolation {batch_interpolation:.2f} s, profiles {batch_profiles:.2f} s")

    difference = None
    if not scaled and options.window == 1000:
        difference = float(np.max(np.abs(flux - asked["flux"])))
        say(f"largest difference to the engine's spectrum: {difference:.1e}")

    result = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "lines": len(lines),
        "lines_total": total,
        "scaled": scaled,
        "scale": scale,
        "window_pixels": options.window,
        "batch_points": len(batch),
        "lines_kept_at_point": kept,
        "lines_kept_in_batch_mean": float(np.mean([count for _, count in spectra])),
        "max_difference_to_engine": difference,
        "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "seconds": {
            "read": read_seconds,
            "table": table_seconds * scale,
            "interpolators": build_seconds * scale,
            "point_interpolation": best[0] * scale,
            "point_profiles": best[1] * scale,
            "point": sum(best) * scale,
            "batch_interpolation": batch_interpolation * scale,
            "batch_profiles": batch_profiles * scale,
            "batch": (batch_interpolation + batch_profiles) * scale,
            "batch_per_spectrum": (batch_interpolation + batch_profiles) * scale / len(batch),
        },
    }
    with open(options.out, "w") as file:
        json.dump(result, file, indent=2)
        file.write("\n")
    say(f"wrote {options.out}")


if __name__ == "__main__":
    main()
