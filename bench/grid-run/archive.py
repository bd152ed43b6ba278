#!/usr/bin/env python3
"""Imports, exports and imports again an archive of the paper's size: 1,314 state dictionaries of about 9,167 lines.

    python3 bench/grid-run/archive.py --scratch DIR [--states 1314] [--lines 9167] [--record]

The states are written here in the zip format of torch.save with the names, types and order of the public ones (each with a velocity of its
own), without torch. They are removed at the end.
"""
import argparse
import io
import os
import pickle
import random
import shutil
import struct
import sys
import tempfile
import time
import zipfile
from collections import OrderedDict

import run_verb


class Storage:
    """What torch's pickle refers to by a persistent id: type, key, place, number of elements."""

    def __init__(self, key, count):
        self.key, self.count = key, count


class Tensor:
    def __init__(self, storage, shape):
        self.storage, self.shape = storage, shape

    def __reduce__(self):
        stride = (1,) if self.shape else ()
        return Rebuild, (self.storage, 0, self.shape, stride, False, OrderedDict())


def Rebuild(*_):
    raise RuntimeError("only its name is written")


class StatePickler(pickle._Pickler):
    """The Python pickler, with the names of torch in the place of the classes above."""

    def persistent_id(self, item):
        return ("storage", DoubleStorage, item.key, "cpu", item.count) if isinstance(item, Storage) else None

    def save_global(self, item, name=None):
        known = {Rebuild: ("torch._utils", "_rebuild_tensor_v2"), DoubleStorage: ("torch", "DoubleStorage"), OrderedDict: ("collections", "OrderedDict")}
        module, label = known[item]
        self.write(pickle.GLOBAL + f"{module}\n{label}\n".encode())
        self.memoize(item)

    dispatch = dict(pickle._Pickler.dispatch)
    dispatch[type] = save_global
    dispatch[type(Rebuild)] = save_global


class DoubleStorage:
    pass


def write_state(path, columns, velocity):
    names = ["amplitudes", "sigma_widths", "gamma_widths", "lam_centers"]
    values = [*columns, [1.0], [0.0], [0.0], [velocity]]
    state = OrderedDict()
    for key, name in enumerate([*names, "a_coeff", "b_coeff", "c_coeff", "radial_velocity"]):
        state[name] = Tensor(Storage(str(key), len(values[key])), (len(values[key]),) if key < 4 else ())
    stream = io.BytesIO()
    StatePickler(stream, protocol=2).dump(state)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", stream.getvalue())
        for key, column in enumerate(values):
            archive.writestr(f"archive/data/{key}", struct.pack(f"<{len(column)}d", *column))
        archive.writestr("archive/version", "3\n")


def write_archive(folder, states, lines, chance):
    os.makedirs(folder)
    points = [(teff, 2 + 0.5 * g, feh) for teff in [*range(2300, 7001, 100), *range(7200, 12001, 200)] for g in range(9) for feh in (-0.5, 0.0)]
    for teff, logg, feh in points[:states]:
        count = int(lines * (0.6 + 0.8 * chance.random()))
        center = sorted(chance.uniform(8038, 12849) for _ in range(count))
        columns = [[chance.gauss(-4, 1) for _ in center], [chance.gauss(-3, 0.3) for _ in center], [chance.gauss(-3.5, 0.3) for _ in center], center]
        write_state(os.path.join(folder, f"T{teff}G{logg}Z{feh}.pt"), columns, chance.gauss(0, 3))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch")
    parser.add_argument("--states", type=int, default=1314)
    parser.add_argument("--lines", type=int, default=9167)
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    run_verb.require_program()
    folder = tempfile.mkdtemp(prefix="blase3d-archive-", dir=options.scratch)
    try:
        write_archive(os.path.join(folder, "archive"), options.states, options.lines, random.Random(1))
        size = sum(os.path.getsize(os.path.join(folder, "archive", name)) for name in os.listdir(os.path.join(folder, "archive")))
        steps = [
            ("import-pt", run_verb.measured(folder, "import-pt", "archive", "-o", "clones.h5")),
            ("export to arrays", run_verb.measured(folder, "export", "clones.h5", "-o", "arrays")),
            ("export to CSV", run_verb.measured(folder, "export", "clones.h5", "-o", "clones.csv")),
            ("import-pt of the arrays", run_verb.measured(folder, "import-pt", "arrays", "-o", "again.h5")),
        ]
        text = [
            f"# An archive of {options.states} state dictionaries, {time.strftime('%Y-%m-%d', time.gmtime())}",
            "",
            f"`bench/grid-run/archive.py`; {size / 1e6:.0f} MB of synthetic states as torch.save writes them.",
            "",
            "| step | wall time | peak memory |",
            "|---|---|---|",
            *[f"| {name} | {r['seconds']:.1f} s | {r['peak_bytes'] / 1e6:.0f} MB |" for name, r in steps],
            "",
            f"- clones file {os.path.getsize(os.path.join(folder, 'clones.h5')) / 1e6:.0f} MB, CSV {os.path.getsize(os.path.join(folder, 'clones.csv')) / 1e6:.0f} MB",
            *[f"- {line}" for line in steps[0][1]["notes"].splitlines() if "velocity" in line],
        ]
        print("\n".join(text))
        if options.record:
            with open(run_verb.results_file("archive.md"), "w") as out:
                out.write("\n".join(text) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
