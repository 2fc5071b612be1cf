"""Private Ed25519 keys: outside the repository, readable by their owner only, one file a key."""

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from vaegis.errors import ArtifactError, ConfigError, ServiceError
from vaegis.governance.trust import Trust

FOLDER: Final = "VAEGIS_KEYS"
CHOICE: Final = "VAEGIS_KEY"
SPOKEN: Final = "VAEGIS_KEY_PASSPHRASE"
_SUFFIX: Final = ".pem"


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKey:
    """A key in its owner's hand."""

    key: str
    """Its id."""
    person: str
    secret: Ed25519PrivateKey

    @classmethod
    def generate(cls, person: str) -> Self:
        """Make a new key."""
        secret = Ed25519PrivateKey.generate()
        return cls(key_id(secret.public_key().public_bytes_raw()), person, secret)

    @property
    def public(self) -> bytes:
        """Return the 32 bytes of the public key."""
        return self.secret.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return an Ed25519 signature, 64 bytes."""
        return self.secret.sign(message)

    def save(self, passphrase: str = "") -> Path:
        """Write the key where only its owner can read it, and return the file."""
        folder = key_folder()
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            encryption = serialization.BestAvailableEncryption(passphrase.encode())
        content = self.secret.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        file = folder / f"{self.key}{_SUFFIX}"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # O_EXCL: a key is never written over; the mode is there before the content is.
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise ServiceError(
                f"{file} cannot be written ({error.strerror})", where=f"the environment: {FOLDER}"
            ) from None
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        return file


def key_id(public: bytes) -> str:
    """Return the name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def key_folder() -> Path:
    """Return where private keys lie: VAEGIS_KEYS, else `~/.config/vaegis/keys`."""
    given = os.environ.get(FOLDER, "").strip()
    base = Path(os.environ.get("XDG_CONFIG_HOME", "").strip() or "~/.config").expanduser()
    return Path(given).expanduser() if given else base / "vaegis/keys"


def open_key(trust: Trust, now: datetime, name: str = "") -> PrivateKey:
    """Open the private key of this machine that is on the trust list and counts now.

    `name` (else VAEGIS_KEY) is a person or a key's id; needed only where several people's keys lie here.

    Raises:
        ConfigError: there is no such key here, or several people's, or its passphrase is missing or wrong.
        ArtifactError: others can read the file, or it holds another key.
    """
    wanted = name or os.environ.get(CHOICE, "").strip()
    folder = key_folder()
    listed = {key.id: (person, key) for person in trust.people for key in person.keys}
    here = {file.stem for file in folder.glob(f"*{_SUFFIX}")} if folder.is_dir() else set()
    meant = {key for key in here if not wanted or key == wanted or (key in listed and listed[key][0].name == wanted)}
    good = {key: listed[key][0].name for key in sorted(meant & set(listed)) if not listed[key][1].trouble(now)}
    if not good:
        raise _nothing(trust, sorted(meant & set(listed)), wanted, folder, now)
    if len(set(good.values())) > 1:
        raise ConfigError(
            f"keys of several people lie in {folder}",
            allowed=", ".join(sorted(set(good.values()))),
            where=f"--key, or the environment: {CHOICE}",
        )
    key, person = max(good.items(), key=lambda item: listed[item[0]][1].since)
    return _read(folder / f"{key}{_SUFFIX}", key, person)


def _nothing(trust: Trust, found: list[str], wanted: str, folder: Path, now: datetime) -> ConfigError:
    """Say why no key can sign: the first that is there but does not count, or that there is none."""
    for key in found:
        person, held = trust.owner(key)
        return ConfigError(f"key {key} of {person.name} {held.trouble(now)}", where="`vaegis keys rotate NAME`")
    whose = f"of {wanted!r}" if wanted else "of the trust list"
    return ConfigError(f"no private key {whose} lies in {folder}", where="`vaegis keys new NAME --role ROLE`")


def _read(file: Path, key: str, person: str) -> PrivateKey:
    mode = file.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        what = f"others can read the private key {file} (mode {stat.S_IMODE(mode):04o})"
        raise ArtifactError(what, allowed="0600", where=f"chmod 600 {file}; and rotate the key if anybody did")
    passphrase = os.environ.get(SPOKEN, "") or None
    try:
        secret = serialization.load_pem_private_key(file.read_bytes(), passphrase.encode() if passphrase else None)
    except TypeError:
        if passphrase:  # the key has none
            return _read_plain(file, key, person)
        raise ConfigError(f"{file} needs a passphrase", where=f"the environment: {SPOKEN}") from None
    except ValueError:
        raise ConfigError(f"{file} cannot be opened: no private key, or a wrong passphrase", where=SPOKEN) from None
    return _checked(secret, file, key, person)


def _read_plain(file: Path, key: str, person: str) -> PrivateKey:
    return _checked(serialization.load_pem_private_key(file.read_bytes(), None), file, key, person)


def _checked(secret: object, file: Path, key: str, person: str) -> PrivateKey:
    if not isinstance(secret, Ed25519PrivateKey) or key_id(secret.public_key().public_bytes_raw()) != key:
        raise ArtifactError(f"{file} holds another key than {key}", where="restore it, or `vaegis keys rotate NAME`")
    return PrivateKey(key, person, secret)
