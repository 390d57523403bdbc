"""Downloaded bytes to lines: encodings, gzip, zip, and what is refused."""

import gzip
import io
import os
import zipfile
from collections.abc import AsyncIterator

import pytest

from bot.errors import UnreadableFile
from bot.gather.textlines import MAX_LINE
from bot.gather.unpack import looks_like_login_page, text_batches, unpack
from bot.gather.zips import safe_name
from bot.nouns.incident import FileRef

_LIMIT = 400_000_000
_LOG = "".join(f"2024-05-01 12:00:00 line {n} café\n" for n in range(5000)).encode()


async def _chunks(data: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def _lines(data: bytes, *, size: int = 10_000, limit: int = _LIMIT) -> tuple[list[str], str]:
    """The lines that came, and the error that ended them."""
    lines: list[str] = []
    try:
        async for batch in text_batches("x.log", _chunks(data, size), max_unpacked=limit):
            lines += batch
    except UnreadableFile as error:
        return lines, str(error)
    return lines, ""


async def _unpacked(data: bytes, name: str, limit: int = _LIMIT) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    async for text in unpack(FileRef(id="F1", name=name), _chunks(data), max_unpacked=limit):
        count, problem = 0, ""
        try:
            async for batch in text.batches:
                count += len(batch)
        except UnreadableFile as error:
            problem = str(error)
        found[text.name] = (count, problem)
    return found


def _zip(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize("size", [1, 7, 4096, 1_000_000])
async def test_line_numbers_are_those_of_the_unpacked_text(size: int) -> None:
    """Pieces of any size give the same lines, and a gzip the same as its content."""
    text = _LOG[:20_000] if size == 1 else _LOG
    expected = text.decode().split("\n")
    expected = expected[:-1] if expected[-1] == "" else expected
    assert ((expected, ""), (expected, "")) == (
        await _lines(text, size=size),
        await _lines(gzip.compress(text), size=size),
    )


async def test_only_a_line_feed_ends_a_line() -> None:
    """As for grep and sed: CRLF is one end, other separators are none, and a last line needs no end."""
    assert (["a", "b\rc", "d\x0ce\u2028f", "", "g"], "") == await _lines("a\r\nb\rc\nd\x0ce\u2028f\n\ng".encode())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Überschreitung des Kontingents, déjà vu\n", "utf-8"),
        ("Überschreitung des Kontingents, déjà vu\n", "utf-8-sig"),
        ("Überschreitung des Kontingents, déjà vu\n", "latin-1"),
        ("Überschreitung – „Kontingent“\n", "cp1252"),
        ("plain words of a service log\n", "utf-16"),
        ("plain words of a service log\n", "utf-16-le"),
        ("plain words of a service log\n", "utf-16-be"),
        ("plain words of a service log\n", "utf-32"),
        ("ошибка базы данных, сервис недоступен\n", "cp1251"),
        ("データベースでエラーが発生しました\n", "shift_jis"),
    ],
)
async def test_the_encoding_is_found(text: str, encoding: str) -> None:
    """Byte-order marks, UTF-16 without one, and the usual legacy encodings are read as meant."""
    lines, problem = await _lines((text * 300).encode(encoding))
    assert ([text[:-1]] * 300, "") == (lines, problem)


async def test_a_late_line_in_latin_1_is_read() -> None:
    """A log that is ASCII for its first 64 KB and Latin-1 later loses no letter."""
    lines, _ = await _lines(b"plain line\n" * 10_000 + "café über\n".encode("latin-1"))
    assert "café über" == lines[-1]


async def test_a_rotated_log_with_a_hole_is_text() -> None:
    """A log that starts with NULs, as after copytruncate, is read."""
    lines, problem = await _lines(b"\0" * 5000 + b"2024-05-01 started\nready\n" * 100)
    assert ("ready", "") == (lines[-1], problem)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (os.urandom(100_000), "binary data"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "an image"),
        (b"%PDF-1.7\n" + b"text " * 100, "a PDF"),
        (b"\0" * 1000, "binary data"),
        (b"x" * 257 + b"ustar\x0000" + b"\0" * 300, "tar archive"),
        (b"PK\x03\x04" + b"\0" * 100, "archive inside an archive"),
    ],
)
async def test_what_is_not_text_is_refused_by_name(data: bytes, why: str) -> None:
    """Junk, pictures and archives give no line, and the reason says what it is."""
    lines, problem = await _lines(data)
    assert ([], True) == (lines, why in problem), problem


async def test_gzip_of_several_members_and_with_padding_is_read_whole() -> None:
    """Rotated logs are often joined gzips; trailing zeros or rubbish are ignored, as gzip does."""
    joined = gzip.compress(_LOG) + gzip.compress(_LOG)
    for data in (joined, joined + b"\0" * 512, joined + b"rubbish"):
        lines, problem = await _lines(data)
        assert (10_000, "") == (len(lines), problem)


