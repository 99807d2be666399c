"""Own pictures in a real browser: folders become classes, originals stay, one button deletes."""

from __future__ import annotations

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.visitor import NARROW, PATIENCE
from tests.hostile import photo
from tlcore import own

pytestmark = pytest.mark.browser
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def folder(tmp_path):
    """Two classes of four photographs each, one taken with the camera on its side, and litter."""
    for first, name in ((0, "cup"), (10, MARKUP)):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(4):
            photo(first + number, 1200, 900).save(tmp_path / "mine" / name / f"{number}.jpg")
    exif = Image.Exif()
    exif[0x0112] = 6
    photo(0, 1200, 900).save(tmp_path / "mine" / "cup" / "0.jpg", exif=exif)
    (tmp_path / "mine" / "cup" / "torn.jpg").write_bytes(b"\xff\xd8 torn")
    (tmp_path / "mine" / "cup" / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "mine" / "cup" / "notes.txt").write_text("not meant")
    return tmp_path / "mine"


def sets(visitor, server):
    """The visitor's own: other tests have theirs on the same server."""
    (user,) = [c["value"] for c in visitor.context.cookies() if c["name"] == "tl_user"]
    return [s for s in own.every(server.folder) if s.owner == user.split(".")[0] and s.pictures]


def mine(visitor):
    visitor.page.get_by_role("radio", name=visitor.T("my_dataset.source.mine")).click()


def brought(visitor, folder):
    """A set is made and the folder chosen; waits until it can be used."""
    mine(visitor.open(f"/my_dataset?lang={visitor.language}"))
    visitor.button("own.begin").click()
    visitor.at("bring").locator("input[webkitdirectory]").set_input_files(folder)
    ready = visitor.T("own.ready", train=4, val=2, test=2)
    expect(visitor.page.get_by_text(ready)).to_be_visible(timeout=PATIENCE)
    return visitor.settled()


def test_folders_become_classes_and_what_is_refused_is_named(enter, server, folder):
    visitor = enter(server)
    sent = []
    visitor.context.on("request", lambda r: r.method == "POST" and sent.append(r))
    visitor.page.on("dialog", lambda dialog: visitor.problems.append(f"dialog: {dialog.message}"))
    brought(visitor, folder)
    names = visitor.at("bring-name")
    assert sorted(n.input_value() for n in names.all()) == sorted(["cup", MARKUP])
    refused = visitor.at("bring-refused")
    expect(refused).to_contain_text("torn.jpg " + visitor.T("own.unread"))
    expect(refused).to_contain_text("phone.heic " + visitor.T("own.heic"))
    expect(refused).not_to_contain_text("notes.txt")
    posts = [r for r in sent if "/api/pictures/" in r.url]
    assert len(posts) == 8
    assert max(len(r.post_data_buffer or b"") for r in posts) < 60_000  # the original: 1200 x 900
    (found,) = sets(visitor, server)
    sizes = {}
    for picture in found.pictures:
        with Image.open(own.folder(found.id, server.folder) / picture.file) as image:
            sizes[picture.label, picture.name] = image.size
    cup = next(label.id for label in found.classes if label.name == "cup")
    assert sizes.pop((cup, "0.jpg")) == (240, 320)  # upright, as its camera meant it
    assert set(sizes.values()) == {(320, 240)}
    thumbs = visitor.page.locator(".tl-thumb img")
    expect(thumbs).to_have_count(8)
    seen = thumbs.evaluate_all("images => images.every((i) => i.complete && i.naturalWidth > 0)")
    assert seen
    deleted(visitor, server)


def deleted(visitor, server):
    visitor.button("own.delete").click()
    visitor.button("own.delete.yes").click()
    expect(visitor.page.get_by_text(visitor.T("own.deleted"))).to_be_visible(timeout=PATIENCE)
    assert sets(visitor, server) == []


def test_on_a_phone_in_korean_names_are_changed_where_they_stand(enter, server, folder):
    visitor = enter(server, "ko", NARROW)
    brought(visitor, folder).fits()
    name = visitor.at("bring-name").first
    name.fill("  컵  ")
    name.press("Enter")
    visitor.settled()
    visitor.page.reload()
    mine(visitor.settled())
    expect(visitor.at("bring-name").first).to_have_value("컵")
    visitor.settled()
    card = visitor.at("bring-class").first
    card.locator(".tl-thumb").first.click()
    card.get_by_role("button", name=visitor.T("own.remove"), exact=True).click()
    lacks = visitor.T("own.lacks", n=1)
    expect(card).to_contain_text(f"{visitor.T('own.count', n=3)} · {lacks}")
    deleted(visitor.fits(), server)
