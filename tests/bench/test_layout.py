"""Layouts: which are of one family, and that matched variants of every workload with images really share one."""

import importlib.util
import subprocess
import sys

import pytest

from collectors.bench.layout import difference, family

BOTH = """
import numpy as np, torch
from collectors.bench import layout
from collectors.bench.registry import load
for slug in ("conv2d", "depthwise_conv", "cnn_train_step", "resnet18_train_step", "resnet50_inference"):
    workload = load("collectors.bench.registry").workload(slug)
    for preset in ("matched", "defaults"):
        with layout.under(preset):
            prepared = workload.frameworks["pytorch"](workload.make_inputs("tiny"), "cpu")
        images = max((t for t in prepared.arguments if t.ndim == 4), key=lambda t: t.numel())
        last = images.is_contiguous(memory_format=torch.channels_last)
        print(slug, preset, prepared.facts["layout"], last)
"""


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("NCHW", "NHWC", False),
        ("NHWC", "NHWC", True),
        ("batch, heads, time, depth", "batch, time, heads, depth", True),
        ("batch first", "batch first", True),
        ("batch first", "time first", False),
        ("NHWC", None, True),
    ],
)
def test_a_family_is_the_outermost_and_the_innermost_axis(one: str, other: str | None, same: bool) -> None:
    assert (difference(one, other) == []) is same
    assert (difference(other, one) == []) is same


def test_the_difference_names_both() -> None:
    assert difference("NHWC", "NCHW") == ["layout: NHWC against NCHW"]
    assert family("NCHW") == ("N", "W")


@pytest.mark.frameworks
def test_pytorch_holds_images_as_the_others_do_where_matched_and_as_it_likes_by_default() -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    done = subprocess.run([sys.executable, "-c", BOTH], capture_output=True, text=True, check=True, timeout=120)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert len(rows) == 10
    told = {(preset, name, last) for slug, preset, name, last in rows if slug != "cnn_train_step"}
    assert told == {("matched", "NHWC", "True"), ("defaults", "NCHW", "False")}
    # one channel alone is contiguous either way; only the name can tell
    assert [row[2] for row in rows if row[0] == "cnn_train_step"] == ["NHWC", "NCHW"]
