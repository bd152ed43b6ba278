#!/usr/bin/env python3
"""Kills a cloning run (kill -9) at random moments, resumes it, and compares the file with that of an undisturbed run, byte for byte.

    python3 bench/grid-run/kill_resume.py [--moments 20] [--seed 1] [--scratch DIR] [--record]

Every moment is drawn evenly from the length of the undisturbed run, start of the program included (again when the run has ended before it);
every third run is killed again while it resumes. With --record the table goes to bench/results.
"""
import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import run_verb

GRID = ["grid", "synthesize", "-o", "grid.h5", "--teff", "3800:4600:100", "--logg", "4:5:0.5", "--feh=-0.5,0", "--wavelength", "8500:8620", "--lines", "4000"]
CLONE = ["clone", "grid.h5", "-o", "clones.h5"]


def digest(path):
    with open(path, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def rows_in(folder):
    """What is finished of the first sweep and of the second."""
    work = os.path.join(folder, "clones.h5.work")
    names = os.listdir(work) if os.path.isdir(work) else []
    return " + ".join(str(len([name for name in names if name.startswith(kind) and name.endswith(".npz")])) for kind in ("draft-", "row-"))


def kill_after(folder, seconds, arguments):
    """True when the run was killed, False when it had ended before."""
    process = subprocess.Popen(run_verb.command(*arguments), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    run_verb.require_program()
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"  # the only thing that would differ is the time in the file
    folder = tempfile.mkdtemp(prefix="blase3d-kill-", dir=options.scratch)
    chance = random.Random(options.seed)
    try:
        run_verb.measured(folder, *GRID)
        undisturbed = run_verb.measured(folder, *CLONE)
        expected, length = digest(os.path.join(folder, "clones.h5")), undisturbed["seconds"]
        lines = [
            f"An undisturbed run of 54 spectra took {length:.2f} s; its file has SHA-256 {expected[:16]}...",
            "",
            "Finished spectra: those of the first sweep and of the second.",
            "",
            "| moment | killed after | finished spectra then | killed again after | finished then | file after --resume |",
            "|---|---|---|---|---|---|",
        ]
        print("\n".join(lines), flush=True)
        different = moment = 0
        while moment < options.moments:
            os.remove(os.path.join(folder, "clones.h5"))
            shutil.rmtree(os.path.join(folder, "clones.h5.work"), ignore_errors=True)
            first = chance.uniform(0, length)
            if not kill_after(folder, first, CLONE):
                continue  # it was faster this time and had ended: another moment
            moment += 1
            rows, second, again = rows_in(folder), "", ""
            if moment % 3 == 0:
                pause = chance.uniform(0, length)
                if kill_after(folder, pause, [*CLONE, "--resume"]):
                    second, again = f"{pause:.3f} s", rows_in(folder)
            run_verb.measured(folder, *CLONE, "--resume")
            same = digest(os.path.join(folder, "clones.h5")) == expected and not os.path.exists(os.path.join(folder, "clones.h5.work"))
            different += not same
            lines.append(f"| {moment} | {first:.3f} s | {rows} | {second} | {again} | {'the same' if same else 'DIFFERENT'} |")
            print(lines[-1], flush=True)
        lines += ["", f"{options.moments - different} of {options.moments} files are the same byte for byte."]
        print("\n".join(lines[-2:]))
        if options.record:
            path = run_verb.results_file("kill-resume.md")
            with open(path, "w") as out:
                out.write(f"# kill -9 and --resume, {time.strftime('%Y-%m-%d', time.gmtime())}\n\nSeed {options.seed}; `bench/grid-run/kill_resume.py`; {run_verb.commit()}.\n\n" + "\n".join(lines) + "\n")
        sys.exit(1 if different else 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
