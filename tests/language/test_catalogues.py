"""The message catalogues hold what the code says, no more and no less, and the code says nothing past them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import messages
import pytest
from babel.messages.catalog import Catalog, Message
from unmarked import MARKS, unmarked, unmarked_in

from language.catalogues import LANGUAGES, SOURCE, UNFINISHED, directory, listed_in, read, unfinished

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said() -> Iterator[tuple[str, Message]]:
    """Every text of every catalogue, with the room it is said in."""
    for language in LANGUAGES:
        for path in sorted(directory(language).glob("*.po")) if language != SOURCE else ():
            yield from ((path.stem, message) for message in read(path, language) if message.id)


def texts(value: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def holes(text: str) -> set[str]:
    """The named parts of a text; raises ValueError where its braces do not match."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_catalogues_hold_what_the_code_says_now() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "messages.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_there_is_a_catalogue_for_each_room_and_no_other() -> None:
    for language in LANGUAGES:
        if language != SOURCE:
            assert {path.stem for path in directory(language).glob("*.po")} == set(messages.ROOMS)


def test_nothing_is_left_unsaid() -> None:
    assert not [f"{room}: {one.id}" for room, one in said() if not all(texts(one.string))]


def test_nothing_is_guessed() -> None:
    assert not [f"{room}: {one.id}" for room, one in said() if one.fuzzy]


def test_a_translation_has_the_parts_of_its_text() -> None:
    wrong = []
    for room, one in said():
        wanted = set().union(*map(holes, texts(one.id)))
        wrong += [f"{room}: {one.id}" for text in texts(one.string) if holes(text) != wanted]
    assert not wrong


def test_a_text_is_said_alike_in_every_room() -> None:
    heard: dict[tuple[object, object], tuple[str, object]] = {}
    for room, one in said():
        first = heard.setdefault((one.id, one.context), (room, one.string))
        assert first[1] == one.string, f"{one.id}: {first} but {room}: {one.string}"


def test_markdown_stays_balanced_and_code_stays_as_it_is() -> None:
    wrong = []
    for room, one in said():
        (text, *_), (string, *_) = texts(one.id), texts(one.string)
        same = re.findall(r"`[^`]*`", text) == re.findall(r"`[^`]*`", string)
        pairs = all(string.count(sign) == text.count(sign) for sign in ("**", "~~"))
        if not same or not pairs or text.startswith(" ") != string.startswith(" "):
            wrong.append(f"{room}: {text}")
    assert not wrong


def test_sentences_are_in_the_language_they_claim() -> None:
    worded = [one for _, one in said() if re.search("[a-z]{3}", re.sub(r"{[^}]*}|`[^`]*`", "", texts(one.id)[0]))]
    assert len(worded) > 20
    assert not [one.id for one in worded if not CHINESE.search(texts(one.string)[0]) and one.context != "many"]


@pytest.mark.parametrize("path", messages.visible(), ids=str)
def test_every_literal_that_a_visitor_reads_passes_through_a_catalogue(path: str) -> None:
    found = unmarked_in(ROOT / path)
    if path in unfinished():
        assert found, f"{path} is done: take it off its list"
    else:
        assert not found


def test_the_list_of_what_is_not_done_shrinks() -> None:
    for room in messages.ROOMS:
        path = UNFINISHED / f"{room}.txt"
        left = listed_in(path)
        most = re.match(r"# At most (\d+) ", path.read_text(encoding="utf-8"))
        assert most, f"{path.name} says in its first line how many it may hold"
        assert len(left) == int(most[1]), (
            f"{path.name}: the number in its first line falls with the list, and never rises"
        )
        assert not [one for one in left if not (ROOT / one).exists() or messages.room_of(one) != room]


@pytest.mark.parametrize(
    "line",
    [
        'st.title("Speed")',
        'st.markdown(f"**{name}** leads")',
        'st.selectbox("Metric", [])',
        'st.button(key="x", label="run")',
        'st.tabs(["Chart", "Table"])',
        'column.caption("all" if whole else "some")',
        'told = f"{name} leads"',
        'WORDS = {"open": "still open"}',
        'SIGNS = {"open": "Open"}',
        'empty("No data", "why")',
        '_("{a} leads", a=f"the {name}")',
    ],
)
def test_a_literal_without_a_mark_is_found(line: str) -> None:
    assert unmarked(line), line


@pytest.mark.parametrize(
    "line",
    [
        'st.title(_("Speed"))',
        'st.markdown(_("**{name}** leads", name=name))',
        'WORDS = {"still open": N_("still open")}',
        'st.button(_p("verb", "run"), icon=":material/play_arrow:")',
        'st.caption(":material/link:")',
        'raise ValueError("must be a number")',
        'def f() -> "the answer":\n    """Say what it is for."""',
        'FONT = "Inter, sans serif"  # untranslated: a name',
        'if state == "no data": pass',
        'st.code("framescope init")',
        'told = f"{one} · {two}"',
    ],
)
def test_what_has_a_mark_or_is_no_text_is_not(line: str) -> None:
    assert not unmarked(line), line


def test_marks_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    path = tmp_path / "page.py"
    path.write_text(
        'a = f"{_("within")} b"\n'.replace('"within"', "'within'") + '_n("one", "{n}", 2)\n_p("verb", "run")\n_(a)\n'
    )
    assert [(one.text, one.context) for one in messages.in_code(path)] == [
        ("within", None),
        (("one", "{n}"), None),
        ("run", "verb"),
    ]


def test_a_date_in_chinese_has_a_blank_before_it_everywhere() -> None:
    date_after = re.compile(r"(截至|[一-鿿]至)\{(day|month|first|last|end)\}|\{first\}至")
    for path, _text in messages.files():
        for message in messages.read(path, "zh-CN"):
            said = message.string if isinstance(message.string, str) else " ".join(message.string)
            assert not date_after.search(said), f"{path.name}: {said}"


def test_what_was_said_stays_and_what_is_gone_goes() -> None:
    said = [messages.Said("Speed", None, "a.py"), messages.Said("Code", None, "a.py")]
    old = Catalog(locale="zh_CN")
    old.add("Speed", "速度")
    old.add("Gone", "已删除")
    made = messages.brought_up(said, old, "pages", "zh-CN")
    assert 'msgid "Speed"\nmsgstr "速度"' in made
    assert 'msgid "Code"\nmsgstr ""' in made
    assert "Gone" not in made


@pytest.mark.parametrize("path", messages.visible(), ids=str)
def test_no_function_takes_the_name_of_a_mark_for_something_else(path: str) -> None:
    for function in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            names = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id in MARKS]
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            called = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
            taken = {node.id for node in names if isinstance(node.ctx, ast.Store)}
            assert not taken & called, f"{function.name} assigns {taken} and says texts with it"
