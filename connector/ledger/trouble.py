"""Trouble around the ledger's file, as one sentence with its cure."""

from __future__ import annotations

import errno
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from connector.domain.errors import NoLedger, Unwritten

PATIENCE = 10  # seconds that a write waits for another process's

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, "SQLITE_FULL"}
_UNWRITTEN = {"SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE"}  # quotas look so, too
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, "SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN"}
_LOCKED = {"SQLITE_BUSY", "SQLITE_LOCKED"}
_UNLOCKABLE = {
    *(errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ESTALE),
    *("SQLITE_PROTOCOL", "SQLITE_NOLFS", "SQLITE_IOERR_LOCK", "SQLITE_IOERR_RDLOCK", "SQLITE_IOERR_UNLOCK"),
    *(
        "SQLITE_IOERR_CHECKRESERVEDLOCK",
        "SQLITE_IOERR_SHMLOCK",
        "SQLITE_IOERR_SHMMAP",
        "SQLITE_IOERR_SHMOPEN",
    ),
}
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR}


def trouble(path: Path, done: str, error: Exception) -> Unwritten:
    """The error to raise in place of a database's or the system's: theirs carry statements and parameters.

    `done`: opened, read or written.
    """
    code, why = _code(error)
    if code in _NO_FOLDER:
        return NoLedger(f"the folder {path.parent} isn't there; make it, or write another path in ledger")
    if code == errno.EISDIR:
        return NoLedger(f"{path} is a folder; write the path of a file in ledger, such as {path}/passdesk.db")
    if code == "SQLITE_NOTADB":
        return foreign(path)
    if code in _UNLOCKABLE:
        return unlockable(path, why)
    if code in _FULL:
        return Unwritten(
            f"the ledger {path} can't be {done}: its disk is full ({why}); make room, and passdesk goes on"
        )
    if code in _UNWRITTEN:
        return Unwritten(
            f"the ledger {path} can't be {done}: its disk or quota may be full ({why}); make room, or mend "
            "the disk"
        )
    if _family(code) in _REFUSED:
        return Unwritten(
            f"the ledger {path} can't be {done}: it is read-only for passdesk ({why}); let the user that "
            "passdesk runs as write the file and its folder"
        )
    if _family(code) in _LOCKED:
        return Unwritten(
            f"the ledger {path} can't be {done}: another program has locked it for more than {PATIENCE} s "
            f"({why}); end that program, such as an open sqlite3 or a backup"
        )
    if _family(code) == "SQLITE_CORRUPT":
        return Unwritten(
            f"the ledger {path} is damaged ({why}); stop passdesk, and put back the last backup of it"
        )
    return Unwritten(
        f"the ledger {path} can't be {done} ({why}): check the disk, and the permissions of its folder"
    )


def foreign(where: str | Path) -> NoLedger:
    return NoLedger(
        f"{where} is no ledger of passdesk; write another path in ledger. The file was left as it is"
    )


def unlockable(path: Path, why: str) -> NoLedger:
    return NoLedger(
        f"the file system of {path} can't lock files ({why}), as many network file systems can't; put the "
        "ledger on a disk of this machine"
    )


def _family(code: object) -> object:
    """SQLITE_BUSY_SNAPSHOT is a SQLITE_BUSY."""
    return "_".join(code.split("_")[:2]) if isinstance(code, str) else code


def _code(error: Exception) -> tuple[object, str]:
    if isinstance(error, OSError):
        return error.errno, error.strerror or type(error).__name__
    drivers = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(drivers, "sqlite_errorname", type(drivers).__name__)
    return name, name
