#!/usr/bin/env python3
"""What a call of an exact model costs on a device, by lanes: tells whether CUDA graphs or larger calls would pay.

usage: gpu_steps.py MODEL.pt [--device cuda]

A step feeds one token a lane, as decoding does; a block feeds 64, as encoding does. "graph" is a step replayed as a CUDA graph, which
costs no launches. Then the operators that a step of 1,024 lanes spends its time in.
"""
import argparse
import pathlib
import sys
import time

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from exact1 import reference

LANES = (1, 64, 256, 1024, 4096)
SECONDS = 1.0       # of each measurement


def seconds_a_call(call, device):
    """The mean time of `call` after a warm-up."""
    def synchronize():
        if device.type == 'cuda':
            torch.cuda.synchronize()
    for _ in range(3):
        call()
    synchronize()
    start, calls = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        call()
        synchronize()
        calls += 1
    return (time.perf_counter() - start) / calls


def caller(model, lanes, count, device):
    """A function that feeds `count` tokens to each of `lanes` streams, going on from its last call."""
    tokens = torch.randint(0, model.vocabulary, (lanes, count), device=device)
    state = model.init(lanes)

    def call():
        nonlocal state
        logits, state = model(tokens, state)
        return logits
    return call


def graph(model, lanes, device):
    """The replay of a step as a CUDA graph: from one state, always the same. forward() itself copies a table to the device at each call,
    which no graph holds; block() is the rest of it."""
    tokens = torch.randint(0, model.vocabulary, (lanes, 1), device=device)
    state, exp = model.init(lanes), torch.tensor(reference.EXP, dtype=torch.float32, device=device)
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            model.block(tokens, state, exp)
    torch.cuda.current_stream().wait_stream(side)
    recorded = torch.cuda.CUDAGraph()
    with torch.cuda.graph(recorded):
        model.block(tokens, state, exp)
    return recorded.replay


def measured(text, make, device):
    try:
        return text.format(seconds_a_call(make(), device))
    except RuntimeError as e:       # out of memory; what a graph cannot hold
        return str(e).splitlines()[0][:60]


def table(model, device):
    print('| lanes | step | step as a graph | block of 64 tokens |\n|---|---|---|---|')
    for lanes in LANES:
        row = [measured('{:.6f}', lambda: caller(model, lanes, 1, device), device)]
        row.append(measured('{:.6f}', lambda: graph(model, lanes, device), device) if device.type == 'cuda' else '')
        row.append(measured('{:.6f}', lambda: caller(model, lanes, 64, device), device) if lanes <= 1024 else '')
        print(f'| {lanes} | ' + ' | '.join(row) + ' |', flush=True)


def operators(model, device):
    from torch.profiler import ProfilerActivity, profile
    call = caller(model, 1024, 1, device)
    call()
    with profile(activities=[ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (device.type == 'cuda')) as p:
        for _ in range(5):
            call()
    sort = 'self_cuda_time_total' if device.type == 'cuda' else 'self_cpu_time_total'
    print(p.key_averages().table(sort_by=sort, row_limit=15, max_name_column_width=40))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('model')
    parser.add_argument('--device', type=torch.device, default=torch.device('cuda'))
    args = parser.parse_args()
    torch._C._jit_set_profiling_mode(False)
    torch.backends.cuda.matmul.allow_tf32 = False
    model = torch.jit.load(args.model, map_location=args.device).eval()
    print(f'== {args.model} on {args.device}, torch {torch.__version__}: seconds a call')
    with torch.inference_mode(), torch.jit.optimized_execution(False):
        table(model, args.device)
        operators(model, args.device)


if __name__ == '__main__':
    main()
