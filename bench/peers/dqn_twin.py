#!/usr/bin/env python3
"""PyTorch's side of `fovea run dqn`: the same games, network, replay, target network, double Q-learning and steps.

  dqn_twin.py [SEED]

Prints the mean reward of 500 rounds of catch, and of 20 of breakout. What differs: random numbers. Needs torch and numpy.
"""
import sys
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
SEED = int(sys.argv[1]) if len(sys.argv) > 1 else 1
SIZE, BATCH, CAPACITY, DISCOUNT, SHARE = 10, 32, 20_000, 0.95, 0.02
within = lambda x: min(max(x, 0), SIZE - 1)


class Catch:
    channels, over = 2, True

    def begin(self, rng):
        self.row, self.column, self.drift, self.paddle, self.over = 0, rng.integers(SIZE), rng.integers(3) - 1, SIZE // 2, False

    def look(self):
        p = np.zeros((2, SIZE, SIZE), np.float32)
        p[0, self.row, self.column] = 1
        if self.row > 0:
            p[0, self.row - 1, within(self.column - self.drift)] = 0.5
        p[1, SIZE - 1, self.paddle] = 1
        return p

    def move(self, move):
        self.paddle = within(self.paddle + move - 1)
        if not 0 <= self.column + self.drift < SIZE:
            self.drift = -self.drift
        self.column += self.drift
        self.row += 1
        self.over = self.row == SIZE - 1
        return 0 if not self.over else 1 if self.column == self.paddle else -1


class Breakout:
    channels, over = 4, True

    def begin(self, rng):
        left = rng.integers(2) == 0
        self.x, self.y, self.dx, self.dy = 0 if left else SIZE - 1, 3, 1 if left else -1, 1
        self.last, self.paddle, self.made, self.over = (self.x, self.y), 4, 0, False
        self.build()

    def build(self):
        self.bricks = np.zeros((SIZE, SIZE), bool)
        self.bricks[1:4] = True

    def look(self):
        p = np.zeros((4, SIZE, SIZE), np.float32)
        p[0, SIZE - 1, self.paddle] = p[1, self.y, self.x] = p[2, self.last[1], self.last[0]] = 1
        p[3] = self.bricks
        return p

    def move(self, move):
        self.paddle = within(self.paddle + move - 1)
        self.made += 1
        self.over = self.made >= 300
        self.last = self.x, self.y
        if not 0 <= self.x + self.dx < SIZE:
            self.dx = -self.dx
        if self.y + self.dy < 0:
            self.dy = 1
        x, y = self.x + self.dx, self.y + self.dy
        if self.bricks[y, x]:
            self.bricks[y, x] = False
            self.dy = -self.dy
            if not self.bricks.any():
                self.build()
                self.bricks[self.y, self.x] = False
            return 1
        if y == SIZE - 1 and self.paddle not in (x, self.x):
            self.over = True
        elif y == SIZE - 1:
            self.dy, y = -1, self.y
        self.x, self.y = x, y
        return 0


def network(channels):
    # Fovea pads a strided layer of an even size at the right and bottom alone.
    net = nn.Sequential(
        nn.Conv2d(channels, 16, 3, padding=1), nn.ReLU(), nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(16, 16, 3, stride=2), nn.ReLU(), nn.Flatten(),
        nn.Linear(16 * (SIZE // 2) ** 2, 64), nn.ReLU(), nn.Linear(64, 3))
    for m in net:
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(m.weight)
            nn.init.zeros_(m.bias)
    return net


def best(net, state):
    with torch.no_grad():
        return int(net(torch.from_numpy(state)[None]).argmax())


def learn(game, steps, rounds):
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    online, target = network(game.channels), network(game.channels)
    target.load_state_dict(online.state_dict())
    optimizer = torch.optim.Adam(online.parameters(), 1e-3)
    shape = (CAPACITY, game.channels, SIZE, SIZE)
    before, after = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    moves, rewards, ended = np.zeros(CAPACITY, np.int64), np.zeros(CAPACITY, np.float32), np.zeros(CAPACITY, np.float32)
    for i in range(steps):
        if game.over:
            game.begin(rng)
        state, k = game.look(), i % CAPACITY
        before[k] = state
        moves[k] = rng.integers(3) if rng.random() < max(0.05, 1 - 2 * i / steps) else best(online, state)
        rewards[k] = game.move(moves[k])
        after[k], ended[k] = game.look(), game.over
        if i % 2:
            continue
        at = rng.integers(min(i + 1, CAPACITY), size=BATCH)
        later, rows = torch.from_numpy(after[at]), torch.arange(BATCH)
        with torch.no_grad():
            worth = target(later)[rows, online(later).argmax(1)] * (1 - torch.from_numpy(ended[at]))
        told = online(torch.from_numpy(before[at]))[rows, torch.from_numpy(moves[at])]
        for g in optimizer.param_groups:
            g["lr"] = 1e-3 if i < steps * 2 / 3 else 1e-4
        optimizer.zero_grad()
        F.huber_loss(told, torch.from_numpy(rewards[at]) + DISCOUNT * worth).backward()
        optimizer.step()
        with torch.no_grad():
            for mine, theirs in zip(target.parameters(), online.parameters()):
                mine.lerp_(theirs, SHARE)
    total, rng = 0, np.random.default_rng(SEED + 1000)
    for _ in range(rounds):
        game.begin(rng)
        while not game.over:
            total += game.move(best(online, game.look()))
    return total / rounds


for game, steps, rounds in ((Catch(), 44_000, 500), (Breakout(), 12_000, 20)):
    print(f"{type(game).__name__.lower()} {learn(game, steps, rounds):.4f}", flush=True)
