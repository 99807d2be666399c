"""Own pictures in a real browser: folders become classes, originals stay, one button deletes."""

from __future__ import annotations

from collections import Counter

import pytest
from PIL import Image
from playwright.sync_api import expect

from pages.decide.my_dataset import bring
from pages.ui.frame import bundle
from tests.browser.visitor import NARROW, PATIENCE
from tests.hostile.pictures import photo
from tests.pictures_of_all_kinds import TAKEN, cut_short, other_kinds
from tlcore.catalog import own
from tlcore.ground import bounds
from tlcore.ground.evenly import evenly

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
    (tmp_path / "mine" / "cup" / "torn.jpg").write_bytes(b"\xff\xd8\xff torn")
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
    visitor.hear("request", lambda r: r.method == "POST" and sent.append(r))
    visitor.page.on("dialog", lambda dialog: visitor.problems.append(f"dialog: {dialog.message}"))
    brought(visitor, folder)
    names = visitor.at("bring-name")
    assert sorted(n.input_value() for n in names.all()) == sorted(["cup", MARKUP])
    refused = visitor.at("bring-refused")
    expect(refused).to_contain_text("cup/torn.jpg " + visitor.T("error.picture.damaged"))
    expect(refused).to_contain_text("cup/phone.heic " + visitor.T("own.heic"))
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


def test_the_browser_refuses_what_a_zip_refuses_by_folder_and_name(enter, server, tmp_path):
    """Other kinds that a browser could read, and files that it would show with a part blank."""
    refused = cut_short() | other_kinds()
    (tmp_path / "mine" / "cup").mkdir(parents=True)
    for name, body in {**TAKEN, **refused}.items():
        (tmp_path / "mine" / "cup" / name).write_bytes(body)
    visitor = enter(server)
    mine(visitor.open("/my_dataset?lang=en"))
    visitor.button("own.begin").click()
    visitor.at("bring").locator("input[webkitdirectory]").set_input_files(tmp_path / "mine")
    taken = visitor.T("own.taken", told=f"cup +{len(TAKEN)}")
    expect(visitor.page.get_by_text(taken)).to_be_visible(timeout=PATIENCE)
    every = visitor.T("own.refused.all", n=len(refused))
    visitor.at("bring-refused").get_by_role("button", name=every).click()
    names = visitor.at("bring-refused").locator("li b").all_inner_texts()
    assert sorted(names) == sorted(f"cup/{name}" for name in refused)
    (found,) = sets(visitor, server)
    assert sorted(p.name for p in found.pictures) == sorted(TAKEN)
    deleted(visitor, server)


def test_sixty_folders_are_refused_before_any_picture_is_sent(enter, server, tmp_path):
    for number in range(60):
        (tmp_path / "many" / f"class {number}").mkdir(parents=True)
        photo(number).save(tmp_path / "many" / f"class {number}" / "0.jpg")
    visitor, sent = enter(server), []
    visitor.hear("request", lambda r: r.method == "POST" and sent.append(r.url))
    mine(visitor.open("/my_dataset?lang=en"))
    visitor.button("own.begin").click()
    visitor.at("bring").locator("input[webkitdirectory]").set_input_files(tmp_path / "many")
    why = visitor.T("error.own.too_many_classes", given=60, limit=bounds.HOST_OWN.classes)
    expect(visitor.at("bring-refused")).to_contain_text(why)
    assert [url for url in sent if "/api/pictures/" in url] == []


SAMPLED = """(() => {{
  {script}
  return (files, limits, classes) => {{
    const state = {{ data: {{ limits, classes }}, delivery: {{ total: 0 }} }};
    const bring = Object.assign(Object.create(Bring.prototype), state);
    const taken = bring.evenPart(files.map(([label, name]) => ({{ file: {{ name }}, label }})));
    return [taken.map((t) => [t.label, t.file.name]), bring.part ?? null];
  }};
}})()"""


def test_a_browser_takes_the_same_even_part_as_the_worker(enter, server):
    """3,000 pictures of three classes, one of which is there already, and a zip."""
    page = enter(server).open("/my_dataset?lang=en").page
    script = bundle.javascript(bring.__file__, "common", "evenly", "shrink", "camera", "bring")
    script = script[: script.index("export default")]
    files = [(f"class {n // 1000}", f"{n}.jpg") for n in range(3_000)] + [["", "more.zip"]]
    limits = {"files": 1_000, "pictures": 2_000}
    classes = [{"id": "7", "name": "Class 1", "pictures": [{}] * 100}]
    call = f"(given) => ({SAMPLED.format(script=script)})(...given)"
    taken, told = page.evaluate(call, [files, limits, classes])
    assert taken[0] == ["", "more.zip"]
    ordered = evenly(files[:-1], lambda f: f[0], {"class 1": 100})
    assert [tuple(t) for t in taken[1:]] == ordered[:999]
    assert Counter(label for label, _ in taken[1:]) == {
        "class 0": 367,
        "class 1": 266,
        "class 2": 366,
    }
    values = {"kept": 1_000, "found": 3_001, "limit": 1_000}
    assert told == {"key": "error.own.sampled.delivery", "values": values}
    classes[0]["pictures"] *= 19
    taken, told = page.evaluate(call, [files, limits, classes])
    assert len(taken) == told["values"]["kept"] == 100
    assert told["key"] == "error.own.sampled.set"
    assert page.evaluate(call, [files[:3], limits, []])[1] is None


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
