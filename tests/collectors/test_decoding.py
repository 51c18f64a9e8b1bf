"""Bodies that were compressed, in any pieces they may arrive in; a body is whole or it is none."""

import gzip
import random
import zlib

import pytest

from collectors.decoding import Decoder, NotDecodable

BODIES = (b"", b"x", b"{}", b"a" * 1_000_000, random.Random(7).randbytes(200_000))  # noqa: S311  # any bytes do


def decode(coding: str, body: bytes, pieces: int = 1) -> bytes:
    decoder, size = Decoder(coding), max(1, -(-len(body) // pieces))
    found = b"".join(piece for at in range(0, len(body), size) for piece in decoder.decode(body[at : at + size]))
    decoder.finish()
    return found


def raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("pieces", [1, 2, 7, 1_000])
@pytest.mark.parametrize("body", BODIES, ids=["nothing", "one", "two", "alike", "random"])
def test_a_whole_body_comes_out_as_it_went_in(body: bytes, pieces: int) -> None:
    assert decode("", body, pieces) == body
    assert decode("gzip", gzip.compress(body), pieces) == body
    assert decode("x-gzip", gzip.compress(body[:5]) + gzip.compress(body[5:]), pieces) == body
    assert decode("deflate", zlib.compress(body), pieces) == body
    assert decode("deflate", raw(body), pieces) == body


def test_no_bytes_are_an_empty_body() -> None:
    assert decode("gzip", b"") == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize("body", BODIES[1:3], ids=["one", "two"])
def test_cut_off_anywhere_it_is_none(coding: str, body: bytes) -> None:
    for packed in [gzip.compress(body)] if coding == "gzip" else [zlib.compress(body), raw(body)]:
        for size in range(1, len(packed)):
            with pytest.raises(NotDecodable):
                decode(coding, packed[:size])


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"{}", mtime=0) + b"<html>"),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"\0\0"),
        ("deflate", zlib.compress(b"{}") + b"x"),
        ("gzip", zlib.compress(b"{}")),
        ("gzip", b"{}"),
        ("deflate", b"\xff\xff"),
    ],
)
def test_what_is_something_else_or_goes_on_is_none(coding: str, packed: bytes) -> None:
    with pytest.raises(NotDecodable):
        decode(coding, packed)


def test_a_changed_byte_is_found_by_the_checksum() -> None:
    packed = gzip.compress(b"0123456789" * 20)
    for at in range(10, len(packed)):
        changed = packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :]
        with pytest.raises(NotDecodable):
            decode("gzip", changed)


def test_a_bomb_comes_out_in_small_pieces() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    assert max(len(piece) for piece in Decoder("gzip").decode(bomb)) <= 64 * 1024
