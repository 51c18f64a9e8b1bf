"""What an address of a database may show, and what of it is taken out of texts."""

import pytest
from postgresql_server import Server

from db.engine import address, database_facts, open_database
from db.hiding import is_secret_name, secrets_in, shown

SECRET = "s3cr:t@pw/x"  # planted to be looked for
WRITTEN = "s3cr%3At%40pw%2Fx"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (f"postgresql://me:{WRITTEN}@db/a", "postgresql+psycopg://me:***@db/a"),
        (f"postgresql://db/a?user=me&password={WRITTEN}", "postgresql+psycopg://db/a?password=redacted&user=me"),
        (f"postgresql://db/a?sslpassword={WRITTEN}", "postgresql+psycopg://db/a?sslpassword=redacted"),
        (
            f"postgresql://db/a?password={WRITTEN}&password=an0ther&sslmode=require",
            "postgresql+psycopg://db/a?password=redacted&sslmode=require",
        ),
        ("postgresql://db/a?passfile=%2Fhome%2Fme%2Fpg", "postgresql+psycopg://db/a?passfile=%2Fhome%2Fme%2Fpg"),
        ("sqlite:////srv/framescope.db", "sqlite:////srv/framescope.db"),
    ],
)
def test_an_address_is_shown_without_any_password_and_otherwise_whole(url: str, told: str) -> None:
    assert shown(address(url)) == told


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        (f"postgresql://me:{WRITTEN}@db/a", {SECRET}),
        (f"postgresql://me:one/two@db/a?password={WRITTEN}&sslpassword=third", {"one/two", SECRET, "third"}),
        ("postgresql://db/a?password=with+space&passfile=/home/me/pg", {"with space", "with+space"}),
        ("postgresql://db/a?password=", set()),
        ("sqlite:////srv/framescope.db", set()),
        ("", set()),
        ("no address, but a password", {"no address, but a password"}),
        ("postgresql://me:pw@db:port/a", {"postgresql://me:pw@db:port/a"}),
    ],
)
def test_every_secret_of_an_address_is_known_as_the_driver_gets_it(url: str, secrets: set[str]) -> None:
    assert set(secrets_in(url)) == secrets


def test_the_name_of_a_file_with_passwords_is_none() -> None:
    assert is_secret_name("sslpassword")
    assert not is_secret_name("passfile")
    assert not is_secret_name("sslkeylogfile")


def test_a_database_that_was_opened_shows_no_password_of_the_query(server: Server) -> None:
    name = server.create()
    engine = open_database(f"{server.url(name)}&password={WRITTEN}", create=True)
    told = str(database_facts(engine)["database"])
    engine.dispose()
    server.drop(name)
    assert (WRITTEN in told, SECRET in told, "password=redacted" in told) == (False, False, True)
