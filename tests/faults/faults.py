#!/usr/bin/env python3
"""Hurts lmzip while it works on files, and looks for what is lost or left over.

usage: faults.py calls LMZIP SHIM [all]      every system call fails in turn, or is not reached; on file
                                            systems that lack something only some commands, or all
       faults.py kills LMZIP SHIM [RUNS [SEED]]  it is killed, RUNS times (100) before its end

SHIM is the library made of shim.c. After each run: every source is as it was or, with --rm, its output
is complete; every output is complete, as it was before, or not there; nothing else is there; exit code
0 says that all is done, 1 that it is not, with a message. Only a killed program leaves temporary
files, where the file system has no nameless ones; the next run removes them.
"""
import errno, itertools, os, random, shutil, signal, subprocess, sys, tempfile, time
from pathlib import Path

SLOW_FILES = ["-T1", "--method", "store", "--frame-size", "8K"]
# What file systems answer that have neither nameless files nor renaming without replacing, nor links.
OLD_SYSTEMS = {
    "": "",
    "named": f"tmpfile:{errno.EOPNOTSUPP}",
    "named, no renameat2": f"tmpfile:{errno.EOPNOTSUPP},renameat2:{errno.EINVAL}",
    "named, no links": f"tmpfile:{errno.EOPNOTSUPP},renameat2:{errno.ENOSYS},link:{errno.EPERM}",
    "nameless, no links": f"linkat:{errno.EINVAL},renameat2:{errno.EINVAL}",
}
UNLINKS = {"unlink"}  # where one fails, a temporary file may stay


class Scenario:
    """A command on files; `outputs` maps sources to names of outputs, "" being standard output."""

    def __init__(self, command, sources, outputs, old=None):
        self.command, self.sources, self.outputs, self.old = command, sources, outputs, old or {}
        self.removes = "--rm" in command

    def prepare(self, folder):
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in {**self.sources, **self.old}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


class Bench:
    """Runs scenarios in a folder of its own."""

    def __init__(self, program, shim, root):
        self.program, self.shim = os.path.abspath(program), os.path.abspath(shim)
        self.folder, self.log, self.stdout = root / "work", root / "log", root / "stdout"
        self.expected = {}

    def start(self, scenario, faults=""):
        self.log.unlink(missing_ok=True)
        environment = {**os.environ, "LD_PRELOAD": self.shim, "FAULTS": faults, "FAULTS_LOG": str(self.log)}
        with self.stdout.open("wb") as out:
            return subprocess.Popen([self.program, *scenario.command], cwd=self.folder, env=environment,
                                    stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE)

    def run(self, scenario, faults=""):
        """Exit code, messages, the calls."""
        process = self.start(scenario, faults)
        _, messages = process.communicate(timeout=60)
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        return process.returncode, messages.decode(errors="replace"), calls

    def content(self, name):
        path = self.folder / name if name else self.stdout
        return path.read_bytes() if path.is_file() else None

    def learn(self, scenario):
        """What a run without faults makes; returns its calls."""
        scenario.prepare(self.folder)
        code, messages, calls = self.run(scenario)
        assert code == 0, (scenario.command, messages)
        scenario.expected = {name: self.content(name) for name in scenario.outputs.values()}
        return calls

    def check(self, scenario, code, messages, failed_call):
        killed = code == -signal.SIGKILL
        assert code in (0, 1) or killed, f"exit code {code}"
        if code == 1:
            assert messages or failed_call in ("write", "fcntl"), "no message"
        for source, output in scenario.outputs.items():
            kept = self.content(source) == scenario.sources[source]
            found = self.content(output)
            complete = found == scenario.expected[output]
            assert kept or (scenario.removes and complete and not (self.folder / source).exists()), f"{source} is lost"
            if output:
                assert complete or found == scenario.old.get(output), f"{output} is in pieces"
            if code == 0:
                assert complete, f"{output} is not complete, exit code 0"
                assert kept != scenario.removes, f"{source}: exit code 0"
        self.check_leftovers(scenario, killed or failed_call in UNLINKS)

    def check_leftovers(self, scenario, temporary_allowed):
        known = {*scenario.sources, *scenario.outputs.values(), *scenario.old}
        found = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}
        leftovers = found - known
        if leftovers and temporary_allowed:
            assert all(".lmzip-" in name for name in leftovers), leftovers
            self.run(scenario)
            return self.check_leftovers(scenario, False)
        assert not leftovers, f"left over: {leftovers}"


