"""Writes tests/fixtures/schedules.json: learning rates of every step, for the tests of src/compute/optim/schedules.

Warm-up, poly and cosine are stepped through in the recursive form that mmengine's schedulers use (each value from the one before), milestones
and one-cycle by PyTorch itself, so that nothing here shares a formula with the closed forms under test.
Run with Debian's python3-torch: /usr/bin/python3 tests/oracles/schedules.py
"""
import json
import math
import os

import torch

OUT = os.path.join(os.path.dirname(__file__), '..', 'fixtures', 'schedules.json')


def linear(begin, end, factor):
    total = end - begin - 1

    def next_value(value, n):
        if n == 0:
            return value * factor
        return value * (1 + (1 - factor) / (total * factor + (n - 1) * (1 - factor)))

    return begin, end, next_value


def constant(begin, end, factor):
    total = end - begin - 1

    def next_value(value, n):
        if n == 0:
            return value * factor
        return value / factor if n == total else value

    return begin, end, next_value


def poly(begin, end, power, low):
    total = end - begin - 1

    def next_value(value, n):
        if n == 0:
            return value
        return (value - low) * (1 - 1 / (total - n + 1)) ** power + low

    return begin, end, next_value


def cosine(begin, end, low, base):
    total = end - begin

    def next_value(value, n):
        if n == 0:
            return value
        before = 1 + math.cos(math.pi * (n - 1) / total)
        return (1 + math.cos(math.pi * n / total)) / before * (value - low) + low

    return begin, end, next_value


def chain(base, schedulers, units):
    """The value used in every unit when each scheduler changes it, in order, while its own begin <= unit < end."""
    value, values = base, []
    for unit in range(units):
        for begin, end, next_value in schedulers:
            if begin <= unit < end:
                value = next_value(value, unit - begin)
        values.append(value)
    return values


def spread(values, per_epoch, steps):
    return [values[step // per_epoch] for step in range(steps)]


def by_torch(base, steps, make):
    p = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([p], lr=base)
    schedulers = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        for scheduler in schedulers:
            scheduler.step()
    return values


S = torch.optim.lr_scheduler
CASES = []


def case(name, schedule, base, per_epoch, steps, rates):
    assert len(rates) == steps
    CASES.append({'name': name, 'schedule': schedule, 'base': base, 'stepsPerEpoch': per_epoch, 'totalSteps': steps, 'rates': rates})


def warm(kind, length, unit, factor):
    return {'type': kind, 'length': length, 'unit': unit, 'factor': factor}


none = warm('linear', 0, 'step', 1e-6)

case('poly by step after 10 steps of linear warm-up', {'type': 'poly', 'power': 1, 'warmup': warm('linear', 10, 'step', 1e-6)}, 6e-5, 25, 60,
     chain(6e-5, [linear(0, 10, 1e-6), poly(10, 60, 1, 0)], 60))
case('poly of power 0.9 to a minimum', {'type': 'poly', 'power': 0.9, 'minLr': 1e-4, 'warmup': none}, 1e-2, 10, 40, chain(1e-2, [poly(0, 40, 0.9, 1e-4)], 40))
case('the notes: both by epoch, 0-15 and 15-201 of 200', {'type': 'poly', 'by': 'epoch', 'end': 201, 'warmup': warm('linear', 15, 'epoch', 1e-6)}, 6e-5, 3, 600,
     spread(chain(6e-5, [linear(0, 15, 1e-6), poly(15, 201, 1, 0)], 200), 3, 600))
case('epochs converted to steps', {'type': 'poly', 'by': 'step', 'warmup': warm('linear', 2, 'epoch', 0.01)}, 1e-3, 7, 70,
     chain(1e-3, [linear(0, 14, 0.01), poly(14, 70, 1, 0)], 70))
case('cosine after constant warm-up', {'type': 'cosine', 'minLr': 1e-5, 'warmup': warm('constant', 8, 'step', 0.1)}, 1e-3, 10, 50,
     chain(1e-3, [constant(0, 8, 0.1), cosine(8, 50, 1e-5, 1e-3)], 50))
case('cosine by epoch', {'type': 'cosine', 'by': 'epoch', 'warmup': warm('linear', 3, 'epoch', 0.2)}, 1e-3, 4, 48,
     spread(chain(1e-3, [linear(0, 3, 0.2), cosine(3, 12, 0, 1e-3)], 12), 4, 48))
case('poly that ends before the run', {'type': 'poly', 'minLr': 1e-4, 'end': 30, 'warmup': none}, 1e-2, 10, 40, chain(1e-2, [poly(0, 30, 1, 1e-4)], 40))
case('milestones by step under a warm-up', {'type': 'step', 'milestones': [5, 20, 30], 'gamma': 0.1, 'warmup': warm('linear', 11, 'step', 0.001)}, 0.02, 10, 40,
     by_torch(0.02, 40, lambda o: [S.LinearLR(o, 0.001, 1, 10), S.MultiStepLR(o, [5, 20, 30], 0.1)]))
epochs = by_torch(0.02, 12, lambda o: [S.MultiStepLR(o, [8, 11], 0.1)])
ramp = by_torch(1, 60, lambda o: [S.LinearLR(o, 0.001, 1, 6)])
case('milestones by epoch, warm-up by step', {'type': 'step', 'by': 'epoch', 'milestones': [8, 11], 'gamma': 0.1, 'warmup': warm('linear', 7, 'step', 0.001)}, 0.02, 5, 60,
     [a * b for a, b in zip(spread(epochs, 5, 60), ramp)])
case('one cycle', {'type': 'oneCycle'}, 0.1, 10, 50, by_torch(0.1, 50, lambda o: [S.OneCycleLR(o, 0.1, total_steps=50)]))
case('one cycle, linear, three phases',
     {'type': 'oneCycle', 'anneal': 'linear', 'pctStart': 0.4, 'divFactor': 10, 'finalDivFactor': 100, 'threePhase': True}, 0.1, 10, 43,
     by_torch(0.1, 43, lambda o: [S.OneCycleLR(o, 0.1, total_steps=43, pct_start=0.4, anneal_strategy='linear', div_factor=10, final_div_factor=100, three_phase=True)]))
case('constant after linear warm-up', {'type': 'constant', 'warmup': warm('linear', 5, 'step', 0.25)}, 0.3, 10, 12, chain(0.3, [linear(0, 5, 0.25)], 12))

# Every step of the short ones would be 20 kB of digits nobody reads: begin, end, last step and the bends are among these.
for entry in CASES:
    steps = entry['totalSteps']
    keep = sorted({*range(0, min(steps, 24)), *range(24, steps, 7), *range(max(0, steps - 4), steps), 42, 44, 45} & set(range(steps)))
    entry['rates'] = [[step, float('%.12g' % entry['rates'][step])] for step in keep]

with open(OUT, 'w') as f:
    json.dump({'torch': torch.__version__, 'cases': CASES}, f)
    f.write('\n')
