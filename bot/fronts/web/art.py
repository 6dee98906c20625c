"""A drawn cover for a song that has none: the same seed always gives the same picture."""

from __future__ import annotations

import hashlib
import math

SIZE = 96


def _bars(dice: bytes) -> str:
    """The bars of an equaliser."""
    return "".join(
        f'<rect x="{12 + 13 * i}" y="{48 - height / 2:.0f}" width="7" height="{height:.0f}" rx="3.5"/>'
        for i, height in enumerate(14 + 58 * value / 255 for value in dice[:6])
    )


def _rings(dice: bytes) -> str:
    """Sound spreading from a point."""
    x, y = 12 + 72 * dice[0] / 255, 12 + 72 * dice[1] / 255
    return "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius}" fill="none" stroke="#fff" stroke-width="{3 + dice[i] % 4}"/>'
        for i, radius in enumerate(range(10, 90, 16), start=2)
    ) + (f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5"/>')


def _waves(dice: bytes) -> str:
    """Hills, one sine behind the other."""
    paths = []
    for layer in range(3):
        level, height, phase = 42 + 18 * layer, 6 + dice[layer] % 12, dice[3 + layer] / 255 * math.tau
        points = " ".join(
            f"L{x} {level + height * math.sin(x / SIZE * math.tau + phase):.1f}" for x in range(0, SIZE + 1, 8)
        )
        paths.append(f'<path d="M0 {SIZE} {points} L{SIZE} {SIZE}Z" opacity="{0.35 + 0.2 * layer:.2f}"/>')
    return "".join(paths)


def draw(seed: str) -> str:
    """An SVG picture (96 × 96) for ``seed``; attributes only, since the page's policy forbids inline styles."""
    dice = hashlib.sha256(seed.encode()).digest()
    hue = dice[0] * 360 // 256
    other = (hue + 40 + dice[1] % 80) % 360
    shape = (_bars, _rings, _waves)[dice[2] % 3](dice[3:])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}">'
        f'<linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl({hue},62%,46%)"/>'
        f'<stop offset="1" stop-color="hsl({other},68%,30%)"/></linearGradient>'
        f'<rect width="{SIZE}" height="{SIZE}" fill="url(#g)"/><g fill="#fff" opacity=".8">{shape}</g></svg>'
    )
