"""Runs verbs of the built program and measures what a user would see: wall time, peak memory, exit code. Python's own library only."""
import os
import resource
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "engine", "Blase3D.Cli", "bin", "Release", "net10.0", "blase3d.dll")


def require_program():
    if not os.path.exists(PROGRAM):
        sys.exit("The program is not built: dotnet build engine/Blase3D.Cli -c Release")


def command(*arguments):
    return ["dotnet", PROGRAM, *map(str, arguments)]


def peak_bytes(process):
    """The largest resident size of a running process so far, from Linux; 0 elsewhere or when it is gone."""
    try:
        with open(f"/proc/{process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return 1024 * int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def busy_seconds():
    """Processor time, user and system, of all programs that have been run so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def commit():
    """What was built, as git names it."""
    described = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return f"commit {described.stdout.strip()}" if described.returncode == 0 else "commit not known"


def measured(folder, *arguments, expect=0):
    """Runs a verb to its end; gives seconds, processor seconds of all cores and peak bytes, and stops the script when the exit code is another."""
    start, before = time.monotonic(), busy_seconds()
    process = subprocess.Popen(command(*arguments), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = 0

    def watch():
        nonlocal peak
        while process.poll() is None:
            peak = max(peak, peak_bytes(process))
            time.sleep(0.05)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, error = process.communicate()
    watcher.join()
    seconds = time.monotonic() - start
    if process.returncode != expect:
        sys.exit(f"blase3d {' '.join(map(str, arguments))}\nended with {process.returncode} instead of {expect}:\n{error}")
    return {"seconds": seconds, "busy_seconds": busy_seconds() - before, "peak_bytes": peak, "output": output.strip(), "notes": error.strip()}


def machine():
    """The name of the machine's folder in bench/results, as the bench itself says it; the processor's name without the bench."""
    bench = os.path.join(ROOT, "bench", "Blase3D.Bench", "bin", "Release", "net10.0", "Blase3D.Bench.dll")
    if os.path.exists(bench):
        return subprocess.run(["dotnet", bench, "machine"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{os.uname().machine}-{os.cpu_count()}c"


def results_file(name):
    folder = os.path.join(ROOT, "bench", "results", machine())
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f"{time.strftime('%Y-%m-%d', time.gmtime())}-{name}")
