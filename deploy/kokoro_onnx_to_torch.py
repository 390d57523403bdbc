"""Turn the int8 Kokoro-82M ONNX file into a checkpoint for `kokoro.KModel` (PyTorch).

    python deploy/kokoro_onnx_to_torch.py kokoro-v1.0.int8.onnx kokoro.pth

A stand-in for places where the original checkpoint (kokoro-v1_0.pth of hexgrad/Kokoro-82M) cannot be fetched: the
weights are the int8 ones, dequantised. Needs torch, kokoro, onnx, and kokoro_onnx for its config.json.
"""

import importlib.util
import os
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

Array = np.ndarray
PARTS = ("bert", "bert_encoder", "predictor", "text_encoder", "decoder")
UNUSED = (".norm", "norm1", "pooler")  # identity or not used by the model: their defaults are right


@dataclass
class Weights:
    """Dequantised weights by the dotted path of their PyTorch module."""

    initial: dict[str, Array]
    linear: dict[str, Array] = field(default_factory=dict)
    conv: dict[str, Array] = field(default_factory=dict)
    embedding: dict[str, Array] = field(default_factory=dict)
    lstm: dict[str, tuple[Array, Array, Array]] = field(default_factory=dict)

    def dequantised(self, name: str, zero_name: str | None = None, axis: int | None = None) -> Array:
        """(values - zero) * scale; per channel along `axis`, which is found by size when not given."""
        values = self.initial[name].astype("f4")
        if not name.endswith("_quantized"):
            return values
        base = name.removesuffix("_quantized")
        scale = np.asarray(self.initial[f"{base}_scale"], "f4")
        stored_zero = self.initial.get(zero_name or f"{base}_zero_point")
        zero = np.float32(0) if stored_zero is None else np.asarray(stored_zero, "f4")
        if scale.ndim == 1 and scale.size > 1:
            along = next(a for a in reversed(range(values.ndim)) if values.shape[a] == scale.size)
            shape = [1] * values.ndim
            shape[along if axis is None else axis] = scale.size
            scale = scale.reshape(shape)
            zero = zero.reshape(shape) if zero.size > 1 else zero
        return (values - zero) * scale

    def lstm_rows(self, quantised: str, scale: str, zero: str) -> Array:
        """Weights of a DynamicQuantizeLSTM: (directions, inputs, 4 * hidden)."""
        scales, zeros = (self.initial[each].astype("f4").reshape(2, 1, -1) for each in (scale, zero))
        return (self.initial[quantised].astype("f4") - zeros) * scales


def module_path(node_name: str) -> str:
    """The PyTorch module that an ONNX node was exported from."""
    steps = node_name.strip("/").split("/")[:-1]
    kept = [step for i, step in enumerate(steps) if not (i + 1 < len(steps) and steps[i + 1].startswith(f"{step}."))]
    path = ".".join(kept)
    if path.startswith("decoder.decoder"):
        return path.removeprefix("decoder.")
    if not path.startswith("encoder."):
        return path
    path = path.removeprefix("encoder.")
    in_predictor = path.startswith(("F0.", "N.", "F0_proj", "N_proj", "shared"))
    return f"predictor.{path}" if in_predictor else path


def read_weights(source: str) -> Weights:
    """Walk the graph once and sort its weights by kind of layer."""
    graph = onnx.load(source).graph
    weights = Weights({each.name: numpy_helper.to_array(each) for each in graph.initializer})
    for node in graph.node:
        inputs, path = node.input, module_path(node.name)
        known = [name in weights.initial for name in inputs]
        zero = inputs[3] if len(inputs) > 3 else None
        if node.op_type in {"MatMulInteger", "MatMul"} and known[1]:
            weights.linear.setdefault(path, weights.dequantised(inputs[1], zero, axis=1))
        elif node.op_type == "ConvInteger" and known[1]:
            weights.conv.setdefault(path, weights.dequantised(inputs[1], zero, axis=0))
        elif node.op_type in {"Conv", "ConvTranspose"} and known[1]:
            weights.conv.setdefault(path, weights.dequantised(inputs[1], axis=0))
        elif node.op_type == "Gather" and known[0] and weights.initial[inputs[0]].ndim == 2:
            weights.embedding[path] = weights.dequantised(inputs[0])
        elif node.op_type == "DynamicQuantizeLSTM":
            weights.lstm[path] = (
                weights.lstm_rows(inputs[1], inputs[8], inputs[9]),
                weights.lstm_rows(inputs[2], inputs[10], inputs[11]),
                weights.initial[inputs[3]].astype("f4"),
            )
    return weights


