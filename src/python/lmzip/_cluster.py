"""What `lmzip.ray` runs: files and parts of files, as tasks of a cluster, and what becomes of them."""

import importlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from . import _native
from ._codec import Codec, EncodeOptions, join_parts, list_frames
from ._errors import Error, IoError

ray: Any = importlib.import_module("ray")  # whose types are not those that it needs

_FILES_A_TASK = 256
_TASKS_A_CPU = 4  # that wait or work at a time
_BESIDE_BYTES = 64 << 20  # that a worker takes beside its codec's memory: Python, the model


class Done(NamedTuple):
    """Of one file or several."""

    raw_bytes: int = 0
    coded_bytes: int = 0


@dataclass
class Summary:
    """What became of files."""

    files: int = 0  #: that are done
    raw_bytes: int = 0
    coded_bytes: int = 0
    skipped: list[str] = field(default_factory=list)  #: sources whose targets were there
    failed: dict[str, Exception] = field(default_factory=dict)  #: sources, and why


class Pair(NamedTuple):
    """A file, and what it becomes."""

    source: str
    target: str


class Span(NamedTuple):
    """A part of a file's content."""

    begin: int
    end: int | None  #: None: all that is left
    coded_bytes: int = 0  #: where it is known before


@dataclass(frozen=True)
class Compressing:
    """The way from content to .lmz."""

    options: EncodeOptions
    part_bytes: int

    def divide(self, source: str) -> list[Span]:
        """Where parts begin does not change what is written."""
        frame_bytes = self.options.get("frame_bytes", _native.FRAME_BYTES)
        step = max(1, self.part_bytes // frame_bytes) * frame_bytes
        begins = range(0, max(1, os.stat(source).st_size), step)
        return [Span(*span) for span in pairwise([*begins, None])]

    def do(self, codec: Codec, pair: Pair, overwrite: bool) -> Done:
        """All of a file."""
        report = codec.compress_file(*pair, overwrite=overwrite, **self.options)
        return Done(report.raw_bytes, report.coded_bytes)

    def do_part(self, codec: Codec, pair: Pair, span: Span) -> Done:
        """A part, whose target is its own."""
        report = codec.compress_part(*pair, span.begin, span.end, overwrite=True, **self.options)
        return Done(report.raw_bytes, report.coded_bytes)

    def join(self, parts: list[str], target: str, overwrite: bool) -> None:
        """All parts are there."""
        join_parts(parts, target, overwrite=overwrite)


@dataclass(frozen=True)
class Decompressing:
    """And the way back."""

    part_bytes: int

    def divide(self, source: str) -> list[Span]:
        """Parts begin with frames before which nothing that follows reaches."""
        return independent_spans(list_frames(source).frames, self.part_bytes)

    def do(self, codec: Codec, pair: Pair, overwrite: bool) -> Done:
        """All of a file."""
        report = codec.decompress_file(*pair, overwrite=overwrite)
        return Done(report.raw_bytes, report.coded_bytes)

    def do_part(self, codec: Codec, pair: Pair, span: Span) -> Done:
        """A part, whose target is its own."""
        report = codec.decompress_file(*pair, begin=span.begin, end=span.end, overwrite=True)
        return Done(report.raw_bytes, span.coded_bytes)

    def join(self, parts: list[str], target: str, overwrite: bool) -> None:
        """All parts are there."""
        whole = os.path.join(os.path.dirname(parts[0]), "whole")
        with open(whole, "wb") as file:
            for part in parts:
                with open(part, "rb") as piece:
                    shutil.copyfileobj(piece, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        if not overwrite and os.path.lexists(target):
            raise FileExistsError(f"{target} is there")
        os.replace(whole, target)


Way = Compressing | Decompressing


def independent_spans(frames: list[_native.FrameEntry], least_bytes: int) -> list[Span]:
    """Cut where neither the next frame nor any behind it need what stands before; the first may be shorter than the
    others."""
    spans: list[Span] = []
    end: int | None = None
    begin = needed = sum(frame.raw_bytes for frame in frames)
    raw_bytes = coded_bytes = 0
    for frame in reversed(frames):
        begin -= frame.raw_bytes
        raw_bytes += frame.raw_bytes
        coded_bytes += frame.coded_bytes
        needed = min(needed, begin - frame.reach)
        if (needed == begin and raw_bytes >= least_bytes) or begin == 0:
            spans.append(Span(begin, end, coded_bytes))
            end, raw_bytes, coded_bytes = begin, 0, 0
    return spans[::-1] or [Span(0, None)]


@dataclass(frozen=True)
class Cluster:
    """What runs tasks: a codec each, on the cluster that ray.init() has found."""

    codec: Codec = field(default_factory=lambda: Codec(threads=1))
    retries: int = 3  #: of a task whose worker died, or that could not read or write

    def run(self, tasks: Iterable["Task"]) -> Iterator[tuple["Task", Any]]:
        """Tasks that are over, in any order, each with its result or error."""
        waiting: dict[Any, Task] = {}
        most = _TASKS_A_CPU * max(1, int(ray.cluster_resources().get("CPU", 1)))
        for task in tasks:
            waiting[self._start(task)] = task
            if len(waiting) >= most:
                yield self._next(waiting)
        while waiting:
            yield self._next(waiting)

    def _start(self, task: "Task") -> Any:
        cpus, memory_bytes = self.codec.threads or os.cpu_count() or 1, self.codec.memory_bytes
        remote = ray.remote(_work).options(num_cpus=cpus, memory=memory_bytes + _BESIDE_BYTES, name=repr(task),
                                           max_retries=self.retries, retry_exceptions=[IoError])
        return remote.remote(task, self.codec)

    @staticmethod
    def _next(waiting: dict[Any, "Task"]) -> tuple["Task", Any]:
        (ready, *_), _ = ray.wait(list(waiting), num_returns=1)
        task = waiting.pop(ready)
        try:
            return task, ray.get(ready)
        except ray.exceptions.RayTaskError as error:
            return task, error.cause if isinstance(error.cause, Error | OSError) else error
        except ray.exceptions.RayError as error:
            return task, error


@dataclass(frozen=True)
class Files:
    """A task: files as a whole."""

    way: Way
    pairs: list[Pair]
    overwrite: bool

    def work(self, codec: Codec) -> list[Done | Exception]:
        """Of each file."""
        return [self._one(codec, pair) for pair in self.pairs]

    def _one(self, codec: Codec, pair: Pair) -> Done | Exception:
        try:
            os.makedirs(os.path.dirname(pair.target) or ".", exist_ok=True)
            return self.way.do(codec, pair, self.overwrite)
        except (Error, OSError) as error:
            return error

    def __repr__(self) -> str:
        return f"lmzip {len(self.pairs)} files"


class Parts:
    """A file in parts, and the folder that keeps those that are done."""

    def __init__(self, way: Way, pair: Pair, spans: list[Span], codec: Codec):
        self.way, self.pair, self.spans = way, pair, spans
        self.done = Done()
        self.left = set(spans)
        head, tail = os.path.split(pair.target)
        self._folder = os.path.join(head, f".{tail}.lmzip-parts")
        self._state_at_begin = self._state()
        self._open(json.dumps([_native.version(), repr(way), repr(codec), self._state_at_begin]))

    def path(self, span: Span) -> str:
        """Where a part becomes a file when it is done."""
        return os.path.join(self._folder, str(span.begin))

    def add(self, span: Span, done: Done) -> None:
        """A part is done."""
        self.done = Done(self.done.raw_bytes + done.raw_bytes, self.done.coded_bytes + done.coded_bytes)
        self.left.discard(span)

    def join(self, overwrite: bool) -> None:
        """Makes the target, and removes the parts; none may be left."""
        if self._state() != self._state_at_begin:
            raise IoError(f"{self.pair.source} changed while it was read")
        self.way.join([self.path(span) for span in self.spans], self.pair.target, overwrite)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _state(self) -> list[object]:
        status = os.stat(self.pair.source)
        return [os.path.abspath(self.pair.source), status.st_size, status.st_mtime_ns]

    # Parts of the same work are done; others are of no use.
    def _open(self, work: str) -> None:
        label = os.path.join(self._folder, "work.json")
        if _text_of(label) != work:
            shutil.rmtree(self._folder, ignore_errors=True)
            os.makedirs(self._folder)
            with open(label, "w", encoding="utf-8") as file:
                file.write(work)
        for span in self.spans:
            if os.path.exists(self.path(span)):
                self.left.discard(span)


@dataclass(frozen=True)
class Part:
    """A task: a part of a file."""

    way: Way
    pair: Pair  #: whose target is the part's
    span: Span

    def work(self, codec: Codec) -> Done:
        """As the way has it."""
        return self.way.do_part(codec, self.pair, self.span)

    def __repr__(self) -> str:
        return f"lmzip {self.pair.source} from {self.span.begin}"


Task = Files | Part


def _work(task: Task, codec: Codec) -> Any:
    return task.work(codec)


def _text_of(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


class Run:
    """Pairs on their way; what becomes of them goes to the summary."""

    def __init__(self, way: Way, cluster: Cluster, overwrite: bool):
        self._way, self._cluster, self._overwrite = way, cluster, overwrite
        self._parted: dict[str, Parts] = {}  # by source
        self.summary = Summary()

    def over(self, pairs: Iterable[Pair], tell: Callable[[int, int], object] | None) -> Summary:
        """Sees all to their ends."""
        for task, result in self._cluster.run(self._tasks(pairs)):
            if isinstance(task, Part):
                self._part_is_over(task, result)
            else:
                for pair, done in zip(task.pairs, result if isinstance(result, list) else [result] * len(task.pairs)):
                    self._is_over(pair, done)
            if tell:
                under_way = self._parted.values()
                tell(self.summary.raw_bytes + sum(parts.done.raw_bytes for parts in under_way),
                     self.summary.coded_bytes + sum(parts.done.coded_bytes for parts in under_way))
        return self.summary

    def _tasks(self, pairs: Iterable[Pair]) -> Iterator[Task]:
        small: list[Pair] = []
        small_bytes = 0
        for pair in pairs:
            try:
                if not self._overwrite and os.path.lexists(pair.target):
                    self.summary.skipped.append(pair.source)
                    continue
                spans = self._way.divide(pair.source)
                if len(spans) > 1:
                    yield from self._tasks_of_parts(pair, spans)
                    continue
                small_bytes += os.stat(pair.source).st_size
            except (Error, OSError) as error:
                self._is_over(pair, error)
                continue
            small.append(pair)
            if small_bytes >= self._way.part_bytes or len(small) == _FILES_A_TASK:
                yield Files(self._way, small, self._overwrite)
                small, small_bytes = [], 0
        if small:
            yield Files(self._way, small, self._overwrite)

    def _tasks_of_parts(self, pair: Pair, spans: list[Span]) -> Iterator[Task]:
        os.makedirs(os.path.dirname(pair.target) or ".", exist_ok=True)
        parts = Parts(self._way, pair, spans, self._cluster.codec)
        self._parted[pair.source] = parts
        for span in [span for span in spans if span in parts.left]:
            yield Part(self._way, Pair(pair.source, parts.path(span)), span)
        self._join_if_done(parts)

    def _part_is_over(self, task: Part, result: Any) -> None:
        parts = self._parted.get(task.pair.source)
        if parts is None:  # another part has failed
            return
        if isinstance(result, Exception):
            del self._parted[task.pair.source]
            self._is_over(parts.pair, result)
            return
        parts.add(task.span, result)
        self._join_if_done(parts)

    def _join_if_done(self, parts: Parts) -> None:
        if parts.left or self._parted.pop(parts.pair.source, None) is None:
            return
        try:
            parts.join(self._overwrite)
        except (Error, OSError) as error:
            self._is_over(parts.pair, error)
        else:
            self._is_over(parts.pair, self._done_of(parts.pair))

    def _done_of(self, pair: Pair) -> Done:
        sizes = os.stat(pair.source).st_size, os.stat(pair.target).st_size
        return Done(*(sizes if isinstance(self._way, Compressing) else sizes[::-1]))

    def _is_over(self, pair: Pair, done: Any) -> None:
        if isinstance(done, Exception):
            self.summary.failed[pair.source] = done
            return
        self.summary.files += 1
        self.summary.raw_bytes += done.raw_bytes
        self.summary.coded_bytes += done.coded_bytes
