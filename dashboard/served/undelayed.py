"""No answer waits for another's receipt: the small pieces that a page is made of leave as soon as they are written.

Streamlit opens the socket it listens at without naming TCP, and asyncio tells only sockets that do name it to send
small pieces at once (``TCP_NODELAY``). Without, each second piece waits until the first was acknowledged, which a
client puts off for 40 ms. What is said to the socket listened at holds for every connection that it takes (Linux,
macOS).
"""

import gc
import socket


def answer_at_once() -> int:
    """Tell every socket that this process listens at; gives how many were told."""
    # nothing hands the server's socket to the application; `isinstance` would ask every proxy what it is
    every = [one for one in gc.get_objects() if type(one) is socket.socket]
    told = [one for one in every if _listens(one)]
    for one in told:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return len(told)


def _listens(one: socket.socket) -> bool:
    if one.fileno() == -1 or one.family not in (socket.AF_INET, socket.AF_INET6) or one.type != socket.SOCK_STREAM:
        return False
    return bool(one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
