"""Takes pictures of every page of a running site, light, dark and 390 px wide, into a folder: `make shots`."""

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PAGES = {
    "overview": "/",
    "adoption": "/adoption",
    "capabilities": "/capabilities",
    "code": "/code",
    "speed": "/speed",
    "ecosystem": "/ecosystem",
    "claims": "/claims",
    "choose": "/choose",
    "data": "/data",
}
LOOKS: dict[str, tuple[int, int, str]] = {
    "light": (1280, 900, "light"),
    "dark": (1280, 900, "dark"),
    "phone": (390, 844, "light"),
}
BROWSER_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def ready(page: Page) -> None:
    """Wait until Streamlit has drawn the page: its first heading is there and nothing runs any more."""
    page.wait_for_selector("h1, h2", timeout=60_000)
    page.wait_for_timeout(1_500)  # a chart's place is empty before its skeleton comes
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')"
        " && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')",
        timeout=60_000,
    )
    page.wait_for_timeout(1_200)


def unfold(page: Page) -> None:
    """Make the window as tall as the page, which scrolls inside a box of its own."""
    width = page.viewport_size["width"] if page.viewport_size else 1280
    height = page.evaluate("() => document.querySelector('[data-testid=\"stMain\"]')?.scrollHeight ?? 900")
    page.set_viewport_size({"width": width, "height": min(int(height) + 80, 6_000)})
    page.wait_for_timeout(600)


def shoot(site: str, folder: Path, looks: list[str], pages: list[str]) -> list[Path]:
    """Write one picture a look and page; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"), args=list(BROWSER_ARGS)
        )
        for look in looks:
            width, height, scheme = LOOKS[look]
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            for name in pages:
                page.set_viewport_size({"width": width, "height": height})
                page.goto(site + PAGES.get(name, name))
                ready(page)
                unfold(page)
                made.append(folder / f"{name.strip('/').replace('/', '-').replace('?', '-')}-{look}.png")
                page.screenshot(path=made[-1])
            context.close()
        browser.close()
    return made


def main() -> int:
    """Read the options and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", default="http://127.0.0.1:8501", help="address of a running site")
    parser.add_argument("--into", type=Path, default=Path("shots"))
    parser.add_argument("--look", action="append", choices=list(LOOKS))
    parser.add_argument("--page", action="append", help="one of the pages by name, or a path of the site")
    asked = parser.parse_args()
    for path in shoot(asked.site.rstrip("/"), asked.into, asked.look or list(LOOKS), asked.page or list(PAGES)):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
