"""What one came to read can be read, at a desk and on a phone: nothing cut, nothing under a line, the figure first."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from collectors import jobs
from dashboard.sections.capability_matrix import AROUND_PX, FIRST_PX, GROUPS, LETTER_PX
from language.words import _, speaking
from tests.dashboard.conftest import measured
from tests.dashboard.running import running
from tests.dashboard.test_browser import SHOWN_MS, settled

pytestmark = pytest.mark.browser
PADDING_PX = 16
DRAWN = ".js-plotly-plot .scatterlayer .point"
BOXES = """() => {
    const box = one => { const it = one.getBoundingClientRect(); return [it.left, it.top, it.right, it.bottom] };
    const all = where => [...document.querySelectorAll('[class*=st-key-figure-speed-ratios] ' + where)].map(box);
    return {names: all('.infolayer > .annotation:not(:last-child)'), lines: all('.gridlayer path'),
        points: all('.scatterlayer .point')};
}"""
"""Left, top, right and bottom of what the chart of ratios has, in pixels; its last words are those of its picture."""


@pytest.fixture(scope="module")
def read(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory, free_ports: Callable[[], int]) -> Iterator[str]:
    """The address of a site on the bundled figures and one measured run."""
    home, port = tmp_path_factory.mktemp("read") / "home", free_ports()
    shutil.copytree(bundled_home, home)
    measured(home)
    with running(home, port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_ratio_stands_beside_its_name_before_what_starts_a_run(
    width: int, read: str, page: Page, shot: Callable[[Page, str], None]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{read}/speed")
    settled(page)
    expect(page.locator(DRAWN).first).to_be_attached(timeout=SHOWN_MS)
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_have_count(0)
    shot(page, f"speed-first-screen-{width}")
    found = page.evaluate(BOXES)
    names, (point,) = found["names"], found["points"]
    assert point[3] < 900, "what is measured stands above the fold"
    assert len(names) > 1
    assert found["lines"]
    assert max(name[2] for name in names) <= min(line[0] for line in found["lines"]), "no word lies on a line"
    assert min(name[0] for name in names) >= 0
    middle = (point[1] + point[3]) / 2
    assert min(name[1] for name in names) < middle < max(name[3] for name in names), "the mark stands beside its words"
    page.get_by_text("Measure here", exact=True).click()
    expect(run).to_be_visible(timeout=SHOWN_MS)


WIDE = """([texts, weight]) => document.fonts.load(`${weight} 13.125px Inter`).then(() => {
    const pen = document.createElement('canvas').getContext('2d');
    pen.font = weight + " 13.125px Inter, system-ui, 'Noto Sans CJK SC', sans-serif";
    return texts.map(text => pen.measureText(text).width);
})"""
"""How many pixels texts take in the letters of a table."""
HEADS = ("function · TensorFlow", "compile · PyTorch", "eager · Keras on TensorFlow", "TensorFlow 2.21.0 (cuda)")


def test_no_capability_and_no_head_of_the_matrix_is_cut(read: str, page: Page) -> None:
    page.goto(read)
    settled(page)
    listed = jobs.capability_list()
    titles, axes = ([str(entry[name]) for entry in listed] for name in ("title", "axis_title"))
    with speaking("zh-CN"):
        titles, axes = ([*texts, *map(_, texts)] for texts in (titles, axes))
    groups = [f"{sign} {axis}" for axis in dict.fromkeys(axes) for sign in GROUPS.values()]
    wide = dict(zip(titles, page.evaluate(WIDE, [titles, 400]), strict=True))
    wide |= dict(zip(groups, page.evaluate(WIDE, [groups, 650]), strict=True))
    assert max(wide.values()) > 100
    assert {text: px for text, px in wide.items() if px > FIRST_PX - PADDING_PX} == {}
    for head, px in zip(HEADS, page.evaluate(WIDE, [HEADS, 400]), strict=True):
        assert px + PADDING_PX <= LETTER_PX * len(head) + AROUND_PX, head


def test_han_letters_are_quoted_and_not_slanted(read: str, page: Page) -> None:
    look = "one => [getComputedStyle(one).fontStyle, getComputedStyle(one, '::before').content]"
    for language, wanted in (("en", ["italic", "none"]), ("zh-CN", ["normal", '"“"'])):
        page.goto(f"{read}/speed?lang={language}")
        settled(page)
        slanted = page.locator("[class*=st-key-figure-speed-ratios] em").first
        expect(slanted).to_be_visible(timeout=SHOWN_MS)
        assert slanted.evaluate(look) == wanted


def test_on_a_phone_the_overview_says_what_each_figure_is(read: str, page: Page) -> None:
    page.goto(read)
    settled(page)
    row = page.locator("[class*='st-key-row-signal-']").first
    said = ("Share now", "Leader", "Lead", "Change in 12 months", "Newest data")
    assert not any(row.get_by_text(name, exact=True).is_visible() for name in said), "a head stands above"
    page.set_viewport_size({"width": 390, "height": 844})
    for name in said:
        expect(row.get_by_text(name, exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["claims", "ecosystem"])
def test_on_a_phone_a_sentence_is_read_without_scrolling_aside(path: str, read: str, page: Page) -> None:
    page.goto(f"{read}/{path}")
    settled(page)
    listed = page.locator("[class*='st-key-phone-'] li")
    expect(listed.first).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(listed.first).to_be_visible()
    assert listed.count() > 50
    for one in (listed.first, listed.last):
        one.scroll_into_view_if_needed()
        box = one.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert one.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_on_a_phone_a_claim_opens_below_its_list(read: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{read}/claims?verdict=never+held")
    settled(page)
    link = page.locator(".st-key-phone-claims a").first
    says = link.inner_text()
    link.click()
    expect(page.locator("#claim")).to_be_in_viewport(timeout=SHOWN_MS)
    expect(page.get_by_role("heading", name=says)).to_be_visible()
    assert "verdict=never+held" in page.url
    assert len(page.context.pages) == 1
