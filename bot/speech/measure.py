"""How fast and how large a speech engine is, for the bench."""

import resource
import sys
import time

from bot.nouns.ports import Voice
from bot.speech.spoken import sentences, spoken

_PARAGRAPH = """
At 09:42 UTC the checkout service began to return HTTP 503 to 12.5% of its callers, and p99 latency rose from 180 ms
to 4.2 s. The on-call engineer was paged at 09:58, sixteen minutes later, because the alert watched the mean and not
the tail. A connection pool of 40 was shared by three services; a retry loop in cart-api held every connection for 30 s.
The pool was raised to 120 and the retry limited to 2 at 10:21, and errors fell to zero by 10:26. No load test covers
a slow database, and no test checks that the alert fires.
"""


def measure(voice: Voice) -> dict[str, float | str]:
    """Load `voice` and speak one paragraph; blocking. Seconds; memory is the peak of the whole process, in MB."""
    script = sentences(spoken(_PARAGRAPH))
    start = time.process_time(), time.monotonic()
    samples = len(voice.speak("Ready."))
    loaded = time.process_time(), time.monotonic()
    samples = 0
    first = 0.0
    for sentence in script:
        samples += len(voice.speak(sentence))
        first = first or time.monotonic() - loaded[1]
    cpu, wall = time.process_time() - loaded[0], time.monotonic() - loaded[1]
    audio = samples / voice.sample_rate
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10  # ru_maxrss is bytes there, KiB elsewhere
    return {
        "engine": voice.engine,
        "voice": voice.name,
        "audio_s": round(audio, 2),
        "cpu_s": round(cpu, 2),
        "wall_s": round(wall, 2),
        "audio_s_per_cpu_s": round(audio / cpu, 3),
        "load_cpu_s": round(loaded[0] - start[0], 2),
        "first_sentence_s": round(first, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale, 1),
    }
