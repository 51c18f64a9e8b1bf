"""Takes pictures of a running site's pages, with an index of what each shows: `make shots`, `make pictures`."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from scenes import PAGES, VIEWS, Scene

ROOT = Path(__file__).resolve().parents[1]
LOOKS: dict[str, tuple[int, int, str, str]] = {
    "light": (1280, 900, "light", "light"),
    "dark": (1280, 900, "dark", "dark"),
    "phone": (390, 844, "light", "390 px wide"),
}
"""Width and height of the window, the theme, and the look in words."""
LANGUAGES = {"en": "English", "zh-CN": "Chinese"}
OF_VIEWS = {"light": "en", "dark": "zh-CN"}
"""The looks of a view, each with its language; a page is taken in all."""
QUALITY, WIDEST = 40, 960
"""Of WebP: letters can be read, and a page of 1280 by 3000 px takes about 90 kB."""
TALLEST = 5_200
BROWSER_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


class Shot(NamedTuple):
    """A scene in one look and language."""

    scene: Scene
    look: str
    language: str

    @property
    def file(self) -> str:
        """The picture's name in the folder."""
        return f"{self.scene.name}-{self.look}-{self.language.partition('-')[0]}.webp"

    @property
    def words(self) -> str:
        """What the picture shows, for one who does not see it."""
        return f"{self.scene.shows}; {LOOKS[self.look][3]}, in {LANGUAGES[self.language]}"


def every_shot() -> tuple[Shot, ...]:
    """Every page in every look and language, and every view in some; by scene, as the index lists them."""
    pages = [Shot(scene, look, language) for scene in PAGES for language in LANGUAGES for look in LOOKS]
    views = [Shot(scene, *look) for scene in VIEWS for look in OF_VIEWS.items()]
    return (*pages, *views)


DRAWN = """() => {
    const plots = [...document.querySelectorAll('.js-plotly-plot')];
    const said = plots.map(one => one.innerHTML.length), same = String(said) === String(window.drawnBefore);
    window.drawnBefore = said;
    return same && plots.every(one => one.querySelector('.plot path, .infolayer text'));
}"""
"""Whether every chart has something in it and is as it was when it was looked at last."""


def ready(page: Page) -> None:
    """Wait until Streamlit has drawn the page: its first heading is there and nothing runs any more."""
    page.wait_for_selector("h1, h2, .js-plotly-plot", timeout=60_000)
    page.wait_for_timeout(1_500)  # a chart's place is empty before its skeleton comes
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')"
        " && document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')",
        timeout=60_000,
    )
    drawn(page)


def drawn(page: Page) -> None:
    """Wait until the charts, which come after the page, do not change any more."""
    page.wait_for_timeout(500)
    page.wait_for_function(DRAWN, polling=700, timeout=60_000)


def unfold(page: Page) -> None:
    """Make the window as tall as the page, which scrolls inside a box of its own."""
    width = page.viewport_size["width"] if page.viewport_size else 1280
    height = page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]')?.scrollHeight ?? 900")
    page.set_viewport_size({"width": width, "height": min(int(height) + 80, TALLEST)})
    drawn(page)


def taken(browser: Browser, site: str, shots: Sequence[Shot]) -> Iterator[tuple[Shot, bytes]]:
    """Take the pictures, those of one look and language in one window; gives them as PNG."""
    for (look, language), alike in groupby(sorted(shots, key=_window), _window):
        width, height, scheme, _ = LOOKS[look]
        context = browser.new_context(
            color_scheme="dark" if scheme == "dark" else "light", locale=language, reduced_motion="reduce"
        )
        page = context.new_page()
        for shot in alike:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(site + shot.scene.path)
            ready(page)
            unfold(page)
            yield shot, page.screenshot()
        context.close()


def _window(shot: Shot) -> tuple[str, str]:
    return shot.look, shot.language


def keep(png: bytes, path: Path) -> None:
    """Write a picture as WebP, no wider than ``WIDEST``."""
    with Image.open(BytesIO(png)) as image:
        size = image.size if image.width <= WIDEST else (WIDEST, round(image.height * WIDEST / image.width))
        image.convert("RGB").resize(size).save(path, "WEBP", quality=QUALITY, method=4)


def shoot(site: str, folder: Path, shots: Sequence[Shot]) -> Iterator[Path]:
    """Write the pictures into a folder; gives their paths as they come."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=list(BROWSER_ARGS)
        )
        for shot, png in taken(browser, site, shots):
            path = folder / shot.file
            keep(png, path)
            yield path
        browser.close()


def index(folder: Path, page: Path, at: str) -> str:
    """The document that shows every picture of the folder with what it shows; ``at`` says when and of what."""
    there = folder.resolve().relative_to(page.resolve().parent).as_posix()
    lines = ["# Pictures of the pages", "", at, ""]
    lines += [
        "Every page is shown light, dark and 390 px wide, in English and Chinese; what lies behind a choice on it"
    ]
    lines += ["is shown light in English and dark in Chinese. A picture opens at its full size."]
    for scene, shots in groupby(every_shot(), lambda shot: shot.scene):
        images = [_image(f"{there}/{shot.file}", shot) for shot in shots if (folder / shot.file).exists()]
        lines += ["", f"## {scene.shows}", "", f"`{scene.path}`", "", *images] if images else []
    return "\n".join(lines) + "\n"


def _image(file: str, shot: Shot) -> str:
    width = 100 if shot.look == "phone" else 240
    return f'<a href="{file}"><img src="{file}" width="{width}" alt="{escape(shot.words)}"></a>'


def stamp(where: str) -> str:
    """Say the day and the commit of the code that was shown."""
    said = subprocess.run(
        [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return f"Taken on {datetime.now(UTC):%d %B %Y} of commit {said}, {where}. `make pictures` takes them again."


def main() -> int:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", default="http://127.0.0.1:8501", help="address of a running site")
    parser.add_argument("--into", type=Path, default=Path("shots"))
    parser.add_argument("--index", type=Path, help="write this document about them")
    parser.add_argument(
        "--of", default="a site with what `framescope init` brings", help="what the site holds, in words"
    )
    parser.add_argument("--look", action="append", choices=list(LOOKS))
    parser.add_argument("--language", action="append", choices=list(LANGUAGES))
    parser.add_argument("--scene", action="append", help="one of the scenes by name")
    parser.add_argument("--missing", action="store_true", help="only those that are not in the folder")
    asked = parser.parse_args()
    wanted = [
        shot
        for shot in every_shot()
        if (not asked.look or shot.look in asked.look)
        and (not asked.language or shot.language in asked.language)
        and (not asked.scene or shot.scene.name in asked.scene)
        and not (asked.missing and (asked.into / shot.file).exists())
    ]
    for path in shoot(asked.site.rstrip("/"), asked.into, wanted):
        print(path, flush=True)
    if asked.index:
        asked.index.write_text(index(asked.into, asked.index, stamp(asked.of)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
