"""The index on disk: kept, updated by difference, and made anew when it is lost or damaged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from skills.understanding.context import SayableProduct, SayableVariant
from skills.understanding.products import store
from skills.understanding.products.retrieval import Names
from skills.understanding.products.store import Edition, ensure, is_sound


def product(key: str, *names: str) -> SayableProduct:
    return SayableProduct(key, names, (SayableVariant(f"{key}-1"),))


MILK, BREAD, COLA = (
    product("milk", "whole milk", "milk"),
    product("bread", "rye bread"),
    product("cola", "cola", "coke"),
)


def edition(version: str, language: str = "en") -> Edition:
    return Edition("home", version, language)


def never() -> Iterable[SayableProduct]:
    raise AssertionError("the catalogue was read although its index stands")
    yield


def keys(folder: Path, text: str) -> set[str]:
    return {name.product for name in Names(folder).near(text, {})}


def test_an_index_is_made_once(tmp_path: Path) -> None:
    """The second opening of the same version reads no catalogue."""
    made = ensure(tmp_path, edition("1"), [MILK, BREAD])
    assert ensure(tmp_path, edition("1"), never()) == made
    assert keys(made, "rye bread") == {"bread"}


def test_a_new_version_takes_over_what_did_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was added, renamed and removed is seen in the new index; only what changed is indexed again."""
    ensure(tmp_path, edition("1"), [MILK, BREAD, COLA])
    indexed = []
    real = store.documents
    monkeypatch.setattr(store, "documents", lambda one, language: indexed.append(one.key) or real(one, language))
    renamed = product("bread", "sourdough loaf")
    made = ensure(tmp_path, edition("2"), [MILK, renamed, product("tea", "green tea")])
    assert indexed == ["bread", "tea"]
    assert keys(made, "sourdough loaf") == {"bread"}
    assert keys(made, "rye bread") == set()
    assert keys(made, "coke") == set()
    assert keys(made, "green tea") == {"tea"}
    assert keys(made, "whole milk") == {"milk"}
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [made]


@pytest.mark.parametrize("harm", ["cut short", "changed inside", "a file gone", "no seal", "broken seal"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, harm: str) -> None:
    """However a file was harmed, the index is noticed to be unsound, and the next opening repairs it."""
    made = ensure(tmp_path, edition("1"), [MILK, BREAD])
    victim = max((path for path in made.iterdir() if path.suffix == ".idx"), key=lambda path: path.stat().st_size)
    content = victim.read_bytes()
    if harm == "cut short":
        victim.write_bytes(content[:-7])
    elif harm == "changed inside":
        middle = len(content) // 2
        victim.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    elif harm == "a file gone":
        victim.unlink()
    elif harm == "no seal":
        (made / "seal.json").unlink()
    else:
        (made / "seal.json").write_text("{")
    assert not is_sound(made)
    assert keys(ensure(tmp_path, edition("1"), [MILK, BREAD]), "rye bread") == {"bread"}
    assert is_sound(made)


def test_a_lost_folder_is_made_anew(tmp_path: Path) -> None:
    """The folder beside the database may be deleted at any time."""
    folder = tmp_path / "indexes"
    ensure(folder, edition("1"), [MILK])
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()
    assert keys(ensure(folder, edition("1"), [MILK]), "milk") == {"milk"}


def test_shops_and_languages_do_not_share_an_index(tmp_path: Path) -> None:
    """The same version of another shop, or in another language, has a folder of its own and leaves the first alone."""
    first = ensure(tmp_path, edition("1"), [MILK])
    korean = ensure(tmp_path, edition("1", "ko"), [product("water", "물")])
    cafe = ensure(tmp_path, Edition("coffee", "1", "en"), [COLA])
    assert len({first, korean, cafe}) == 3
    assert is_sound(first)


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """When the catalogue can't be read to its end, no index stands, and the next attempt succeeds."""

    def breaking() -> Iterable[SayableProduct]:
        yield MILK
        raise OSError("the file ended")

    with pytest.raises(OSError, match="the file ended"):
        ensure(tmp_path, edition("1"), breaking())
    assert list(tmp_path.iterdir()) == []
    assert keys(ensure(tmp_path, edition("1"), [MILK]), "milk") == {"milk"}
