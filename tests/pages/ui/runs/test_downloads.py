"""What one may take home: made when asked for, offered when made, served by allow-listed names."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.ui.runs import downloads
from pages.ui.server import files
from tests.pages.reader import Reader
from tlcore.ground.errors import UserError
from tlcore.words import i18n

T = i18n.texts("en")


@pytest.fixture
def done(house):
    Reader("fine_tune", cookie="me").click("fine_tune.start")
    [run_id] = house.waiting()
    house.finish(run_id)
    return run_id


@pytest.fixture
def client(house):
    route = Route("/api/runs/{id}/files/{name}", files.file)
    return TestClient(Starlette(routes=[route]))


def made(house, run_id, name, data=b"step,loss\n1,0.5\n"):
    folder = house.store.folder(run_id) / "export"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def links(reader):
    return [node.proto.url for node in reader.nodes() if node.type == "link_button"]


@pytest.mark.parametrize("what", downloads.WHAT)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_click_asks_for_the_file_and_then_offers_it(house, done, what, language):
    reader = Reader("run", language, id=done).click(f"downloads.{what}")
    [maker] = house.waiting()
    spec = house.run(maker).spec
    assert (spec["kind"], spec["what"], spec["language"]) == ("export", what, language)
    assert reader.app.button(key=f"downloads.{what}").disabled
    assert links(reader) == []
    name = downloads.name_of(what, language)
    assert name in files.KINDS
    made(house, done, name)
    house.answer(maker, file=name, bytes=16)
    assert links(reader.run()) == [f"/api/runs/{done}/files/{name}"]


def test_a_file_that_is_there_is_offered_at_once(house, done):
    made(house, done, "rows.csv")
    assert links(Reader("run", id=done)) == [f"/api/runs/{done}/files/rows.csv"]


def test_a_file_that_could_not_be_made_is_told_and_may_be_asked_for_again(house, done):
    reader = Reader("run", id=done).click("downloads.weights")
    house.fail(house.waiting()[0], "export.weights_gone")
    assert reader.run().errors == [i18n.tell(UserError("export.weights_gone"), "en")]
    assert not reader.app.button(key="downloads.weights").disabled


@pytest.mark.parametrize("name", files.KINDS)
def test_a_made_file_is_saved_under_the_name_of_its_run(house, done, client, name):
    made(house, done, name, b"x" * 100_000)
    answer = client.get(f"/api/runs/{done}/files/{name}")
    assert answer.status_code == 200
    assert answer.content == b"x" * 100_000
    told = answer.headers["content-disposition"]
    assert told == f'attachment; filename="transfer-lab-{done[:8]}-{name}"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", sorted(files.PICTURES))
def test_the_pictures_of_a_survey_are_shown_and_never_taken_for_anything_else(
    house, done, client, name
):
    folder = house.store.folder(done)
    assert client.get(f"/api/runs/{done}/files/{name}").status_code == 404
    (folder / name).write_bytes(b"png")
    answer = client.get(f"/api/runs/{done}/files/{name}")
    assert answer.content == b"png"
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "{run}/files/rows.csv",  # not made yet
        "..%2f{run}/files/gallery.png",
        "{run}/files/test.png",  # there, but not for saving
        "{run}/files/learned.safetensors",
        "{run}/files/half.part",  # among the exports, but none
        "{run}/files/..%2Ftest.png",
        "{run}/files/%2e%2e%2ftest.png",
        "..%2f{run}/files/rows.csv",
        "%2e%2e/files/rows.csv",
        "xyz/files/rows.csv",
    ],
)
def test_any_other_name_is_not_found(house, done, client, path):
    made(house, done, "half.part", b"w")
    (house.store.folder(done) / "learned.safetensors").write_bytes(b"w")
    answer = client.get("/api/runs/" + path.format(run=done))
    assert answer.status_code == 404
    assert answer.content != b"w"
