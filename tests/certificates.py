"""Self-signed certificates with their keys, valid on whatever day the gate runs."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa


def self_signed(
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, called: str, *extensions: x509.ExtensionType
) -> bytes:
    """The certificate and its key, one behind the other, as PEM."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, called)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2200, 1, 1, tzinfo=UTC))
    )
    for each in extensions:
        builder = builder.add_extension(each, critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return builder.sign(key, hashes.SHA256()).public_bytes(pem) + private
