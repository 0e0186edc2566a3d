"""What the logs of libFuzzer say, as the section of docs/fuzzing.md: fuzz.py FOLDER."""

import pathlib
import re
import sys

from coverage import section


def last(pattern, text):
    found = re.findall(pattern, text)
    return found[-1] if found else "?"


def main():
    out = [
        "| target | seconds | of the processor | executions | a second of it | edges | features "
        "| inputs kept | crashes, hangs |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for log in sorted(pathlib.Path(sys.argv[1]).glob("log-*")):
        text = log.read_text(errors="replace")
        target = log.name.removeprefix("log-")
        edges, features, inputs = last(r"cov: (\d+) ft: (\d+) corp: (\d+)/", text)
        bad = len(re.findall(r"SUMMARY: |ERROR: libFuzzer", text))
        seconds = last(r"Done \d+ runs in (\d+) second", text)
        runs = last(r"stat::number_of_executed_units: (\d+)", text)
        speed = last(r"stat::average_exec_per_sec: +(\d+)", text)
        if seconds == "?" and runs != "?":
            # One that was ended by hand doesn't say.
            seconds = str(int(runs) // max(int(speed), 1))
        processor = last(r"processor seconds: ([\d.]+)", text)
        if processor != "?":
            processor = round(float(processor))
            speed = int(runs) // max(processor, 1)
        out.append(
            f"| {target} | {seconds} | {processor} | {runs} | {speed} | {edges} | {features} "
            f"| {inputs} | {bad} |"
        )
    section("fuzz", "\n".join(out))
    print("\n".join(out))


if __name__ == "__main__":
    main()
