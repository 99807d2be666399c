"""Q-learning in a small maze: the agent acts now, the reward comes at the goal.

Watkins and Dayan 1992: after each move from square s by action a to square t,
Q[s, a] += rate * (reward + discount * max Q[t] - Q[s, a]).  Many agents walk side by side, each
with a table of its own, so that a figure comes with its interval.  Transfer is the table itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import mean
from typing import Literal

import numpy as np
import numpy.typing as npt

from tlcore.ground.spread import half

RATE, DISCOUNT, CURIOSITY = 0.5, 0.95, 0.1  # curiosity: share of moves at random
REWARD, COST = 1.0, 0.02  # at the goal; of each move, so that walking in circles is unlearned
PATIENCE = 300  # moves after which an episode ends without reward
MOVES = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left: (row, column)
WALL, START, GOAL = "#", "S", "G"

Values = npt.NDArray[np.float64]  # (squares, moves)
Change = Literal["shortcut", "wall", "goal"]
Verdict = Literal["helps", "hurts", "open"]


@dataclass(frozen=True)
class Maze:
    """A drawing, a line for each row; squares are counted row by row."""

    rows: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def squares(self) -> str:
        return "".join(self.rows)

    @property
    def start(self) -> int:
        return self.squares.index(START)

    @property
    def goal(self) -> int:
        return self.squares.index(GOAL)

    @cached_property
    def after(self) -> npt.NDArray[np.int64]:
        """(squares, moves): where a move leads; into a wall or over the edge it leads nowhere."""
        found = np.tile(np.arange(len(self.squares))[:, None], (1, len(MOVES)))
        for square in range(len(self.squares)):
            row, column = divmod(square, self.width)
            for move, (down, right) in enumerate(MOVES):
                r, c = row + down, column + right
                inside = 0 <= r < len(self.rows) and 0 <= c < self.width
                if inside and self.rows[r][c] != WALL:
                    found[square, move] = r * self.width + c
        return found

    @property
    def shortest(self) -> int:
        """Moves from start to goal, if one knew the way (breadth first)."""
        seen, line = {self.start: 0}, deque([self.start])
        while self.goal not in seen:
            square = line.popleft()
            for target in self.after[square].tolist():
                if target not in seen:
                    seen[target] = seen[square] + 1
                    line.append(target)
        return seen[self.goal]


KNOWN = Maze(
    (
        "S.......",
        "####....",
        ".......#",
        "#.#.#...",
        "....####",
        "...#....",
        "........",
        "....###G",
    )
)
CHANGED: dict[Change, Maze] = {
    "shortcut": Maze((*KNOWN.rows[:4], "....##.#", *KNOWN.rows[5:])),  # 14 moves, not 18
    "wall": Maze((*KNOWN.rows[:6], "..#.....", *KNOWN.rows[7:])),  # 22
    "goal": Maze(("S......G", *KNOWN.rows[1:7], "....###.")),  # 7, the other way
}


@dataclass(frozen=True)
class Learned:
    """`moves` (episodes, agents); `tables` of the first agent, before and after each episode;
    `last` (agents, squares, moves): every agent's table at the end."""

    moves: npt.NDArray[np.int64]
    tables: list[Values]
    last: npt.NDArray[np.float64]


def learn(
    maze: Maze,
    episodes: int,
    agents: int,
    seed: int,
    begin: npt.NDArray[np.float64] | None = None,
) -> Learned:
    """Let `agents` walk `episodes` times from start to goal, from empty tables or from `begin`."""
    rng = np.random.default_rng(seed)
    after, everyone = maze.after, np.arange(agents)
    q = np.zeros((agents, len(after), len(MOVES))) if begin is None else begin.copy()
    tables, moves = [q[0].copy()], np.full((episodes, agents), PATIENCE)
    for episode in range(episodes):
        square, walking = np.full(agents, maze.start), everyone
        for step in range(1, PATIENCE + 1):
            here = square[walking]
            # A tie is broken at random: an empty table knows no favourite.
            best = (q[walking, here] + 1e-9 * rng.random((len(walking), len(MOVES)))).argmax(1)
            curious = rng.random(len(walking)) < CURIOSITY
            move = np.where(curious, rng.integers(0, len(MOVES), len(walking)), best)
            there = after[here, move]
            home = there == maze.goal
            later = np.where(home, REWARD, DISCOUNT * q[walking, there].max(1)) - COST
            q[walking, here, move] += RATE * (later - q[walking, here, move])
            square[walking] = there
            moves[episode, walking[home]] = step
            walking = walking[~home]
            if not len(walking):
                break
        tables.append(q[0].copy())
    return Learned(moves, tables, q)


def way(maze: Maze, table: Values) -> list[int]:
    """Squares from the start when each move is the best known; ends at the goal, where nothing is
    known, or where it would go in circles."""
    square, found = maze.start, [maze.start]
    while square != maze.goal and table[square].any():
        square = int(maze.after[square, table[square].argmax()])
        if square in found:
            break
        found.append(square)
    return found


@dataclass(frozen=True)
class Race:
    """Moves by episode of agents that began with an empty table and with the old maze's.

    `fewer` is how many moves the old table saved over all episodes, mean over the agents, and
    `half` half of its 95 % interval (Student's t): `fewer` < 0 where the old table hurt.
    """

    change: Change
    maze: Maze
    nothing: Learned
    old: Learned
    fewer: float
    half: float

    @property
    def verdict(self) -> Verdict:
        return verdict(self.fewer, self.half)


def verdict(fewer: float, half: float) -> Verdict:
    """Open where the interval of the moves saved holds 0."""
    if abs(fewer) <= half:
        return "open"
    return "helps" if fewer > 0 else "hurts"


def race(change: Change, episodes: int = 40, agents: int = 20, seed: int = 0) -> Race:
    """Agents learn the known maze for 60 episodes; then the changed one, old table against none."""
    known = learn(KNOWN, 60, agents, seed)
    maze = CHANGED[change]
    nothing = learn(maze, episodes, agents, seed + 1)
    old = learn(maze, episodes, agents, seed + 2, known.last)
    saved = nothing.moves.sum(0) - old.moves.sum(0)
    return Race(change, maze, nothing, old, *interval(saved.tolist()))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and half of its 95 % interval by Student's t."""
    return mean(values), half(values)
