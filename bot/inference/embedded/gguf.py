"""Read the header of a GGUF file: its metadata and its tensors, without the weights (format: ggml's gguf.md)."""

import mmap
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MAGIC = b"GGUF"
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 32: "BF16",
}  # fmt: skip
_TENSOR_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 10: "Q2_K", 11: "Q3_K", 12: "Q4_K",
    13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 30: "BF16",
}  # fmt: skip


@dataclass(frozen=True)
class Tensor:
    name: str
    type: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Gguf:
    """`facts` has every metadata key; arrays (vocabularies) are None."""

    bytes: int
    facts: dict[str, Any] = field(default_factory=dict)
    tensors: tuple[Tensor, ...] = ()

    @property
    def architecture(self) -> str:
        return str(self.facts.get("general.architecture", ""))

    def number(self, key: str) -> int:
        """A number of this architecture, such as `context_length`; 0 when the file does not say."""
        return int(self.facts.get(f"{self.architecture}.{key}") or 0)

    @property
    def parameters(self) -> int:
        total = 0
        for tensor in self.tensors:
            count = 1
            for size in tensor.shape:
                count *= size
            total += count
        return total

    @property
    def quantization(self) -> str:
        return _FILE_TYPES.get(int(self.facts.get("general.file_type", -1)), "unknown")

    def kv_cache_bytes(self, num_ctx: int) -> int:
        """Memory of the attention cache in 16-bit floats."""
        heads = self.number("attention.head_count") or 1
        width = self.number("attention.head_count_kv") * (self.number("embedding_length") // heads)
        return 2 * 2 * self.number("block_count") * width * num_ctx


def read(file: Path) -> Gguf:
    """Raises ValueError when the file is no GGUF of version 2 or 3, or ends too early."""
    with file.open("rb") as stream:
        if stream.read(4) != _MAGIC:
            raise ValueError(f"{file.name} is not a GGUF file.")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return _Reader(data).read()
            except (struct.error, IndexError, UnicodeDecodeError) as error:
                raise ValueError(f"{file.name} is cut off or damaged: {error}") from error


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 4

    def read(self) -> Gguf:
        version = self._take("I")
        if version not in (2, 3):
            raise ValueError(f"GGUF version {version} is not known.")
        tensor_count, fact_count = self._take("Q"), self._take("Q")
        facts = {}
        for _ in range(fact_count):
            key = self._string()
            facts[key] = self._value(self._take("I"))
        return Gguf(len(self._data), facts, tuple(self._tensor() for _ in range(tensor_count)))

    def _take(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self._data, self._at)
        self._at += struct.calcsize("<" + code)
        return value

    def _string(self) -> str:
        length = self._take("Q")
        text = self._data[self._at : self._at + length]
        if len(text) != length:
            raise ValueError("A string runs past the end of the file.")
        self._at += length
        return text.decode("utf-8")

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            self._skip_array()
            return None
        if kind not in _SCALARS:
            raise ValueError(f"Metadata type {kind} is not known.")
        return self._take(_SCALARS[kind])

    def _skip_array(self) -> None:
        kind, count = self._take("I"), self._take("Q")
        if kind in _SCALARS:
            self._at += count * struct.calcsize("<" + _SCALARS[kind])
            return
        for _ in range(count):
            if kind == _STRING:
                length = self._take("Q")
                self._at += length
            else:
                self._value(kind)

    def _tensor(self) -> Tensor:
        name = self._string()
        shape = tuple(self._take("Q") for _ in range(self._take("I")))
        kind = self._take("I")
        self._take("Q")  # offset of the data
        return Tensor(name, _TENSOR_TYPES.get(kind, str(kind)), shape)
