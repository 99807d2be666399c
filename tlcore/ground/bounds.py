"""Who may use how much of the server: one visitor (a signed cookie), one address, everybody.

A class of forty stands behind one address (a school's router), each with a phone and a laptop;
so an address may use what such a class needs, and the whole server a little more than that: one
address cannot take it all.  Whoever sits at the server is bound by none of the numbers of runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

MB = 2**20
CLASS = 40  # visitors behind one address

# Connections.  A browser opens six, and a page keeps one socket: 40 x 2 devices x 7 = 560.
ADDRESS_CONNECTIONS = 600
ADDRESS_SOCKETS = 240  # pages that are open: 40 x 2 devices x 3 tabs
# Seconds of the event loop that the messages of a page, and of an address, take: in a second, and
# at once.  A class that reloads, 40 x 2 x 50 ms, is 4 s at once; a page that waits for something
# asks three times a second, a sixth of the loop at 50 ms.
SOCKET_LOOP, SOCKET_LOOP_BURST = 0.2, 0.5
SOCKET_PATIENCE = 3.0  # seconds that it may send faster than that, before it is closed
ADDRESS_LOOP, ADDRESS_LOOP_BURST = 0.5, 5.0
HEADER_SECONDS = 20.0  # from a connection's first byte to the end of its request's header

# Visitors.  A class comes with two devices each and opens a private window now and then.
ADDRESS_NEW_VISITORS = 240  # ids handed out in an hour; beyond it all newcomers share one
VISITOR_FORGOTTEN = 3600.0  # seconds

# Runs that wait.  One visitor's are in the room's limits (three); a race is three runs.
ADDRESS_WAITING = 160  # 40 x 3, and a few to spare
ALL_WAITING = 240

# Pictures on their way in, and as they came (not decoded yet).
VISITOR_SENDING, ADDRESS_SENDING, ALL_SENDING = 8, 150, 200  # uploads at once
ALL_INCOMING, ALL_PICTURES = 1_024 * MB, 2_048 * MB  # waiting to be decoded, and kept
ADDRESS_HOUR = 1_200 * MB  # 40 x 30 MB in an hour
# Pictures to be looked into, within an hour; of everybody, what lies there (each for a day).
VISITOR_SHOWN, ADDRESS_SHOWN, ALL_SHOWN = 100 * MB, 600 * MB, 1_024 * MB
IDLE_SECONDS, LONGEST_SECONDS = 20.0, 300.0  # between two pieces, for one file
SLOWEST = 1_024  # bytes a second, once a file is on its way for IDLE_SECONDS


@dataclass(frozen=True)
class OwnPictures:
    """How much of their own somebody may bring; over it an even part is taken
    (tlcore.ground.evenly)."""

    delivery: int  # files at a time, those in a zip counted one by one
    pictures: int  # of one set
    classes: int  # of one set; over it the whole delivery is refused
    zip_bytes: int  # of a zip, and of what it unpacks to
    zip_seconds: float  # spent in a zip itself; decoding is not counted
    incoming: int  # bytes that wait to be decoded
    kept: int  # bytes of all the sets of one reader


# The catalogue's largest set has 47 classes: the pages were looked at with as many.
VISITOR_OWN = OwnPictures(1_000, 2_000, 50, 100 * MB, 10.0, 120 * MB, 200 * MB)
HOST_OWN = OwnPictures(10_000, 10_000, 50, ALL_INCOMING, 60.0, ALL_INCOMING, ALL_PICTURES)
# From the command line and a notebook: no page shows it while it is made.
FOLDER_OWN = replace(HOST_OWN, classes=100)


def own_pictures(at_the_server: bool) -> OwnPictures:
    """A visitor's, or those of whoever sits at the server: it is their own machine."""
    return HOST_OWN if at_the_server else VISITOR_OWN


# Files through Streamlit's own uploader (a table of texts is 2 MB, a picture to explain 20).
SESSION_UPLOADS, SESSION_FILES = 60 * MB, 200
ADDRESS_UPLOADS, ALL_UPLOADS = 384 * MB, 512 * MB  # in memory, of the web process

# Tables of texts.
VISITOR_TEXTS = 10
ALL_TEXTS = 200 * MB  # 100 tables of the largest size
TEXTS_DAYS = 30  # since they were read last

DISK_RESERVE = 500 * MB  # what a download leaves free: the runs are written to the same disk
