"""The pictures of the pages: all of them are there, small, of the right width, described, and can be taken again."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import shots
from PIL import Image
from playwright.sync_api import Browser
from pytest_httpserver import HTTPServer
from scenes import PAGES, VIEWS, Scene
from werkzeug import Request, Response

from tests.dashboard.test_browser import PAGES as PATHS

ROOT = Path(__file__).resolve().parents[1]
FOLDER, INDEX = ROOT / "docs/images/pages", ROOT / "docs/pictures.md"
MOST_BYTES = 6_500_000
IMAGE = re.compile(r'<a href="([^"]+)"><img src="([^"]+)" width="\d+" alt="([^"]+)"></a>')
DRAWN = """<div data-testid="stApp" data-test-script-state="notRunning"><div data-testid="stMain"
style="height:1500px;color-scheme:light dark;background:canvas"><h1>A page</h1>
<div class="js-plotly-plot" style="position:absolute;top:400px"></div></div></div>
<script>setTimeout(() => {
    document.querySelector('.js-plotly-plot').innerHTML =
        '<svg class="plot" width="300" height="300"><path d="M0 0H300V300H0Z" fill="#c00000"></path></svg>';
}, 3000)</script>"""
"""A page whose chart comes three seconds after it, as one does on a busy machine."""


def test_every_page_is_taken_in_every_look_and_language() -> None:
    assert [scene.path for scene in PAGES] == list(PATHS)
    names = [scene.name for scene in (*PAGES, *VIEWS)]
    assert len(set(names)) == len(names)
    taken = [(shot.look, shot.language) for shot in shots.every_shot() if shot.scene.name == "data"]
    assert sorted(taken) == sorted((look, language) for look in shots.LOOKS for language in shots.LANGUAGES)


def test_the_folder_holds_the_pictures_that_are_named_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {shot.file for shot in shots.every_shot()}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("look", list(shots.LOOKS))
def test_a_picture_is_as_wide_as_it_is_kept_and_shows_something(look: str) -> None:
    width, height, *_ = shots.LOOKS[look]
    kept = min(width, shots.WIDEST)
    for shot in (shot for shot in shots.every_shot() if shot.look == look):
        with Image.open(FOLDER / shot.file) as image:
            assert image.width == kept, shot.file
            assert height * kept // width <= image.height <= shots.TALLEST, shot.file
            small = image.convert("RGB").resize((64, 64))
        points = [small.getpixel((x, y)) for x in range(64) for y in range(64)]
        assert len(set(points)) > 50, f"{shot.file} is empty"
        ground = small.getpixel((0, 40))
        assert isinstance(ground, tuple)
        assert (max(ground) < 60) is (look == "dark"), shot.file


def test_the_index_shows_every_picture_with_words_of_its_own() -> None:
    found = IMAGE.findall(INDEX.read_text(encoding="utf-8"))
    assert [link for link, _, _ in found] == [f"images/pages/{shot.file}" for shot in shots.every_shot()]
    assert all(link == image and (INDEX.parent / image).is_file() for link, image, _ in found)
    assert [unescape(words) for *_, words in found] == [shot.words for shot in shots.every_shot()]
    assert len({words for *_, words in found}) == len(found)


def test_an_index_names_only_what_was_taken(tmp_path: Path) -> None:
    first = shots.every_shot()[0]
    (tmp_path / "of").mkdir()
    (tmp_path / "of" / first.file).write_bytes(b"")
    told = shots.index(tmp_path / "of", tmp_path / "index.md", "Taken today.")
    assert [link for link, *_ in IMAGE.findall(told)] == [f"of/{first.file}"]
    assert "Taken today." in told.splitlines()
    assert f"## {VIEWS[0].shows}" not in told


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    """A site that answers as Streamlit does when it has drawn a page, and keeps what it was asked in."""

    def answer(request: Request) -> Response:
        return Response(DRAWN, content_type="text/html")

    httpserver.expect_request("/page").respond_with_handler(answer)
    return httpserver


@pytest.mark.browser
def test_a_picture_has_its_look_and_language_the_whole_page_and_its_chart(
    site: HTTPServer, chromium: Browser, tmp_path: Path
) -> None:
    scene = Scene("page", "/page", "A page")
    wanted = [shots.Shot(scene, "dark", "zh-CN"), shots.Shot(scene, "phone", "en")]
    dark, phone = (png for _, png in shots.taken(chromium, site.url_for("").rstrip("/"), wanted))
    asked = [request.headers["Accept-Language"] for request, _ in site.log if request.path == "/page"]
    assert [language.partition("-")[0][:2] for language in asked] == ["zh", "en"]
    shots.keep(dark, tmp_path / "dark.webp")
    with Image.open(tmp_path / "dark.webp") as image:
        assert (image.format, image.width, image.height) == ("WEBP", 960, 1_185)
        pixel = image.convert("RGB").getpixel((640, 1_000))
        assert isinstance(pixel, tuple)
        assert max(pixel) < 60
    with Image.open(BytesIO(phone)) as image:
        assert image.width == 390
        assert image.convert("RGB").getpixel((100, 500)) == (0xC0, 0, 0), "the chart is not drawn yet"
        assert image.convert("RGB").getpixel((200, 1_000)) == (255, 255, 255)
