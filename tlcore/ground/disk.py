"""The disk that everything is written to: whether it takes more, and what a refusal means.

No SQLAlchemy: a set of pictures is read without the store.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path

from tlcore.ground.errors import UserError

FULL = (errno.ENOSPC, errno.EFBIG)  # no space, over RLIMIT_FSIZE
SPENT = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)  # descriptors, processes, memory
NO_ROOM = ("store.full", "store.quota")  # what disk_trouble calls a disk that takes no more
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.EIO)
LOW_DISK = 2**20  # bytes; SQLite reports a full disk as an I/O error when the log cannot grow


def disk_trouble(error: OSError, path: Path) -> UserError | None:
    """What a failed write under the data folder means to a learner; None where it is a bug."""
    if error.errno in FULL:
        return UserError("store.full", path=str(path), free_mb=free_mb(path))
    if error.errno == errno.EDQUOT:
        return UserError("store.quota", path=str(path))
    if error.errno in SPENT:
        return UserError("machine.spent", reason=error.strerror or str(error))
    if error.errno in REFUSED:
        return UserError("store.unwritable", path=str(path), reason=error.strerror or str(error))
    return None


def make_folder(folder: Path) -> None:
    """The data folder, for its owner only: runs belong to the person who started the app."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)


def free_mb(path: Path) -> int:
    """Megabytes that are free where a file lies; 0 where nobody can say."""
    try:
        return shutil.disk_usage(path.parent).free // 2**20
    except OSError:
        return 0


def why_refused(path: Path) -> UserError | None:
    """What the system says when a file beside the store is to take a megabyte; SQLite says for a
    full disk, a quota and the last descriptor only that it could not write or open."""
    probe = path.with_name(f"{path.name}.probe-{os.getpid()}")
    try:
        with probe.open("wb") as file:
            file.write(bytes(LOW_DISK))
    except OSError as error:
        told = disk_trouble(error, path)
        return told if told is not None and told.key != "store.unwritable" else None
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
    return None