def torch_gates(rows: Array) -> Array:
    """ONNX orders LSTM gates i, o, f, c; PyTorch i, f, g, o."""
    i, o, f, c = np.split(rows, 4, 0)
    return np.concatenate([i, f, c, o], 0)


def weight_norm(weight: Array, leaf: str) -> Array:
    """v or g of weight normalisation. An all-zero row would be 0/0 and make NaN audio, so v = 1 and g = 0 there."""
    norm = np.sqrt((weight.astype("f8") ** 2).sum((1, 2), keepdims=True))
    return norm if leaf == "weight_g" else np.where(norm == 0, 1.0, weight)


def lstm_value(parts: tuple[Array, Array, Array], leaf: str) -> Array:
    """One of PyTorch's eight LSTM tensors."""
    inputs, hidden, bias = parts
    side, half = int(leaf.endswith("_reverse")), inputs.shape[2]
    if leaf.startswith("weight_ih"):
        return torch_gates(inputs[side].T)
    if leaf.startswith("weight_hh"):
        return torch_gates(hidden[side].T)
    return torch_gates(bias[side][:half] if leaf.startswith("bias_ih") else bias[side][half:])


def value_of(weights: Weights, key: str) -> Array | None:
    """The value of one entry of the state dictionary, None when the graph has none."""
    base, _, leaf = key.rpartition(".")
    if leaf in {"weight_v", "weight_g"} and base in weights.conv:
        return weight_norm(weights.conv[base], leaf)
    if base in weights.lstm:
        return lstm_value(weights.lstm[base], leaf)
    if leaf == "weight":
        for table, turned in ((weights.embedding, False), (weights.linear, True), (weights.conv, False)):
            if base in table:
                return table[base].T if turned else table[base]
    return next((weights.initial[n] for n in (f"encoder.{key}", f"decoder.{key}") if n in weights.initial), None)


def empty_model(config: str) -> torch.nn.Module:
    """A KModel with default weights; it insists on a checkpoint file, so it gets an empty one."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from kokoro import KModel  # noqa: PLC0415 - after the environment is set

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        empty = Path(folder) / "empty.pth"
        torch.save({}, empty)
        return KModel(repo_id="hexgrad/Kokoro-82M", config=config, model=str(empty))


def convert(source: str, target: str) -> None:
    """Write the checkpoint; exits with a message when a weight that matters was not found in the graph."""
    spec = importlib.util.find_spec("kokoro_onnx")
    if spec is None or spec.origin is None:
        sys.exit("kokoro_onnx is not installed; its config.json is needed.")
    model = empty_model(str(Path(spec.origin).parent / "config.json"))
    weights = read_weights(source)
    state: dict[str, dict[str, torch.Tensor]] = {}
    missing: list[str] = []
    for part in PARTS:
        state[part] = {}
        for leaf, default in getattr(model, part).state_dict().items():
            value = value_of(weights, f"{part}.{leaf}")
            if value is None:
                missing.append(f"{part}.{leaf}")
                value = default.numpy()
            if value.shape != tuple(default.shape):
                sys.exit(f"{part}.{leaf} has shape {value.shape}, expected {tuple(default.shape)}")
            state[part][leaf] = torch.from_numpy(np.array(value, dtype="f4", order="C"))
    wrong = [key for key in missing if not any(mark in key for mark in UNUSED)]
    if wrong:
        sys.exit(f"not found in {source}: {', '.join(wrong)}")
    torch.save(state, target)
    print(f"{sum(map(len, state.values()))} tensors, {len(missing)} of them at their defaults (unused or identity)")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    convert(sys.argv[1], sys.argv[2])
