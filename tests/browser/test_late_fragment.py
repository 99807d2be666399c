"""A part that looks again may do so in the moment in which its page becomes a shorter one."""

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.serving import serving

pytestmark = pytest.mark.browser


def test_a_look_that_comes_after_the_page_has_changed_leaves_it_standing(enter, tmp_path):
    late = []

    def between(browser_side):
        server_side = browser_side.connect_to_server()

        def said(message):
            if BackMsg.FromString(message).rerun_script.is_auto_rerun:
                late.append((server_side, message))
            else:
                server_side.send(message)

        browser_side.on_message(said)

    with serving(tmp_path) as server:  # nobody has looked at the pictures yet: the survey runs
        visitor = enter(server)
        visitor.page.route_web_socket("**/_stcore/stream", between)
        visitor.open("/my_dataset?lang=en")
        while not late:
            visitor.page.wait_for_timeout(50)
        visitor.page.get_by_role("radio", name=visitor.T("my_dataset.source.mine")).click()
        start = visitor.button("own.begin")
        expect(start).to_be_visible()
        visitor.settled()
        for socket, message in late:
            socket.send(message)
        start.click()  # first come, first served: the server has answered what was late
        expect(visitor.at("bring")).to_be_visible()