def make_scenarios(bench):
    content = {name: os.urandom(9000) + bytes(5000) + os.urandom(3000) for name in ("a", "f/b", "f/g/c")}
    for name, text in content.items():
        path = bench.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    subprocess.run([bench.program, "c", *SLOW_FILES, *content], cwd=bench.folder, check=True, stderr=subprocess.DEVNULL)
    coded = {name + ".lmz": (bench.folder / (name + ".lmz")).read_bytes() for name in content}
    one, one_coded = {"a": content["a"]}, {"a.lmz": coded["a.lmz"]}
    tree = {name: text for name, text in content.items() if "/" in name}
    tree_coded = {name: text for name, text in coded.items() if "/" in name}
    to_coded = lambda names: {name: name + ".lmz" for name in names}
    to_plain = lambda names: {name: name.removesuffix(".lmz") for name in names}
    return [
        Scenario(["c", *SLOW_FILES, "a"], one, to_coded(one)),
        Scenario(["c", "--rm", *SLOW_FILES, "a"], one, to_coded(one)),
        Scenario(["c", "-f", "--rm", *SLOW_FILES, "a"], one, to_coded(one), {"a.lmz": b"old"}),
        Scenario(["c", "-r", "--rm", *SLOW_FILES, "f"], tree, to_coded(tree)),
        Scenario(["d", "-T1", "a.lmz"], one_coded, to_plain(one_coded)),
        Scenario(["d", "-T1", "--rm", "a.lmz"], one_coded, to_plain(one_coded)),
        Scenario(["d", "-T1", "-f", "a.lmz"], one_coded, to_plain(one_coded), {"a": b"old"}),
        Scenario(["d", "-T1", "-f", "-r", "--rm", "f"], tree_coded, to_plain(tree_coded), {"f/b": b"old"}),
        Scenario(["d", "-T1", "-c", "a.lmz"], one_coded, {"a.lmz": ""}),
        Scenario(["c", "-c", *SLOW_FILES, "a"], one, {"a": ""}),
    ]


def attempt(bench, scenario, faults, what):
    scenario.prepare(bench.folder)
    code, messages, calls = bench.run(scenario, faults)
    failed = [call.split()[0] for call in calls if call.endswith("*")]
    try:
        bench.check(scenario, code, messages, failed[-1] if failed else "")
    except AssertionError as problem:
        sys.exit(f"FAILED  {' '.join(scenario.command)}; {what}: {problem}; exit code {code}, "
                 f"failed: {failed}, messages: {messages!r}")
    return calls


def worth_failing(calls):
    """Their numbers; of a row of calls of one name the first and the last."""
    names = [None, *(call.split()[0] for call in calls), None]
    return [number for number in range(1, len(calls) + 1)
            if names[number - 1] != names[number] or names[number] != names[number + 1]]


def fail_calls(bench, everything):
    runs = 0
    for scenario in make_scenarios(bench):
        bench.learn(scenario)
        for system, rules in OLD_SYSTEMS.items():
            if system and not everything and scenario.command[:2] not in (["c", "-T1"], ["c", "-f"]):
                continue
            faults = [str(errno.EIO), "kill"] + ([] if system else [str(errno.EINVAL)])
            numbers = worth_failing(attempt(bench, scenario, rules, system))
            for fault in faults:
                for number in numbers:
                    attempt(bench, scenario, f"{number}:{fault},{rules}", f"{system}: call {number} {fault}")
            runs += len(numbers) * len(faults)
        print(f"passed  {' '.join(scenario.command)}", flush=True)
    print(f"{runs} runs")


def kill_at_random(bench, runs, seed):
    print(f"seed {seed}")
    chance = random.Random(seed)
    scenarios = make_scenarios(bench)
    seconds = {}
    for scenario in scenarios:
        start = time.monotonic()
        bench.learn(scenario)
        seconds[scenario] = time.monotonic() - start
    killed = 0
    for done in itertools.count():
        if killed == runs: break
        scenario, system = chance.choice(scenarios), chance.choice(list(OLD_SYSTEMS))
        scenario.prepare(bench.folder)
        process = bench.start(scenario, OLD_SYSTEMS[system])
        time.sleep(chance.uniform(0, seconds[scenario]))
        process.kill()
        _, messages = process.communicate()
        killed += process.returncode == -signal.SIGKILL
        try:
            bench.check(scenario, process.returncode, messages.decode(errors="replace"), "")
        except AssertionError as problem:
            sys.exit(f"FAILED  {' '.join(scenario.command)}; {system}: {problem}; messages: {messages!r}")
    print(f"passed  {done} runs, {killed} of them killed before their end")


def main(mode, program, shim, runs="", seed=None):
    with tempfile.TemporaryDirectory() as root:
        bench = Bench(program, shim, Path(root))
        bench.folder.mkdir()
        if mode == "calls":
            fail_calls(bench, runs == "all")
        else:
            kill_at_random(bench, int(runs or 100), int(seed) if seed else random.randrange(10**6))


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("calls", "kills"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
