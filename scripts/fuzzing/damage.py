"""Ways to damage the lines of a CSV file, each from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

Damage = Callable[[random.Random, list[bytes]], list[bytes]]

HOSTILE_TEXTS = (
    "'; drop table sentinel; --",
    "'); insert into sentinel values (1); select ('",
    '"; drop table sentinel; --',
    "$$; drop table sentinel; $$",
    "{{ run_query('drop table sentinel') }}",
    "${jndi:ldap://localhost/a}",
    "=cmd|'/c calc'!A1",
    "+1+1",
    "@SUM(A1:A9)",
    "select pg_sleep(9)",
    "read_text('/etc/passwd')",
    "\\x00\\n\\r",
    "NULL",
    "nan",
    "-inf",
    "1e400",
    "-0",
    "9" * 400,
    "0x1F",
    "١٢٣",
    "1_000",
    "1,5",
    "2020-02-30",
    "快手 🎬 \u202e",
    "",
    " ",
    "[",
    "[1, 2",
    "[1; 2]",
    '["a"]',
)


def flip_bytes(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Replace some bytes of one line by any others."""

    def flipped(line: bytes) -> bytes:
        content = bytearray(line or b"x")
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        return bytes(content)

    return _one_line(rng, lines, flipped)


def cut_line(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """End one line too early."""
    return _one_line(rng, lines, lambda line: line[: rng.randint(0, len(line))])


def cut_file(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """End the file in the middle of a line."""
    last = rng.randrange(len(lines))
    return [*lines[:last], lines[last][: rng.randint(0, len(lines[last]))]]


def huge_field(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put a field of up to three million characters into one line."""
    size = rng.choice([1_000, 70_000, 3_000_000])
    return _one_field(rng, lines, rng.choice([b"9", b"a", b'"', b"[", "快".encode()]) * size)


def other_encoding(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Write one line in an encoding that is not UTF-8."""
    encoding = rng.choice(["utf-16", "utf-16-be", "gbk", "latin-1", "utf-8-sig"])
    return _one_line(rng, lines, lambda line: (line.decode() + ",é").encode(encoding, "replace"))


def nul_bytes(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put NUL or other control characters into one line."""
    control = bytes([rng.choice([0, 1, 7, 8, 26, 27, 28, 29, 30, 31, 127])])
    return _one_line(rng, lines, lambda line: _inserted(rng, line, control * rng.randint(1, 3)))


def carriage_return(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put a carriage return into one line, or at the end of every line."""
    if rng.random() < 0.5:
        return [line + b"\r" for line in lines]
    return _one_line(rng, lines, lambda line: _inserted(rng, line, b"\r"))


def stray_delimiters(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put commas, quotes or tabs where none belong."""
    stray = rng.choice([b",", b'"', b'""', b'","', b"\t", b";", b"\\"]) * rng.randint(1, 5)
    return _one_line(rng, lines, lambda line: _inserted(rng, line, stray))


def hostile_text(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Replace one field by SQL, templates, formulas, odd numbers or odd lists."""
    text = rng.choice(HOSTILE_TEXTS)
    if rng.random() < 0.5:
        text = '"' + text.replace('"', '""') + '"'
    return _one_field(rng, lines, text.encode())


def blank_lines(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Insert lines without content."""
    place = rng.randrange(len(lines) + 1)
    return [*lines[:place], *[rng.choice([b"", b" ", b"   "])] * rng.randint(1, 4), *lines[place:]]


def repeated_lines(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Write some lines again, somewhere else."""
    again = [rng.choice(lines) for _ in range(rng.randint(1, 6))]
    place = rng.randrange(len(lines) + 1)
    return [*lines[:place], *again, *lines[place:]]


def shuffled_fields(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Put the fields of one line in another order."""

    def shuffled(line: bytes) -> bytes:
        fields = line.split(b",")
        rng.shuffle(fields)
        return b",".join(fields)

    return _one_line(rng, lines, shuffled)


def noise(rng: random.Random, lines: list[bytes]) -> list[bytes]:
    """Replace one line by random bytes; a line feed among them makes two of it."""
    return _one_line(rng, lines, lambda _line: rng.randbytes(rng.randint(1, 300)))


DAMAGES: tuple[Damage, ...] = (
    flip_bytes,
    cut_line,
    cut_file,
    huge_field,
    other_encoding,
    nul_bytes,
    carriage_return,
    stray_delimiters,
    hostile_text,
    blank_lines,
    repeated_lines,
    shuffled_fields,
    noise,
)


def damaged(content: bytes, damage: Damage, seed: int) -> bytes:
    """Damage a CSV file behind its header line.

    Parameters
    ----------
    content : bytes
        The file, header first.
    damage : Damage
        One of DAMAGES.
    seed : int
        Where and how.
    """
    header, *lines = content.rstrip(b"\n").split(b"\n")
    return b"\n".join([header, *damage(random.Random(seed), lines or [b""])]) + b"\n"


def _one_line(
    rng: random.Random, lines: list[bytes], change: Callable[[bytes], bytes]
) -> list[bytes]:
    place = rng.randrange(len(lines))
    return [*lines[:place], change(lines[place]), *lines[place + 1 :]]


def _one_field(rng: random.Random, lines: list[bytes], text: bytes) -> list[bytes]:
    def replaced(line: bytes) -> bytes:
        fields = line.split(b",")
        fields[rng.randrange(len(fields))] = text
        return b",".join(fields)

    return _one_line(rng, lines, replaced)


def _inserted(rng: random.Random, line: bytes, what: bytes) -> bytes:
    place = rng.randint(0, len(line))
    return line[:place] + what + line[place:]
