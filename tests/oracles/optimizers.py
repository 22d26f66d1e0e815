"""Writes tests/fixtures/optimizers.json: five updates of small tensors in two groups, by PyTorch's optimizers (Lion from the formulas of its
paper, arXiv 2302.06675 algorithm 2), for the tests of src/compute/optim.

Run with Debian's python3-torch: /usr/bin/python3 tests/oracles/optimizers.py
"""
import json
import os

import torch

OUT = os.path.join(os.path.dirname(__file__), '..', 'fixtures', 'optimizers.json')
STEPS = 5
SHAPES = {'head.weight': (5, 7), 'norm.bias': (9,)}
# The groups of the tests: rate and decay multipliers.
MULT = {'head.weight': (10, 1), 'norm.bias': (1, 0)}


class Lion(torch.optim.Optimizer):
    def __init__(self, params, lr, betas, weight_decay):
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1, b2 = group['betas']
            for p in group['params']:
                m = self.state[p].setdefault('momentum', torch.zeros_like(p))
                update = torch.sign(torch.lerp(p.grad, m, b1)) + group['weight_decay'] * p
                m.copy_(torch.lerp(p.grad, m, b2))
                p.sub_(group['lr'] * update)


def case(config, make, states, rates, clip_norm=None, clip_value=None):
    torch.manual_seed(len(CASES))
    tensors = {name: torch.randn(shape, dtype=torch.float64) for name, shape in SHAPES.items()}
    start = {name: t.float().double() for name, t in tensors.items()}
    params = {name: torch.nn.Parameter(t.clone()) for name, t in start.items()}
    decay = config.get('weightDecay', 0)
    groups = [{'params': [params[n]], 'lr': 0.0, 'weight_decay': decay * MULT[n][1]} for n in SHAPES]
    optimizer = make(groups)
    gradients, after = [], []
    for rate in rates:
        for name, group in zip(SHAPES, optimizer.param_groups):
            group['lr'] = rate * MULT[name][0]
        grads = {name: (torch.randn(shape) * 2).double() for name, shape in SHAPES.items()}
        gradients.append(grads)
        for name, g in grads.items():
            params[name].grad = g.clone()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(list(params.values()), clip_norm)
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_(list(params.values()), clip_value)
        optimizer.step()
        after.append({name: p.detach().clone() for name, p in params.items()})
    flat = lambda t: [float('%.9g' % v) for v in t.flatten().tolist()]
    CASES.append({
        'config': config,
        'rates': rates,
        'start': {n: flat(t) for n, t in start.items()},
        'gradients': [{n: flat(t) for n, t in g.items()} for g in gradients],
        'after': [{n: flat(t) for n, t in a.items()} for a in (after[0], after[-1])],
        'state': {ours: {n: flat(optimizer.state[params[n]][theirs]) for n in SHAPES} for ours, theirs in states.items()},
    })


CASES = []
rates = [1e-2, 1e-2, 5e-3, 2e-3, 1e-3]
adam = {'firstMoment': 'exp_avg', 'secondMoment': 'exp_avg_sq'}
case({'type': 'adamw', 'weightDecay': 0.05}, lambda g: torch.optim.AdamW(g), adam, rates)
case({'type': 'adamw', 'weightDecay': 0.05, 'clipNorm': 1, 'betas': [0.8, 0.95], 'eps': 1e-4}, lambda g: torch.optim.AdamW(g, betas=(0.8, 0.95), eps=1e-4), adam, rates, clip_norm=1)
case({'type': 'adam', 'weightDecay': 0.1}, lambda g: torch.optim.Adam(g), adam, rates)
case({'type': 'adam', 'weightDecay': 0, 'clipValue': 0.5}, lambda g: torch.optim.Adam(g), adam, rates, clip_value=0.5)
buffer = {'momentum': 'momentum_buffer'}
case({'type': 'sgd', 'momentum': 0, 'weightDecay': 0.1}, lambda g: torch.optim.SGD(g, lr=1), {}, rates)
case({'type': 'sgd', 'momentum': 0.9, 'dampening': 0.3, 'weightDecay': 0.1}, lambda g: torch.optim.SGD(g, lr=1, momentum=0.9, dampening=0.3), buffer, rates)
case({'type': 'sgd', 'momentum': 0.9, 'nesterov': True, 'weightDecay': 0.01, 'clipNorm': 2, 'clipValue': 0.3},
     lambda g: torch.optim.SGD(g, lr=1, momentum=0.9, nesterov=True), buffer, rates, clip_norm=2, clip_value=0.3)
case({'type': 'lion', 'weightDecay': 0.5}, lambda g: Lion(g, 1, (0.9, 0.99), 0), {'momentum': 'momentum'}, rates)
case({'type': 'lion', 'weightDecay': 0, 'betas': [0.95, 0.98]}, lambda g: Lion(g, 1, (0.95, 0.98), 0), {'momentum': 'momentum'}, rates)

with open(OUT, 'w') as f:
    json.dump({'torch': torch.__version__, 'cases': CASES}, f)
    f.write('\n')