@pytest.mark.parametrize("text", [_LOG * 20, _LOG[:3000]], ids=["long", "shorter than the head"])
async def test_a_damaged_gzip_gives_its_good_lines_first(text: bytes) -> None:
    """A cut or corrupt stream gives whole lines up to the damage, then says after which line."""
    whole = text.decode().split("\n")
    packed = gzip.compress(text)
    lines, problem = await _lines(packed[: len(packed) * 9 // 10])
    assert (True, True, whole[: len(lines)]) == (len(lines) > 5, f"after line {len(lines):,}" in problem, lines)


async def test_a_flipped_bit_is_noticed() -> None:
    """Damage in the middle ends in an error; what came before stands."""
    packed = bytearray(gzip.compress(_LOG * 10))
    packed[len(packed) // 2] ^= 0xFF
    lines, problem = await _lines(bytes(packed))
    assert (True, True) == ("the gzip data is damaged" in problem, lines[:100] == _LOG.decode().split("\n")[:100])


async def test_a_text_over_the_limit_is_read_up_to_it() -> None:
    """The unpacked limit counts what comes out, and the lines before it are kept."""
    lines, problem = await _lines(gzip.compress(_LOG * 100), limit=2_000_000)
    assert (True, True) == (1000 < len(lines) < 60_000, "larger than 2 MB unpacked" in problem), problem


async def test_a_bomb_is_stopped_early() -> None:
    """What unpacks to hundreds of times its size is given up long before the limit, alone and in a zip."""
    bomb = b"0" * 50_000_000
    _, alone = await _lines(gzip.compress(bomb), limit=10**12)
    found = await _unpacked(_zip({"bomb.log": bomb}), "b.zip", limit=10**12)
    assert (True, True) == ("zip bomb" in alone, "zip bomb" in found["b.zip/bomb.log"][1])


async def test_zip_members_share_the_limit() -> None:
    """Many small members cannot add up to more than one file may have."""
    found = await _unpacked(
        _zip({f"{n}.log": os.urandom(30_000).hex().encode() + b"\n" for n in range(10)}), "b.zip", 200_000
    )
    problems = [problem for _, problem in found.values() if "larger than" in problem]
    assert (10, 7) == (len(found), len(problems))


async def test_members_of_a_zip_are_cited_by_harmless_names() -> None:
    """Names lose roots, drives and parent folders; nested archives, pictures and litter are told apart from logs."""
    data = _zip(
        {
            "../../etc/passwd": b"root\n",
            "C:\\logs\\app.log": b"a\nb\n",
            "inner.zip": _zip({"x": b"y"}),
            "old/app.log.1.gz": gzip.compress(b"1\n2\n3\n"),
            "shot.png": b"\x89PNG....",
            "__MACOSX/._app.log": b"\0\1\2",
            "empty.log": b"",
        }
    )
    assert {
        "b.zip/etc/passwd": (1, ""),
        "b.zip/logs/app.log": (2, ""),
        "b.zip/inner.zip": (0, "an archive inside an archive is not opened"),
        "b.zip/old/app.log.1.gz": (3, ""),
        "b.zip/shot.png": (0, "it is not text but an image"),
        "b.zip/empty.log": (0, ""),
    } == await _unpacked(data, "b.zip")


async def test_a_damaged_zip_is_one_unreadable_text() -> None:
    """A zip that cannot be opened says so under its own name."""
    found = await _unpacked(_zip({"a.log": _LOG})[:3000], "b.zip")
    assert (["b.zip"], True) == (list(found), "cannot be opened" in found["b.zip"][1])


@pytest.mark.parametrize(
    "name", ["", "..", "/", "a/../../b", "\\\\srv\\share\\x", "C:/x", "a\x00\u202eb", "./x", "...", "~/x"]
)
def test_no_member_name_leads_out(name: str) -> None:
    """Whatever a zip calls its member, the name is relative and has no parent steps or invisible characters."""
    safe = safe_name(name)
    assert (True, False, False) == (safe.isprintable() and bool(safe), safe.startswith("/"), ".." in safe.split("/"))


@pytest.mark.parametrize("separator", [b"", b" "])
async def test_a_very_long_line_is_cut_with_a_mark(separator: bytes) -> None:
    """One line cannot fill the memory: the rest is counted, and the lines after it keep their numbers."""
    long = (b"word" + separator) * 200_000
    lines, _ = await _lines(b"first\n" + long + b"\nlast\n")
    cut = lines[1]
    kept, _, mark = cut.partition(" [line cut: ")
    assert (3, "last", True, f"{len(long) - len(kept):,} more characters]") == (
        len(lines),
        lines[2],
        len(kept) <= MAX_LINE,
        mark,
    )


@pytest.mark.parametrize(
    ("content_type", "head", "expected"),
    [
        ("text/html; charset=utf-8", b"<!DOCTYPE html><html><title>Sign in</title>", True),
        ("", b"\n <!doctype HTML><html><head><title>Slack</title>", True),
        ("", b"<html><body>monthly report</body>", False),
        ("text/plain", b"2024 <html> in a log", False),
        ("text/html", b"plain words", False),
    ],
)
def test_a_login_page_is_told_from_a_file(content_type: str, head: bytes, expected: bool) -> None:
    """Slack answers 200 with HTML when the scope is missing; a file that mentions HTML is not that."""
    assert expected == looks_like_login_page(content_type, head)


async def test_a_login_page_under_a_logs_name_names_the_scope() -> None:
    """The reason tells the operator which scope the bot lacks."""
    page = b"<!DOCTYPE html><html><head><title>Slack: sign in</title></head></html>"
    assert {"app.log": (0, "Slack returned a login page: the bot lacks the scope files:read")} == await _unpacked(
        page, "app.log"
    )
