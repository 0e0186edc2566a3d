"""What `.ci/coverage` found, as the section of docs/fuzzing.md: coverage.py LCOV TEST ..."""

import collections
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "fuzzing.md"


def section(name, text):
    """Puts the text between the marks of this name, or at the end."""
    begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
    old = PAGE.read_text() if PAGE.exists() else ""
    if begin not in old:
        old += f"\n{begin}{end}"
    before, rest = old.split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(f"{before}{begin}{text.rstrip()}\n{end}{after}")


def tests_of(source):
    """Where a file's own tests begin, which are not counted."""
    lines = source.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("#[cfg(test)]"):
            return number
    return len(lines) + 1


def main():
    counts = collections.defaultdict(dict)
    name = None
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        if line.startswith("SF:"):
            path = pathlib.Path(line[3:])
            name = os.path.relpath(path, ROOT) if path.is_absolute() else str(path)
            name = name if name.startswith("src/") and "/tests" not in name else None
        elif line.startswith("DA:") and name:
            number, count = map(int, line[3:].split(",")[:2])
            counts[name][number] = max(count, counts[name].get(number, 0))

    groups = {"`src/wire`": [], "files with tables, records and enumerations": []}
    for name in sorted(counts):
        source = ROOT / name
        text = source.read_text()
        if name.startswith("src/wire/"):
            groups["`src/wire`"].append(name)
        elif re.search(r"crate::(table|same_table|record|open_enum|open_flags)! \{", text):
            groups["files with tables, records and enumerations"].append(name)

    rows, missing = [], []
    total = [0, 0]
    for group, names in groups.items():
        lines = reached = 0
        for name in names:
            last = tests_of(ROOT / name)
            own = {n: c for n, c in counts[name].items() if n < last}
            left = sorted(n for n, c in own.items() if c == 0)
            lines += len(own)
            reached += len(own) - len(left)
            if left:
                missing.append((name, left, len(own)))
        total[0] += lines
        total[1] += reached
        rows.append((group, len(names), lines, reached))
    rows.append(("together", sum(row[1] for row in rows), *total))

    tests = ", ".join(f"`{name}`" for name in sys.argv[2:])
    out = [f"Tests: those of the library, {tests}.", ""]
    out += ["| | files | lines | reached | |", "|---|--:|--:|--:|--:|"]
    for group, files, lines, reached in rows:
        share = 100 * reached / max(lines, 1)
        out.append(f"| {group} | {files} | {lines} | {reached} | {share:.1f} % |")
    out += ["", "Not reached:", "", "| file | lines | which |", "|---|--:|---|"]
    for name, left, lines in missing:
        ranges = []
        for number in left:
            if ranges and number == ranges[-1][1] + 1:
                ranges[-1][1] = number
            else:
                ranges.append([number, number])
        which = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in ranges)
        out.append(f"| `{name}` | {len(left)} of {lines} | {which} |")
    section("coverage", "\n".join(out))
    print("\n".join(out[: len(rows) + 4]))


if __name__ == "__main__":
    main()
