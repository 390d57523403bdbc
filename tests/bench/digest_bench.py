"""How fast the digest reads logs: `python tests/bench/digest_bench.py [megabytes]` prints one line.

Writes mixed logs (five formats, random request ids in the JSON ones, an incident in the middle) to a temporary
folder from a fixed seed, and digests them in a child process so that its peak memory is its own.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)
ONSET = START + timedelta(hours=4)
FORMATS = ("syslog", "jsonl", "logfmt", "access", "plain")


class FileText:
    """A log text on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.size = path.stat().st_size

    def lines(self) -> Iterator[str]:
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield line.rstrip("\n")


def line(kind: str, at: datetime, rng: random.Random) -> str:
    """One realistic line; after the onset some requests fail and slow down."""
    bad = at >= ONSET and rng.random() < 0.2
    ms = int(rng.gauss(80, 20)) if not bad else int(rng.gauss(8_000, 900))
    request = f"{rng.getrandbits(64):016x}"
    path = rng.choice(("/api/v1/orders", "/api/v1/users/profile", "/healthz", "/api/v1/cart/items", "/login"))
    status = 503 if bad else 200
    if kind == "syslog":
        text = f"upstream timed out after {ms}ms" if bad else f"served {path} in {ms}ms for uid={rng.randrange(90000)}"
        return f"{at:%b %d %H:%M:%S} web{rng.randrange(40):02d} gateway[{rng.randrange(30000)}]: {text}"
    if kind == "jsonl":
        record = {
            "ts": at.isoformat(timespec="milliseconds"),
            "level": "error" if bad else "info",
            "msg": "request failed" if bad else "request done",
        }
        return json.dumps(
            {**record, "path": path, "status": status, "ms": ms, "request_id": request}, separators=(",", ":")
        )
    if kind == "logfmt":
        return f'ts={at.isoformat(timespec="milliseconds")} level={"warn" if bad else "info"} msg="pool stats" in_use={rng.randrange(50)} waiting={ms // 100} node=n{rng.randrange(12)}'
    if kind == "access":
        address = f"10.{rng.randrange(4)}.{rng.randrange(250)}.{rng.randrange(250)}"
        return f'{address} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "GET {path}?id={rng.randrange(9999)} HTTP/1.1" {status} {rng.randrange(90000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"'
    thread = rng.randrange(64)
    text = (
        f"connection pool exhausted, waited {ms} ms"
        if bad
        else f"executed query in {ms} ms rows={rng.randrange(400)} session={rng.randrange(10**9)}"
    )
    return f"{at:%Y-%m-%d %H:%M:%S},{rng.randrange(1000):03d} {'ERROR' if bad else 'INFO '} [worker-{thread}] com.acme.db.Pool - {text}"


def write(folder: Path, megabytes: int) -> list[Path]:
    """One file per format, of equal size, over eight hours."""
    paths = []
    for kind in FORMATS:
        rng = random.Random(kind)
        budget = megabytes * 1_000_000 // len(FORMATS)
        step = timedelta(hours=8) / (budget / 140)
        path = folder / f"{kind}.log"
        at = START
        with path.open("w", encoding="utf-8") as file:
            while budget > 0:
                text = line(kind, at, rng) + "\n"
                file.write(text)
                budget -= len(text)
                at += step
        paths.append(path)
    return paths


def measure(paths: list[Path]) -> dict[str, float]:
    """Digests the files in this process; seconds, megabytes, lines, peak resident megabytes."""
    from bot.digest import digest
    from bot.nouns.incident import Channel, CleanIncident, CleanMessage

    ts = f"{ONSET.timestamp():.6f}"
    said = CleanMessage(ts=ts, text="checkout errors since 10:00 UTC, pool exhausted?", user="U1", author="ana")
    incident = CleanIncident(channel=Channel(id="C1", name="inc"), messages=(said,))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin, cpu_begin = time.perf_counter(), time.process_time()
    sheet = digest(incident, [FileText(path) for path in paths])
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(path.stat().st_size for path in paths) / 1e6
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "mb": size,
        "lines": sheet.coverage.log_lines,
        "peak_mb": peak,
        "base_mb": before,
    }


def main(argv: list[str]) -> int:
    if argv[:1] == ["--child"]:
        print(json.dumps(measure([Path(name) for name in argv[1:]])))
        return 0
    megabytes = int(argv[0]) if argv else 200
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), megabytes)
        command = [sys.executable, __file__, "--child", *map(str, paths)]
        root = str(Path(__file__).resolve().parents[2])
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": root})
    result = json.loads(done.stdout)
    rate = result["mb"] / result["seconds"]
    print(
        f"digest: {rate:.1f} MB/s ({result['mb'] / result['cpu_seconds']:.1f} per CPU second), {result['peak_mb']:.0f} MB peak ({result['base_mb']:.0f} MB before), "
        f"{result['lines']:,.0f} lines, {result['mb']:.0f} MB of mixed logs in {result['seconds']:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
