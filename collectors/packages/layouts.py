"""Where each framework keeps the interface that it offers: its package, and the folders that hold the public names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """A framework's package. ``packages`` name the same interface, the installed one counts.

    ``roots`` are module prefixes and the names that users know them by; the first that a version has is taken.
    ``skip`` are modules beneath it that are no interface. ``apart`` are public prefixes that repeat an older interface.
    ``missing`` says what a reading of the files cannot see: the count is then a lower bound.
    ``head`` is the module beneath the root that holds the names of the root itself.
    """

    framework: str
    packages: tuple[str, ...]
    roots: tuple[tuple[str, str], ...]
    skip: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    missing: str = ""
    head: str = ""


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "pytorch",
        ("torch",),
        (("torch", "torch"),),
        missing="names that torch binds while it is imported, where no stub lists them",
    ),
    Layout(
        "tensorflow",
        ("tensorflow-cpu", "tensorflow"),
        (("tensorflow._api.v2", "tf"), ("tensorflow", "tf")),
        skip=("python", "core", "lite", "compiler", "tools", "include", "distribute", "dtensor", "security", "tsl"),
        apart=("tf.compat",),
        head="v2",
        missing="tf.keras, which is loaded from the package keras and counted there",
    ),
    Layout(
        "keras",
        ("keras",),
        (("keras.api._v2.keras", "keras"), ("keras.api", "keras"), ("keras", "keras")),
        skip=("src", "api"),
        apart=("keras.legacy",),
    ),
    Layout("jax", ("jax",), (("jax", "jax"),)),
)
BY_FRAMEWORK = {layout.framework: layout for layout in LAYOUTS}
