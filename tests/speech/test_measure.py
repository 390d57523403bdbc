"""What the bench is told."""

from bot.speech.measure import measure
from tests.speech.fakes import RATE, FakeVoice, tone


def test_audio_is_counted() -> None:
    """The audio seconds are those of the paragraph, without the warm-up, and every figure is above zero."""
    voice = FakeVoice()
    figures = measure(voice)
    expected = round(sum(len(tone(sentence)) for sentence in voice.heard[1:]) / RATE, 2)
    assert expected == figures["audio_s"]
    assert figures["engine"] == "kokoro-onnx"
    assert [name for name in ("audio_s", "audio_s_per_cpu_s", "peak_mb") if not float(figures[name]) > 0] == []
