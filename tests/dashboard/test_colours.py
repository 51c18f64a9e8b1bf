"""Every colour can be seen on both backgrounds, and the theme agrees with the charts."""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from catalog.load import load_catalog
from dashboard import colours, data
from tests.dashboard import vision


def test_contrast_is_the_one_of_the_standard() -> None:
    assert colours.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert colours.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_system_can_be_seen(theme: colours.Theme) -> None:
    ground = colours.PALETTES[theme].background
    for slug in load_catalog().systems:
        assert colours.contrast(colours.colour(slug, theme), ground) >= 3, slug


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: colours.Theme) -> None:
    palette = colours.PALETTES[theme]
    for ink in (palette.text, palette.muted, palette.warning, palette.undecided):
        assert colours.contrast(ink, palette.background) >= 4.5, ink
    assert colours.contrast(palette.rule, palette.background) >= 3
    for slug in colours.FRAMEWORKS:
        assert colours.contrast(colours.colour(slug, theme), palette.background) >= 4.5, slug


def test_frameworks_differ_in_colour_and_in_sign() -> None:
    for one, other in combinations(colours.FRAMEWORKS, 2):
        assert colours.colour(one) != colours.colour(other)
        assert colours.sign(one) != colours.sign(other)


@pytest.mark.parametrize("eye", list(vision.EYES))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_frameworks_are_told_apart_by_every_eye(theme: colours.Theme, eye: vision.Eye) -> None:
    """Four times what is just seen between two frameworks, three times between one and what is undecided."""
    own = {slug: colours.colour(slug, theme) for slug in colours.FRAMEWORKS}
    for one, other in combinations(own, 2):
        assert vision.distance(own[one], own[other], eye) >= 4 * vision.JUST_SEEN, (one, other)
    for slug, ink in own.items():
        assert vision.distance(ink, colours.PALETTES[theme].undecided, eye) >= 3 * vision.JUST_SEEN, slug


@pytest.mark.parametrize("eye", list(vision.EYES))
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_signal_has_a_colour_of_its_own_that_every_eye_tells_apart(theme: colours.Theme, eye: vision.Eye) -> None:
    own = [pair[theme == "dark"] for pair in colours.SIGNALS]
    assert len(set(own)) == len([one for one in load_catalog().metrics.values() if one.signal])
    assert all(colours.contrast(ink, colours.PALETTES[theme].background) >= 3 for ink in own)
    for one, other in combinations(own, 2):
        assert vision.distance(one, other, eye) >= 4 * vision.JUST_SEEN, (one, other)
    for ink in own:
        apart = {slug: vision.distance(ink, colours.colour(slug, theme)) for slug in colours.FRAMEWORKS}
        assert min(apart.values()) >= 4 * vision.JUST_SEEN, (ink, apart)


def test_distances_are_those_of_the_standard() -> None:
    assert vision.distance("#000000", "#FFFFFF") == pytest.approx(1, abs=1e-4)
    assert vision.distance("#FF0000", "#00FF00") == pytest.approx(0.5197, abs=1e-3)
    for eye in vision.EYES:
        assert vision.distance("#6F7680", "#6F7680", eye) == 0
        assert vision.shown("#FFFFFF", eye) == pytest.approx((255, 255, 255), abs=0.01), "white stays white"


def test_systems_that_share_a_chart_share_no_sign_where_they_share_a_colour(bundled: Path) -> None:
    stored = data.series()
    for metric, systems in stored.groupby("metric")["system"].unique().items():
        for one, other in combinations(sorted(systems), 2):
            same = colours.colour(one) == colours.colour(other)
            assert not same or colours.sign(one) != colours.sign(other), (metric, one, other)


def test_a_system_keeps_its_colour_and_sign() -> None:
    assert colours.colour("theano") == colours.colour("theano")
    assert colours.sign("theano") not in [colours.sign(name) for name in colours.FRAMEWORKS]


def test_the_theme_names_the_same_colours_and_grounds(repository: Path) -> None:
    theme = tomllib.loads((repository / "dashboard/.streamlit/config.toml").read_text())["theme"]
    names = {"pytorch": "orange", "tensorflow": "blue", "keras": "green", "jax": "violet"}
    for look, palette in colours.PALETTES.items():
        assert theme[look]["backgroundColor"] == palette.background
        assert theme[look]["textColor"] == palette.text
        for slug, name in names.items():
            assert theme[look][f"{name}TextColor"] == colours.colour(slug, look)
            assert name in colours.dot(slug)
    assert colours.contrast("#FFFFFF", theme["dark"]["primaryColor"]) >= 4.5


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_colour_of_the_theme_can_be_read_where_it_stands(look: str, repository: Path) -> None:
    """WCAG 2.2 AA: text 4.5 on every ground it stands on, signs 3; borders and tints are decoration beside words."""
    theme = tomllib.loads((repository / "dashboard/.streamlit/config.toml").read_text())["theme"][look]
    page, raised = theme["backgroundColor"], theme["secondaryBackgroundColor"]
    pairs = [(theme["codeTextColor"], theme["codeBackgroundColor"], 4.5)]
    pairs += [(theme[f"{name}Color"], ground, 4.5) for name in ("text", "link") for ground in (page, raised)]
    for name in ("orange", "blue", "green", "violet", "gray", "yellow", "red"):
        ink = theme[f"{name}TextColor"]
        # a framework's colour on a raised ground is a dot or a line, its name beside it is in the colour of text
        pairs += [(ink, page, 4.5), (ink, raised, 3.0 if name == "orange" else 4.5)]
    tints = [name.removesuffix("BackgroundColor") for name in theme if name.endswith("BackgroundColor")]
    tinted = [name for name in tints if f"{name}TextColor" in theme and name != "code"]
    assert {"blue", "yellow", "red", "green", "gray"} <= set(tinted), "Streamlit's own tints are not measured here"
    pairs += [(theme[f"{name}TextColor"], theme[f"{name}BackgroundColor"], 4.5) for name in tinted]
    pairs += [(theme["primaryColor"], page, 3.0), (theme["primaryColor"], raised, 3.0)]
    low = [(ink, ground) for ink, ground, least in pairs if colours.contrast(ink, ground) < least]
    assert not low
    assert {name for name, value in theme.items() if str(value).startswith("#")} == set(theme), (
        "all are told as #RRGGBB"
    )


def test_variants_belong_to_frameworks() -> None:
    assert [colours.framework_of(v) for v in ("torch.compile", "tensorflow.xla", "keras.jax", "jax.jit", "numpy")] == [
        "pytorch",
        "tensorflow",
        "keras",
        "jax",
        "numpy",
    ]


def test_a_faded_colour_keeps_its_hue() -> None:
    assert colours.faded("#C8501E", 0.12) == "rgba(200,80,30,0.12)"
