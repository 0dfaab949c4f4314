"""Lines of integers, read the obvious way."""

import re


def integer_rows(text, delimiter):
    """Integers of every line, without empty lines at the end; None if anything else is in the text."""
    rows = []
    for line in text.split("\n"):
        line = re.sub(r"[ \t\r]+", " ", line).strip()
        if delimiter:
            tokens = [token.strip() for token in line.split(delimiter)] if line else []
        else:
            tokens = line.split()
        if not all(re.fullmatch(r"[+-]?[0-9]+", token) for token in tokens):
            return None
        rows.append([int(token) for token in tokens])
    if any(abs(value) >= 2**63 for row in rows for value in row):
        return None
    while rows and not rows[-1]:
        rows.pop()
    return rows
