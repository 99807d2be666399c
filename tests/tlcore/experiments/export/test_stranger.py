"""Who tries the files that a reader takes home is a stranger, each script anew."""


def test_a_stranger_does_not_have_this_project(stranger, tmp_path):
    ended = stranger.say(tmp_path, "import torch\nimport tlcore")
    assert ended.returncode == 1
    assert "No module named 'tlcore'" in ended.stderr


def test_a_script_begins_with_nothing_of_the_one_before_and_tells_how_it_ended(stranger, tmp_path):
    for _ in range(2):
        code = "import sys, torch\nprint(sys.argv[1:], hasattr(torch, 'left'))\ntorch.left = 1\n"
        ended = stranger.say(tmp_path, code + "sys.exit(7)", "a", "b")
        assert ended.returncode == 7
        assert ended.stdout == "['a', 'b'] False\n"
        assert ended.stderr == ""
